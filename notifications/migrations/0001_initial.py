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
            name='BellItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60, verbose_name='kind')),
                ('context', models.JSONField(default=dict, verbose_name='context')),
                ('url', models.CharField(blank=True, max_length=300, verbose_name='link')),
                ('severity', models.CharField(default='info', max_length=8, verbose_name='severity')),
                ('dedupe_key', models.CharField(max_length=160)),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read at')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bell_items', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'bell item',
                'verbose_name_plural': 'bell items',
                'default_permissions': (),
                'indexes': [models.Index(fields=['user', '-id'], name='notifications_bell_user'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user'], name='notifications_bell_unread')],
                'constraints': [models.UniqueConstraint(fields=('user', 'dedupe_key'), name='notifications_bell_once')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=60, verbose_name='kind')),
                ('channel', models.CharField(choices=[('email', 'e-mail')], default='email', max_length=12, verbose_name='channel')),
                ('address', models.CharField(max_length=254, verbose_name='address')),
                ('language', models.CharField(default='zh-hans', max_length=10, verbose_name='language')),
                ('context', models.JSONField(default=dict, verbose_name='context')),
                ('dedupe_key', models.CharField(max_length=160, unique=True, verbose_name='unique key')),
                ('state', models.CharField(choices=[('queued', 'waiting'), ('sent', 'sent'), ('dead', 'given up')], default='queued', max_length=8, verbose_name='state')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('next_try_at', models.DateTimeField(verbose_name='next try at')),
                ('lease_token', models.UUIDField(blank=True, editable=False, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('last_error', models.TextField(blank=True, verbose_name='last error')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['next_try_at'], name='notifications_message_due'), models.Index(fields=['state', '-id'], name='notifications_message_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(('state', 'sent'), _negated=True), _connector='OR'), name='notifications_message_sent_has_time')],
            },
        ),
    ]
