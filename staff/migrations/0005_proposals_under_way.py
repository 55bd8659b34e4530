"""A rota says whether a proposal for it is under way, so that a worker that dies loses none."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0004_handover_items_given_back")]
    operations = [
        migrations.AddField(
            model_name="rota",
            name="proposal_asked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="proposal asked for at"),
        ),
        migrations.AddField(
            model_name="rota",
            name="proposal_asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposal asked for by",
            ),
        ),
        migrations.AddField(
            model_name="rota",
            name="proposal_started_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="proposal started at"),
        ),
    ]
