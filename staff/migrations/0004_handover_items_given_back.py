"""Items can be given back with a word; handovers that are not signed by both are found quickly."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("staff", "0003_nobody_in_two_places"),
    ]

    operations = [
        migrations.AddField(
            model_name="handoveritem",
            name="returned_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="given back at"),
        ),
        migrations.AddField(
            model_name="handoveritem",
            name="return_note",
            field=models.CharField(blank=True, max_length=200, verbose_name="why it was given back"),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | (Q(accepted_at__isnull=True) & ~Q(return_note="")),
                name="staff_handoveritem_given_back_with_a_word",
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(fields=["leaver"], condition=~Q(state="taker"), name="staff_handover_unsigned"),
        ),
    ]
