"""Nobody looks for cases by their reason alone, and reasons are hardly ever deleted."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('aftersales', '0006_quality_investigates'),
    ]

    operations = [
        migrations.AlterField(
            model_name='case',
            name='reason',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='aftersales.reason', verbose_name='reason'),
        ),
    ]
