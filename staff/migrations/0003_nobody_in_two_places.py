"""PostgreSQL refuses two windows of one person that overlap, at the end of the transaction: a swap may pass through it."""

from django.db import migrations

ADD = """
ALTER TABLE staff_dutywindow ADD CONSTRAINT staff_dutywindow_no_overlap
EXCLUDE USING gist (int8range(user_id, user_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)
DEFERRABLE INITIALLY DEFERRED
"""
DROP = "ALTER TABLE staff_dutywindow DROP CONSTRAINT staff_dutywindow_no_overlap"


def run(sql):
    def forwards(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return forwards


class Migration(migrations.Migration):
    dependencies = [("staff", "0002_service_team")]
    operations = [migrations.RunPython(run(ADD), run(DROP))]
