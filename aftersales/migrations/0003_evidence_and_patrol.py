"""Evidence is shared and withdrawn, kits are frozen, a round knows why it looks at a case.

PostgreSQL itself refuses a change of what was sent to a platform, and of what a piece of evidence is.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

FREEZE = """
CREATE FUNCTION aftersales_evidence_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Evidence is never rewritten: withdraw it with a reason.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER aftersales_evidencekit_frozen BEFORE UPDATE OR DELETE ON aftersales_evidencekit
    FOR EACH ROW EXECUTE FUNCTION aftersales_evidence_refuse();
CREATE TRIGGER aftersales_evidence_never_deleted BEFORE DELETE ON aftersales_evidence
    FOR EACH ROW EXECUTE FUNCTION aftersales_evidence_refuse();
CREATE TRIGGER aftersales_evidence_stays BEFORE UPDATE ON aftersales_evidence
    FOR EACH ROW WHEN (OLD.key <> NEW.key OR OLD.sha256 <> NEW.sha256 OR OLD.size <> NEW.size OR OLD.file <> NEW.file
        OR OLD.at <> NEW.at OR OLD.by_id IS DISTINCT FROM NEW.by_id
        OR OLD.by_supplier_id IS DISTINCT FROM NEW.by_supplier_id
        OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at))
    EXECUTE FUNCTION aftersales_evidence_refuse();
"""
ALLOW = """
DROP TRIGGER aftersales_evidence_stays ON aftersales_evidence;
DROP TRIGGER aftersales_evidence_never_deleted ON aftersales_evidence;
DROP TRIGGER aftersales_evidencekit_frozen ON aftersales_evidencekit;
DROP FUNCTION aftersales_evidence_refuse();
"""


def on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):
    dependencies = [
        ("aftersales", "0002_return_desk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            "evidence",
            {
                "default_permissions": (),
                "ordering": ["at", "pk"],
                "permissions": [("add_evidence", "Can add evidence")],
                "verbose_name": "evidence",
                "verbose_name_plural": "evidence",
            },
        ),
        migrations.AddField(
            "evidence",
            "shared_at",
            models.DateTimeField("shared with the supplier at", blank=True, null=True),
        ),
        migrations.AddField(
            "evidence",
            "withdrawn_by",
            models.ForeignKey(
                settings.AUTH_USER_MODEL, django.db.models.deletion.PROTECT, blank=True, null=True, related_name="+"
            ),
        ),
        migrations.AddField(
            "evidence", "withdrawn_why", models.CharField("why withdrawn", blank=True, max_length=200)
        ),
        migrations.AlterField(
            "evidence",
            "type",
            models.CharField("type", choices=[("photo", "photo"), ("video", "video")], max_length=8),
        ),
        migrations.AddConstraint(
            "evidence",
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_why=""),
                name="aftersales_evidence_withdrawn_why",
            ),
        ),
        migrations.AddField("evidencekit", "facts", models.JSONField("the case then", default=list)),
        migrations.AddField(
            "evidencekit",
            "sha256",
            models.CharField("checksum", max_length=64, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "patrolmark",
            "why",
            models.CharField(
                "why it is looked at",
                choices=[
                    ("pending", "refund is pending"),
                    ("rejected", "rejected, two days left"),
                    ("awaited", "goods awaited for two days"),
                ],
                default="pending",
                max_length=8,
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "patrolround",
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(missed_at__isnull=True), name="aftersales_patrolround_one_end"
            ),
        ),
        migrations.RunPython(on_postgresql(FREEZE), on_postgresql(ALLOW)),
    ]
