import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Calendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(unique=True, verbose_name='key')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('windows', models.JSONField(blank=True, default=dict, verbose_name='windows')),
                ('workdays_only', models.BooleanField(default=False, verbose_name='working days only')),
            ],
            options={
                'verbose_name': 'calendar',
                'verbose_name_plural': 'calendars',
            },
        ),
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='day')),
                ('kind', models.CharField(choices=[('off', 'day off'), ('work', 'make-up working day')], max_length=4, verbose_name='kind')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='name')),
            ],
            options={
                'verbose_name': 'holiday or make-up day',
                'verbose_name_plural': 'holidays and make-up days',
                'ordering': ['day'],
            },
        ),
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy', models.CharField(max_length=60, verbose_name='policy')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('length_seconds', models.PositiveIntegerField(verbose_name='length in seconds')),
                ('cutoff', models.TimeField(blank=True, null=True, verbose_name='cut-off')),
                ('severity', models.CharField(choices=[('info', 'information'), ('warning', 'warning'), ('money', 'money at stake')], default='warning', max_length=8, verbose_name='severity')),
                ('enabled', models.BooleanField(default=True, verbose_name='enabled')),
                ('parameters', models.JSONField(blank=True, default=dict, verbose_name='parameters')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='why it was changed')),
                ('created_at', models.DateTimeField(verbose_name='valid from')),
                ('calendar', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='sla.calendar', verbose_name='calendar')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'policy version',
                'verbose_name_plural': 'policy versions',
                'ordering': ['policy', '-version'],
                'constraints': [models.UniqueConstraint(fields=('policy', 'version'), name='sla_policyversion_once')],
            },
        ),
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy', models.CharField(max_length=60, verbose_name='promise')),
                ('subject_type', models.CharField(max_length=40, verbose_name='kind of subject')),
                ('subject_id', models.BigIntegerField(verbose_name='subject')),
                ('topic', models.CharField(max_length=60, verbose_name='about')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('party', models.CharField(choices=[('agent', 'service'), ('supplier', 'supplier'), ('buyer', 'buyer'), ('carrier', 'carrier'), ('platform', 'platform'), ('finance', 'finance'), ('warehouse', 'warehouse'), ('operations', 'operations')], max_length=12, verbose_name='ball with')),
                ('supplier_id', models.BigIntegerField(blank=True, null=True, verbose_name='supplier')),
                ('shop_id', models.BigIntegerField(blank=True, null=True, verbose_name='shop')),
                ('started_at', models.DateTimeField(verbose_name='started at')),
                ('own_due_at', models.DateTimeField(verbose_name='our due time')),
                ('platform_due_at', models.DateTimeField(blank=True, null=True, verbose_name="the platform's due time")),
                ('due_at', models.DateTimeField(verbose_name='due at')),
                ('step', models.PositiveSmallIntegerField(default=0, verbose_name='steps taken')),
                ('next_look_at', models.DateTimeField(blank=True, null=True, verbose_name='next look at')),
                ('state', models.CharField(choices=[('running', 'running'), ('paused', 'paused'), ('stopped', 'stopped'), ('void', 'void')], default='running', max_length=8, verbose_name='state')),
                ('verdict', models.CharField(blank=True, choices=[('', 'undecided'), ('met', 'met'), ('breached', 'breached')], default='', max_length=8, verbose_name='verdict')),
                ('stopped_at', models.DateTimeField(blank=True, null=True, verbose_name='stopped at')),
                ('late_seconds', models.PositiveIntegerField(blank=True, null=True, verbose_name='late by seconds')),
                ('paused_seconds', models.PositiveIntegerField(default=0, verbose_name='paused seconds')),
                ('stop_reason', models.CharField(blank=True, max_length=200, verbose_name='why it ended')),
                ('facts', models.JSONField(blank=True, default=dict, verbose_name='facts')),
                ('arming', models.PositiveSmallIntegerField(default=0, verbose_name='armed again')),
                ('failures', models.PositiveSmallIntegerField(default=0, verbose_name='failed looks')),
                ('last_error', models.TextField(blank=True, verbose_name='last error')),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='assignee')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clocks', to='sla.policyversion', verbose_name='version')),
            ],
            options={
                'verbose_name': 'clock',
                'verbose_name_plural': 'clocks',
                'permissions': [('manage_clock', 'Can pause, resume and extend clocks'), ('take_clock', 'Can take clocks and save views')],
                'indexes': [models.Index(condition=models.Q(('next_look_at__isnull', False)), fields=['next_look_at'], name='sla_clock_next_look'), models.Index(condition=models.Q(('state__in', ('running', 'paused'))), fields=['due_at', 'id'], name='sla_clock_desk'), models.Index(condition=models.Q(('state__in', ('running', 'paused'))), fields=['policy', 'due_at', 'id'], name='sla_clock_desk_policy'), models.Index(condition=models.Q(('state__in', ('running', 'paused'))), fields=['supplier_id', 'due_at', 'id'], name='sla_clock_desk_supplier'), models.Index(condition=models.Q(('state__in', ('running', 'paused'))), fields=['shop_id', 'due_at', 'id'], name='sla_clock_desk_shop'), models.Index(condition=models.Q(('state__in', ('running', 'paused'))), fields=['party', 'due_at', 'id'], name='sla_clock_desk_party'), models.Index(condition=models.Q(('state__in', ('running', 'paused'))), fields=['assignee', 'due_at', 'id'], name='sla_clock_desk_assignee'), models.Index(condition=models.Q(('state', 'paused')), fields=['due_at', 'id'], name='sla_clock_desk_paused'), models.Index(fields=['topic'], name='sla_clock_topic'), models.Index(fields=['subject_type', 'subject_id'], name='sla_clock_subject'), models.Index(fields=['due_at'], name='sla_clock_due'), models.Index(fields=['started_at'], name='sla_clock_started'), models.Index(condition=models.Q(('stopped_at__isnull', False)), fields=['stopped_at'], name='sla_clock_stopped'), models.Index(condition=models.Q(('failures__gt', 0)), fields=['id'], name='sla_clock_failing')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('running', 'paused'))), fields=('policy', 'subject_type', 'subject_id'), name='sla_clock_one_open'), models.CheckConstraint(condition=models.Q(('due_at__lte', models.F('own_due_at'))), name='sla_clock_due_not_after_own'), models.CheckConstraint(condition=models.Q(('state__in', ('running', 'paused')), ('stopped_at__isnull', False), _connector='OR'), name='sla_clock_ended_has_time'), models.CheckConstraint(condition=models.Q(('state', 'running'), ('next_look_at__isnull', True), _connector='OR'), name='sla_clock_only_running_is_looked_at')],
            },
        ),
        migrations.CreateModel(
            name='ClockEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.PositiveSmallIntegerField(verbose_name='step')),
                ('arming', models.PositiveSmallIntegerField(default=0, verbose_name='armed again')),
                ('kind', models.CharField(choices=[('warn', 'warning'), ('breach', 'breach'), ('escalate', 'escalation')], max_length=8, verbose_name='kind')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('collapsed', models.PositiveSmallIntegerField(default=1, verbose_name='rungs told as one')),
                ('audiences', models.JSONField(default=list, verbose_name='who is told')),
                ('announced_at', models.DateTimeField(blank=True, null=True, verbose_name='announced at')),
                ('clock', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='sla.clock')),
            ],
            options={
                'verbose_name': 'clock event',
                'verbose_name_plural': 'clock events',
                'indexes': [models.Index(condition=models.Q(('announced_at__isnull', True)), fields=['id'], name='sla_clockevent_unannounced'), models.Index(fields=['recorded_at'], name='sla_clockevent_recorded')],
                'constraints': [models.UniqueConstraint(fields=('clock', 'arming', 'step'), name='sla_clockevent_once')],
            },
        ),
        migrations.CreateModel(
            name='PauseSegment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField(verbose_name='from')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='to')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('party', models.CharField(choices=[('agent', 'service'), ('supplier', 'supplier'), ('buyer', 'buyer'), ('carrier', 'carrier'), ('platform', 'platform'), ('finance', 'finance'), ('warehouse', 'warehouse'), ('operations', 'operations')], max_length=12, verbose_name='on account of')),
                ('proof', models.CharField(blank=True, max_length=300, verbose_name='proof')),
                ('cause', models.CharField(blank=True, editable=False, max_length=40)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('clock', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pauses', to='sla.clock')),
            ],
            options={
                'verbose_name': 'pause',
                'verbose_name_plural': 'pauses',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('clock',), name='sla_pausesegment_one_open'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='sla_pausesegment_order')],
            },
        ),
        migrations.CreateModel(
            name='PolicyStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('kind', models.CharField(choices=[('warn', 'warning'), ('breach', 'breach'), ('escalate', 'escalation')], max_length=8, verbose_name='kind')),
                ('offset_seconds', models.IntegerField(verbose_name='seconds from due')),
                ('audiences', models.JSONField(default=list, verbose_name='who is told')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='sla.policyversion')),
            ],
            options={
                'verbose_name': 'step',
                'verbose_name_plural': 'steps',
                'ordering': ['version', 'number'],
                'constraints': [models.UniqueConstraint(fields=('version', 'number'), name='sla_policystep_once')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(max_length=20, verbose_name='page')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('query', models.CharField(blank=True, max_length=500, verbose_name='filter')),
                ('shared', models.BooleanField(default=False, verbose_name='shared')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
            ],
            options={
                'verbose_name': 'saved view',
                'verbose_name_plural': 'saved views',
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('owner', 'page', 'name'), name='sla_savedview_once')],
            },
        ),
    ]
