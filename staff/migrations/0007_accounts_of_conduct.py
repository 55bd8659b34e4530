"""Who confirmed never decides the appeal; the fund is append-only, also for PostgreSQL itself; weights are data."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

REFUSE = """
CREATE FUNCTION staff_fundentry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The fund is append-only: correct it by a counter-entry.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER staff_fundentry_append_only BEFORE UPDATE OR DELETE ON staff_fundentry
    FOR EACH ROW EXECUTE FUNCTION staff_fundentry_refuse();
"""
ALLOW = """
DROP TRIGGER staff_fundentry_append_only ON staff_fundentry;
DROP FUNCTION staff_fundentry_refuse();
"""


def on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):
    dependencies = [("staff", "0006_records_in_full")]

    operations = [
        migrations.CreateModel(
            name="EvaluationWeights",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(unique=True, verbose_name="version")),
                ("weights", models.JSONField(default=dict, verbose_name="weights")),
                ("note", models.CharField(max_length=200, verbose_name="why")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "weights of the evaluation",
                "verbose_name_plural": "weights of the evaluation",
                "ordering": ["-version"],
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="appeal",
            name="confirmed_by",
            field=models.ForeignKey(
                default=None,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="penalty",
            name="appeal_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="open to appeal until"),
        ),
        migrations.AlterField(
            model_name="fundentry",
            name="text",
            field=models.CharField(blank=True, max_length=200, verbose_name="for"),
        ),
        migrations.AddField(
            model_name="fundentry",
            name="corrects",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="correction",
                to="staff.fundentry",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("confirmed_by")), _negated=True),
                    _connector="OR",
                ),
                name="staff_appeal_decided_by_another",
            ),
        ),
        migrations.RunPython(on_postgresql(REFUSE), on_postgresql(ALLOW)),
    ]
