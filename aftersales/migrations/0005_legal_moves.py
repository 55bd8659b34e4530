"""The machines as proxies, and their legal moves as a table that PostgreSQL asks before it lets a case change."""

from django.db import migrations, models

REFUSE = """
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
ALLOW = """
DROP TRIGGER aftersales_case_opened ON aftersales_case;
DROP TRIGGER aftersales_case_moved ON aftersales_case;
DROP FUNCTION aftersales_case_legal();
"""


def on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql, params=None)

    return run


class Migration(migrations.Migration):

    dependencies = [
        ('aftersales', '0004_open_cases'),
    ]

    operations = [
        migrations.CreateModel(
            name='Compensation',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('aftersales.case',),
        ),
        migrations.CreateModel(
            name='Complaint',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('aftersales.case',),
        ),
        migrations.CreateModel(
            name='Consultation',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('aftersales.case',),
        ),
        migrations.CreateModel(
            name='Dispute',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('aftersales.case',),
        ),
        migrations.CreateModel(
            name='Exchange',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('aftersales.case',),
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('aftersales.case',),
        ),
        migrations.CreateModel(
            name='Repair',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('aftersales.case',),
        ),
        migrations.CreateModel(
            name='Reship',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('aftersales.case',),
        ),
        migrations.CreateModel(
            name='Return',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('aftersales.case',),
        ),
        migrations.CreateModel(
            name='Shortage',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('aftersales.case',),
        ),
        migrations.CreateModel(
            name='UnshippedRefund',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('aftersales.case',),
        ),
        migrations.AlterField(
            model_name='reason',
            name='department',
            field=models.CharField(blank=True, max_length=20, verbose_name='department'),
        ),
        migrations.CreateModel(
            name='LegalMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=16)),
                ('before', models.CharField(blank=True, max_length=16)),
                ('after', models.CharField(max_length=16)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('kind', 'before', 'after'), name='aftersales_legalmove_once')],
            },
        ),
        migrations.RunPython(on_postgresql(REFUSE), on_postgresql(ALLOW)),
    ]
