"""Complaints that are looked into are with quality management, and not with operations (CMP-05, QA-10)."""

from django.db import migrations, models


CASES = "UPDATE aftersales_case SET ball = '%s' WHERE kind = 'complaint' AND ball = '%s'"
CLOCKS = "UPDATE sla_clock SET party = '%s' WHERE policy = 'aftersales.investigation' AND party = '%s'"
OLD_AND_NEW = ("operations", "quality")


class Migration(migrations.Migration):

    dependencies = [
        ('aftersales', '0005_fewer_indexes'),
        ('sla', '0002_quality_has_the_ball'),
    ]

    operations = [
        migrations.AlterField(
            model_name='case',
            name='ball',
            field=models.CharField(choices=[('agent', 'service'), ('supplier', 'supplier'), ('buyer', 'buyer'), ('carrier', 'carrier'), ('platform', 'platform'), ('finance', 'finance'), ('warehouse', 'warehouse'), ('operations', 'operations'), ('quality', 'quality')], default='agent', max_length=12, verbose_name='ball with'),
        ),
        migrations.AlterField(
            model_name='contact',
            name='party',
            field=models.CharField(choices=[('agent', 'service'), ('supplier', 'supplier'), ('buyer', 'buyer'), ('carrier', 'carrier'), ('platform', 'platform'), ('finance', 'finance'), ('warehouse', 'warehouse'), ('operations', 'operations'), ('quality', 'quality')], max_length=12, verbose_name='with'),
        ),
        migrations.AlterField(
            model_name='evidence',
            name='origin',
            field=models.CharField(choices=[('agent', 'service'), ('supplier', 'supplier'), ('buyer', 'buyer'), ('carrier', 'carrier'), ('platform', 'platform'), ('finance', 'finance'), ('warehouse', 'warehouse'), ('operations', 'operations'), ('quality', 'quality')], default='buyer', max_length=12, verbose_name='came from'),
        ),
        *(
            migrations.RunSQL(sql % OLD_AND_NEW[::-1], sql % OLD_AND_NEW)
            for sql in (CASES, CLOCKS)
        ),
    ]
