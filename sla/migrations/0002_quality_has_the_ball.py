"""Quality management can have the ball, too."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sla', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='clock',
            name='party',
            field=models.CharField(choices=[('agent', 'service'), ('supplier', 'supplier'), ('buyer', 'buyer'), ('carrier', 'carrier'), ('platform', 'platform'), ('finance', 'finance'), ('warehouse', 'warehouse'), ('operations', 'operations'), ('quality', 'quality')], max_length=12, verbose_name='ball with'),
        ),
        migrations.AlterField(
            model_name='pausesegment',
            name='party',
            field=models.CharField(choices=[('agent', 'service'), ('supplier', 'supplier'), ('buyer', 'buyer'), ('carrier', 'carrier'), ('platform', 'platform'), ('finance', 'finance'), ('warehouse', 'warehouse'), ('operations', 'operations'), ('quality', 'quality')], max_length=12, verbose_name='on account of'),
        ),
    ]
