import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
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
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
            ],
            options={
                'verbose_name': 'audit entry',
                'verbose_name_plural': 'audit entries',
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['topic', '-id'], name='audit_entry_topic'), models.Index(fields=['action', '-id'], name='audit_entry_action')],
            },
        ),
    ]
