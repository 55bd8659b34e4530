"""When a case is due next, and the worklist's order by it: an index for each of its filters."""

import datetime as dt

from django.db import migrations, models

NEVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
LISTS = {
    "open": [],
    "kind": ["kind"],
    "state": ["kind", "state"],
    "ball": ["ball"],
    "owner": ["owner"],
    "supplier": ["supplier"],
    "shop": ["shop"],
}
NEAREST = """UPDATE aftersales_case SET due_at = (SELECT MIN(c.due_at) FROM sla_clock c
 WHERE c.topic = 'aftersales.case:' || aftersales_case.id AND c.state = 'running') WHERE EXISTS (SELECT 1 FROM sla_clock c
 WHERE c.topic = 'aftersales.case:' || aftersales_case.id AND c.state = 'running')"""


class Migration(migrations.Migration):
    dependencies = [("aftersales", "0002_guarded_by_the_database"), ("sla", "0001_initial")]
    operations = [
        migrations.AddField(
            "case", "due_at", models.DateTimeField(default=NEVER, editable=False, verbose_name="due at")
        ),
        migrations.RunSQL(NEAREST, migrations.RunSQL.noop),
        *(
            migrations.AddIndex(
                "case",
                models.Index(
                    condition=models.Q(active=True),
                    fields=[*first, "due_at", "opened_at", "id"],
                    name=f"aftersales_due_{name}",
                ),
            )
            for name, first in LISTS.items()
        ),
    ]
