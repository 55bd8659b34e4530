import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.math
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orders', '0004_waybill_stock'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('suppliers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='MoneyLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=20, unique=True, verbose_name='role')),
                ('amount', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='up to, yuan')),
            ],
            options={
                'verbose_name': 'money limit',
                'verbose_name_plural': 'money limits',
            },
        ),
        migrations.CreateModel(
            name='LineBudget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('paid', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='paid')),
                ('bound', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='set aside or paid back')),
                ('line', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='budget', to='orders.orderline', verbose_name='line')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='budgets', to='orders.order', verbose_name='order')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('bound__gte', 0), ('bound__lte', models.F('paid'))), name='ledger_linebudget_never_more'), models.UniqueConstraint(condition=models.Q(('line__isnull', True)), fields=('order',), name='ledger_linebudget_one_postage')],
            },
        ),
        migrations.CreateModel(
            name='Loss',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=60, verbose_name='about')),
                ('part', models.PositiveSmallIntegerField(default=1)),
                ('goods', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='goods')),
                ('freight', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='freight')),
                ('compensation', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='compensation')),
                ('total', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='total')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='losses', to='orders.order')),
            ],
            options={
                'verbose_name': 'loss',
                'verbose_name_plural': 'losses',
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['at'], name='ledger_loss_at')],
                'constraints': [models.UniqueConstraint(fields=('topic', 'part'), name='ledger_loss_once'), models.CheckConstraint(condition=models.Q(('compensation__gte', 0), ('freight__gte', 0), ('goods__gte', 0), ('total__gt', 0)), name='ledger_loss_money'), models.CheckConstraint(condition=models.Q(('total', django.db.models.functions.math.Round(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('goods'), '+', models.F('freight')), '+', models.F('compensation')), precision=2))), name='ledger_loss_sums')],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('drafted', 'drafted'), ('evidenced', 'proof complete'), ('sent', 'sent'), ('accepted', 'claim accepted'), ('disputed', 'disputed'), ('settled', 'settled'), ('written_off', 'written off')], default='drafted', max_length=11)),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                ('liable', models.CharField(choices=[('supplier', 'supplier'), ('carrier', 'carrier'), ('company', 'company'), ('agent', 'staff'), ('buyer', 'buyer'), ('platform', 'platform')], max_length=10, verbose_name='party')),
                ('percent', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='share, %')),
                ('amount', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='amount')),
                ('agreed_amount', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='agreed')),
                ('settled_amount', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='settled')),
                ('proof', models.JSONField(blank=True, default=list, verbose_name='proof')),
                ('answer', models.CharField(blank=True, max_length=500, verbose_name='answer')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered at')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='settled at')),
                ('month', models.DateField(blank=True, null=True, verbose_name='month of the statement')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('supplier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='suppliers.supplier', verbose_name='supplier')),
                ('loss', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='ledger.loss')),
            ],
            options={
                'verbose_name': 'claim',
                'verbose_name_plural': 'claims',
                'permissions': [('work_claim', 'Can pursue claims')],
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['supplier', 'month'], name='ledger_claim_statement'), models.Index(fields=['state', 'id'], name='ledger_claim_state')],
                'constraints': [models.UniqueConstraint(fields=('loss', 'liable'), name='ledger_claim_once'), models.CheckConstraint(condition=models.Q(('state__in', ['drafted', 'evidenced', 'sent', 'accepted', 'disputed', 'settled', 'written_off'])), name='ledger_claim_state_known'), models.CheckConstraint(condition=models.Q(('agreed_amount__lte', models.F('amount')), ('settled_amount__gte', 0), ('settled_amount__lte', models.F('agreed_amount'))), name='ledger_claim_money'), models.CheckConstraint(condition=models.Q(models.Q(('liable', 'supplier'), _negated=True), ('supplier__isnull', False), _connector='OR'), name='ledger_claim_names_supplier')],
            },
        ),
        migrations.CreateModel(
            name='PayBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                ('platform', models.CharField(blank=True, max_length=12, verbose_name='platform')),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('paid_at', models.DateTimeField(blank=True, null=True, verbose_name='paid at')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('shop', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.shop', verbose_name='shop')),
            ],
            options={
                'verbose_name': 'pay batch',
                'verbose_name_plural': 'pay batches',
                'ordering': ['-pk'],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='PaySlip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('approved', 'approved'), ('declined', 'declined'), ('paid', 'paid'), ('reconciled', 'reconciled'), ('mismatched', 'does not match')], default='draft', max_length=10)),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                ('topic', models.CharField(max_length=60, verbose_name='about')),
                ('event_key', models.CharField(max_length=80, unique=True)),
                ('direction', models.CharField(choices=[('out', 'money out'), ('in', 'money in')], default='out', max_length=3, verbose_name='direction')),
                ('purpose', models.CharField(choices=[('refund', 'refund'), ('freight', 'freight'), ('compensation', 'compensation'), ('repair', 'repair'), ('extra_cost', 'extra cost'), ('claim', 'settled claim')], max_length=12, verbose_name='for')),
                ('amount', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='amount')),
                ('pay_by', models.CharField(choices=[('platform', 'by the platform'), ('alipay', 'Alipay'), ('bank', 'bank'), ('coupon', 'coupon')], default='platform', max_length=8, verbose_name='way')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('remark', models.CharField(max_length=200, verbose_name='remark')),
                ('pay_on', models.DateField(blank=True, null=True, verbose_name='planned for')),
                ('asked_at', models.DateTimeField(blank=True, null=True, verbose_name='asked at')),
                ('approved_at', models.DateTimeField(blank=True, null=True, verbose_name='approved at')),
                ('paid_at', models.DateTimeField(blank=True, null=True, verbose_name='paid at')),
                ('platform_number', models.CharField(blank=True, max_length=60, verbose_name="the platform's number")),
                ('declined_reason', models.CharField(blank=True, max_length=200, verbose_name='why declined')),
                ('difference', models.CharField(blank=True, max_length=200, verbose_name='difference')),
                ('reconciled_at', models.DateTimeField(blank=True, null=True, verbose_name='reconciled at')),
                ('four_eyes', models.BooleanField(default=False, verbose_name='above the limit')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('batch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='slips', to='ledger.paybatch')),
                ('order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='slips', to='orders.order', verbose_name='order')),
                ('paid_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('refund', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='slip', to='orders.refund', verbose_name='platform refund')),
                ('shop', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.shop', verbose_name='shop')),
            ],
            options={
                'verbose_name': 'pay slip',
                'verbose_name_plural': 'pay slips',
                'ordering': ['-pk'],
                'permissions': [('ask_slip', 'Can ask for payments'), ('approve_slip', 'Can approve payments'), ('pay_slip', 'Can pay')],
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['state', 'asked_at', 'id'], name='ledger_payslip_queue'), models.Index(condition=models.Q(('paid_at__isnull', False)), fields=['paid_at'], name='ledger_payslip_paid'), models.Index(fields=['topic'], name='ledger_payslip_topic')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='ledger_payslip_amount'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'approved', 'declined', 'paid', 'reconciled', 'mismatched'])), name='ledger_payslip_state_known'), models.CheckConstraint(condition=models.Q(('four_eyes', False), ('approved_by__isnull', True), models.Q(models.Q(('approved_by', models.F('asked_by')), _negated=True), models.Q(('paid_by__isnull', True), models.Q(models.Q(('paid_by', models.F('asked_by')), _negated=True), models.Q(('paid_by', models.F('approved_by')), _negated=True)), _connector='OR')), _connector='OR'), name='ledger_payslip_four_eyes'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('paid', 'reconciled', 'mismatched')), _negated=True), models.Q(('approved_at__isnull', False), ('paid_at__isnull', False)), _connector='OR'), name='ledger_payslip_paid_has_time'), models.UniqueConstraint(condition=models.Q(('platform_number', ''), _negated=True), fields=('platform_number',), name='ledger_payslip_platform_number_once')],
            },
        ),
        migrations.CreateModel(
            name='PlatformLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('platform', models.CharField(max_length=12, verbose_name='platform')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('cases', models.PositiveSmallIntegerField(verbose_name='cases a batch')),
                ('amount', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='yuan a batch')),
            ],
            options={
                'verbose_name': 'limit of a platform',
                'verbose_name_plural': 'limits of platforms',
                'constraints': [models.UniqueConstraint(fields=('platform', 'valid_from'), name='ledger_platformlimit_once')],
            },
        ),
        migrations.CreateModel(
            name='SlipLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='amount')),
                ('budget', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slip_lines', to='ledger.linebudget')),
                ('slip', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='ledger.payslip')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('slip', 'budget'), name='ledger_slipline_once'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='ledger_slipline_amount')],
            },
        ),
    ]
