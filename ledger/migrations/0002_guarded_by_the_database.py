"""What PostgreSQL itself refuses: a pay slip or claim that jumps to a state its machine does not reach, any change of
the sum of a slip that was asked for, and the deletion of a slip."""

from django.db import migrations

SLIPS = (
    ("draft", "submitted"),
    ("declined", "submitted"),
    ("submitted", "approved"),
    ("submitted", "declined"),
    ("approved", "declined"),
    ("approved", "paid"),
    ("paid", "reconciled"),
    ("mismatched", "reconciled"),
    ("paid", "mismatched"),
)
CLAIMS = (
    ("drafted", "evidenced"),
    ("evidenced", "sent"),
    ("disputed", "sent"),
    ("sent", "accepted"),
    ("disputed", "accepted"),
    ("sent", "disputed"),
    ("accepted", "settled"),
    ("drafted", "written_off"),
    ("evidenced", "written_off"),
    ("sent", "written_off"),
    ("disputed", "written_off"),
)


def guard(table, pairs):
    legal = ", ".join(f"('{before}', '{after}')" for before, after in pairs)
    return f"""
CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state, NEW.state) NOT IN ({legal}) THEN
        RAISE EXCEPTION '{table} does not go from % to %.', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_legal_moves BEFORE UPDATE OF state ON {table}
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION {table}_refuse();
"""


def unguard(table):
    return f"DROP TRIGGER {table}_legal_moves ON {table}; DROP FUNCTION {table}_refuse();"


KEEP = """
CREATE FUNCTION ledger_payslip_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A pay slip stays as it was asked for.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_payslip_kept BEFORE UPDATE OF amount, event_key, direction ON ledger_payslip
    FOR EACH ROW WHEN (
        (OLD.amount, OLD.event_key, OLD.direction) IS DISTINCT FROM (NEW.amount, NEW.event_key, NEW.direction)
    ) EXECUTE FUNCTION ledger_payslip_keep();
CREATE TRIGGER ledger_payslip_not_deleted BEFORE DELETE ON ledger_payslip
    FOR EACH ROW EXECUTE FUNCTION ledger_payslip_keep();
"""
FREE = """
DROP TRIGGER ledger_payslip_kept ON ledger_payslip;
DROP TRIGGER ledger_payslip_not_deleted ON ledger_payslip;
DROP FUNCTION ledger_payslip_keep();
"""


def on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql, params=None)

    return run


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunPython(
            on_postgresql(guard("ledger_payslip", SLIPS)), on_postgresql(unguard("ledger_payslip"))
        ),
        migrations.RunPython(on_postgresql(guard("ledger_claim", CLAIMS)), on_postgresql(unguard("ledger_claim"))),
        migrations.RunPython(on_postgresql(KEEP), on_postgresql(FREE)),
    ]
