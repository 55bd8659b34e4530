
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('notifications', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='bellitem',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bell_items', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='message',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user'),
        ),
        migrations.AddIndex(
            model_name='bellitem',
            index=models.Index(fields=['user', '-id'], name='notifications_bell_user'),
        ),
        migrations.AddIndex(
            model_name='bellitem',
            index=models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user'], name='notifications_bell_unread'),
        ),
        migrations.AddConstraint(
            model_name='bellitem',
            constraint=models.UniqueConstraint(fields=('user', 'dedupe_key'), name='notifications_bell_once'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state', 'queued')), fields=['next_try_at'], name='notifications_message_due'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['state', '-id'], name='notifications_message_state'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(('state', 'sent'), _negated=True), _connector='OR'), name='notifications_message_sent_has_time'),
        ),
    ]
