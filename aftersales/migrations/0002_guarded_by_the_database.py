"""What PostgreSQL itself refuses: moves that no machine has, and any change of what was sent to a platform or of what a
piece of evidence is."""

from django.db import migrations

ASK_THE_MACHINES = """
CREATE FUNCTION aftersales_case_legal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.kind <> OLD.kind THEN
        RAISE EXCEPTION 'A case never changes its kind.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM aftersales_legalmove m WHERE m.kind = NEW.kind AND m.after = NEW.state
        AND m.before = CASE WHEN TG_OP = 'UPDATE' THEN OLD.state ELSE '' END
    ) THEN
        RAISE EXCEPTION 'The machine of this kind of case has no such move.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aftersales_case_opened BEFORE INSERT ON aftersales_case
    FOR EACH ROW EXECUTE FUNCTION aftersales_case_legal();
CREATE TRIGGER aftersales_case_moved BEFORE UPDATE OF state, kind ON aftersales_case
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state OR OLD.kind IS DISTINCT FROM NEW.kind)
    EXECUTE FUNCTION aftersales_case_legal();
"""
LET_THEM = """
DROP TRIGGER aftersales_case_opened ON aftersales_case;
DROP TRIGGER aftersales_case_moved ON aftersales_case;
DROP FUNCTION aftersales_case_legal();
"""

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
THAW = """
DROP TRIGGER aftersales_evidence_stays ON aftersales_evidence;
DROP TRIGGER aftersales_evidence_never_deleted ON aftersales_evidence;
DROP TRIGGER aftersales_evidencekit_frozen ON aftersales_evidencekit;
DROP FUNCTION aftersales_evidence_refuse();
"""


def on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql, params=None)

    return run


class Migration(migrations.Migration):
    dependencies = [("aftersales", "0001_initial")]
    operations = [
        migrations.RunPython(on_postgresql(ASK_THE_MACHINES), on_postgresql(LET_THEM)),
        migrations.RunPython(on_postgresql(FREEZE), on_postgresql(THAW)),
    ]
