"""Lines that a shortage keeps from being shipped (SUP-11)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0004_waybill_stock"),
    ]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="hold",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "not held"),
                    ("shortage", "shortage: the buyer decides"),
                    ("cancelled", "shortage: the buyer cancels"),
                ],
                db_default="",
                default="",
                max_length=9,
                verbose_name="held by",
            ),
        ),
    ]
