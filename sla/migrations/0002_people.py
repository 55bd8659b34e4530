
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('sla', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='clock',
            name='assignee',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='assignee'),
        ),
        migrations.AddField(
            model_name='clockevent',
            name='clock',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='sla.clock'),
        ),
        migrations.AddField(
            model_name='pausesegment',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='pausesegment',
            name='clock',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pauses', to='sla.clock'),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='calendar',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='sla.calendar', verbose_name='calendar'),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='created_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='policystep',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='sla.policyversion'),
        ),
        migrations.AddField(
            model_name='clock',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clocks', to='sla.policyversion', verbose_name='version'),
        ),
        migrations.AddField(
            model_name='savedview',
            name='owner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddIndex(
            model_name='clockevent',
            index=models.Index(condition=models.Q(('announced_at__isnull', True)), fields=['id'], name='sla_clockevent_unannounced'),
        ),
        migrations.AddIndex(
            model_name='clockevent',
            index=models.Index(fields=['recorded_at'], name='sla_clockevent_recorded'),
        ),
        migrations.AddConstraint(
            model_name='clockevent',
            constraint=models.UniqueConstraint(fields=('clock', 'arming', 'step'), name='sla_clockevent_once'),
        ),
        migrations.AddConstraint(
            model_name='pausesegment',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('clock',), name='sla_pausesegment_one_open'),
        ),
        migrations.AddConstraint(
            model_name='pausesegment',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='sla_pausesegment_order'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.UniqueConstraint(fields=('policy', 'version'), name='sla_policyversion_once'),
        ),
        migrations.AddConstraint(
            model_name='policystep',
            constraint=models.UniqueConstraint(fields=('version', 'number'), name='sla_policystep_once'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('next_look_at__isnull', False)), fields=['next_look_at'], name='sla_clock_next_look'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('state__in', ('running', 'paused'))), fields=['due_at', 'id'], name='sla_clock_desk'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('state__in', ('running', 'paused'))), fields=['policy', 'due_at', 'id'], name='sla_clock_desk_policy'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('state__in', ('running', 'paused'))), fields=['supplier_id', 'due_at', 'id'], name='sla_clock_desk_supplier'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('state__in', ('running', 'paused'))), fields=['shop_id', 'due_at', 'id'], name='sla_clock_desk_shop'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('state__in', ('running', 'paused'))), fields=['party', 'due_at', 'id'], name='sla_clock_desk_party'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('state__in', ('running', 'paused'))), fields=['assignee', 'due_at', 'id'], name='sla_clock_desk_assignee'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('state', 'paused')), fields=['due_at', 'id'], name='sla_clock_desk_paused'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(fields=['topic'], name='sla_clock_topic'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(fields=['subject_type', 'subject_id'], name='sla_clock_subject'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(fields=['due_at'], name='sla_clock_due'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(fields=['started_at'], name='sla_clock_started'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('stopped_at__isnull', False)), fields=['stopped_at'], name='sla_clock_stopped'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('failures__gt', 0)), fields=['id'], name='sla_clock_failing'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('running', 'paused'))), fields=('policy', 'subject_type', 'subject_id'), name='sla_clock_one_open'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.CheckConstraint(condition=models.Q(('due_at__lte', models.F('own_due_at'))), name='sla_clock_due_not_after_own'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('running', 'paused')), ('stopped_at__isnull', False), _connector='OR'), name='sla_clock_ended_has_time'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'running'), ('next_look_at__isnull', True), _connector='OR'), name='sla_clock_only_running_is_looked_at'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('owner', 'page', 'name'), name='sla_savedview_once'),
        ),
    ]
