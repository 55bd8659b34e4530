
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=60, verbose_name='about')),
                ('action', models.CharField(max_length=60, verbose_name='action')),
                ('actor_label', models.CharField(max_length=80, verbose_name='who (name)')),
                ('data', models.JSONField(blank=True, default=dict, verbose_name='data')),
                ('gesture', models.UUIDField(default=uuid.uuid4, verbose_name='gesture')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
            ],
            options={
                'verbose_name': 'audit entry',
                'verbose_name_plural': 'audit entries',
                'default_permissions': ('view',),
            },
        ),
    ]
