"""What was agreed with the buyers of custom-made goods (ORD-23, ORD-24)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0005_held_lines"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("spec", models.CharField(max_length=300, verbose_name="specification, size, appearance")),
                ("agreed_how", models.CharField(max_length=200, verbose_name="where the buyer confirmed it")),
                (
                    "no_return",
                    models.BooleanField(default=False, verbose_name="the buyer confirmed that it is not taken back"),
                ),
                ("factory_told", models.BooleanField(default=False, verbose_name="the factory confirmed it")),
                ("at", models.DateTimeField(verbose_name="recorded at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="custom_terms",
                        to="orders.order",
                        verbose_name="order",
                    ),
                ),
            ],
            options={
                "verbose_name": "custom terms",
                "verbose_name_plural": "custom terms",
                "default_permissions": (),
            },
        ),
    ]
