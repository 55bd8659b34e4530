"""What PostgreSQL itself refuses: two windows of one person that overlap, and any change of what the fund says.

Overlaps are looked for at the end of the transaction: a swap may pass through one.
"""

from django.db import migrations

ADD_CONSTRAINT = """
ALTER TABLE staff_dutywindow ADD CONSTRAINT staff_dutywindow_no_overlap
EXCLUDE USING gist (int8range(user_id, user_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)
DEFERRABLE INITIALLY DEFERRED
"""
DROP_CONSTRAINT = "ALTER TABLE staff_dutywindow DROP CONSTRAINT staff_dutywindow_no_overlap"
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
    dependencies = [("staff", "0002_service_team")]
    operations = [
        migrations.RunPython(on_postgresql(ADD_CONSTRAINT), on_postgresql(DROP_CONSTRAINT)),
        migrations.RunPython(on_postgresql(REFUSE), on_postgresql(ALLOW)),
    ]
