"""Who sent an address back, what the carrier and the buyer said of turning back, whose answer is evidence."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


REPLY = "厂家答复截图"  # as the rulebook calls a supplier's answer


def count_replies(apps: Any, schema_editor: Any) -> None:
    apps.get_model("aftersales", "EvidenceNeed").objects.filter(slot=REPLY).update(reply=True)


class Migration(migrations.Migration):
    dependencies = [
        ("aftersales", "0003_due_first"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="address_sent_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="address sent by",
            ),
        ),
        migrations.AddField(
            model_name="evidenceneed",
            name="reply",
            field=models.BooleanField(
                default=False,
                help_text="What the supplier answered in its portal counts for it.",
                verbose_name="a supplier's answer",
            ),
        ),
        migrations.AddField(
            model_name="intercept",
            name="accepted",
            field=models.CharField(
                blank=True,
                choices=[("", "not asked"), ("yes", "accepts it"), ("no", "does not accept it")],
                max_length=3,
                verbose_name="cost of turning back",
            ),
        ),
        migrations.AddField(
            model_name="intercept",
            name="loaded",
            field=models.CharField(
                blank=True,
                choices=[("", "not known"), ("no", "not loaded yet"), ("yes", "loaded, under way")],
                max_length=3,
                verbose_name="at the carrier",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="incident",
            field=models.CharField(
                blank=True,
                choices=[
                    ("out_of_zone", "out of the delivery zone"),
                    ("force_majeure", "force majeure"),
                    ("suspended", "carrier suspended"),
                    ("unreachable", "buyer cannot be reached"),
                    ("lost", "parcel lost"),
                    ("damaged", "damaged"),
                    ("returned", "coming back by itself"),
                    ("intercept", "to be intercepted"),
                    ("stuck", "stands still"),
                    ("wrong_address", "wrong return address given"),
                ],
                max_length=14,
                verbose_name="kind of incident",
            ),
        ),
        migrations.RunPython(count_replies, migrations.RunPython.noop),
    ]
