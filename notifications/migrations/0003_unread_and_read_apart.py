"""A notice goes into one of two lists, unread or read, and not into both."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0002_fewer_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='bellitem',
            name='notifications_bell_user',
        ),
        migrations.RemoveIndex(
            model_name='bellitem',
            name='notifications_bell_unread',
        ),
        migrations.AddIndex(
            model_name='bellitem',
            index=models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user', '-id'], name='notifications_bell_new'),
        ),
        migrations.AddIndex(
            model_name='bellitem',
            index=models.Index(condition=models.Q(('read_at__isnull', False)), fields=['user', '-id'], name='notifications_bell_read'),
        ),
    ]
