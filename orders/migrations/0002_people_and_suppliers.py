
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orders', '0001_initial'),
        ('suppliers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='fulfilment',
            name='supplier',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='fulfilments', to='suppliers.supplier'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='importfile',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='orders.importbatch'),
        ),
        migrations.AddField(
            model_name='importrowerror',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='row_errors', to='orders.importbatch'),
        ),
        migrations.AddField(
            model_name='importrowerror',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='row_errors', to='orders.importfile'),
        ),
        migrations.AddField(
            model_name='order',
            name='address_checked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='order',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='served by'),
        ),
        migrations.AddField(
            model_name='order',
            name='payment_reminded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='fulfilment',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fulfilments', to='orders.order'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='fulfilment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='orders.fulfilment'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.order'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='product',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='suppliers.product'),
        ),
        migrations.AddField(
            model_name='parcel',
            name='fulfilment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='parcels', to='orders.fulfilment'),
        ),
        migrations.AddField(
            model_name='parcel',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parcels', to='orders.order'),
        ),
        migrations.AddField(
            model_name='parcel',
            name='replaced_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replaces', to='orders.parcel', verbose_name='replaced by'),
        ),
        migrations.AddField(
            model_name='parcelitem',
            name='parcel',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='orders.parcel'),
        ),
        migrations.AddField(
            model_name='parcelscan',
            name='parcel',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scans', to='orders.parcel'),
        ),
        migrations.AddField(
            model_name='refund',
            name='line',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='refunds', to='orders.orderline'),
        ),
        migrations.AddField(
            model_name='refund',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refunds', to='orders.order'),
        ),
        migrations.AddField(
            model_name='refund',
            name='ship_consented_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='shipmentupload',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='shipmentupload',
            name='supplier',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipment_uploads', to='suppliers.supplier', verbose_name='supplier'),
        ),
        migrations.AddField(
            model_name='shipmentupload',
            name='token',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='suppliers.suppliertoken', verbose_name='token'),
        ),
        migrations.AddField(
            model_name='shipmentuploadrow',
            name='upload',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='orders.shipmentupload'),
        ),
        migrations.AddConstraint(
            model_name='shop',
            constraint=models.UniqueConstraint(fields=('platform', 'name'), name='orders_shop_once'),
        ),
        migrations.AddField(
            model_name='promotionwindow',
            name='shop',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promotion_windows', to='orders.shop', verbose_name='shop'),
        ),
        migrations.AddField(
            model_name='order',
            name='shop',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='orders.shop', verbose_name='shop'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='shop',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='orders.shop', verbose_name='shop'),
        ),
        migrations.AddIndex(
            model_name='fulfilment',
            index=models.Index(condition=models.Q(('state__in', ('to_ship', 'part_shipped'))), fields=['supplier', 'paid_at', 'id'], name='orders_fulfilment_to_ship'),
        ),
        migrations.AddIndex(
            model_name='fulfilment',
            index=models.Index(fields=['supplier', '-id'], name='orders_fulfilment_supplier'),
        ),
        migrations.AddConstraint(
            model_name='fulfilment',
            constraint=models.UniqueConstraint(fields=('order', 'supplier'), name='orders_fulfilment_once'),
        ),
        migrations.AddConstraint(
            model_name='fulfilment',
            constraint=models.UniqueConstraint(condition=models.Q(('supplier__isnull', True)), fields=('order',), name='orders_fulfilment_one_unassigned'),
        ),
        migrations.AddConstraint(
            model_name='fulfilment',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'to_ship', 'part_shipped', 'shipped', 'cancelled'])), name='orders_fulfilment_state_known'),
        ),
        migrations.AddIndex(
            model_name='orderline',
            index=models.Index(fields=['sku'], name='orders_orderline_sku'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.UniqueConstraint(fields=('order', 'line_key'), name='orders_orderline_once'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('price__gte', 0), ('quantity__gte', 1)), name='orders_orderline_positive'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('shipped_quantity__lte', models.F('quantity'))), name='orders_orderline_shipped_at_most_all'),
        ),
        migrations.AddIndex(
            model_name='parcel',
            index=models.Index(fields=['tracking_no'], name='orders_parcel_tracking'),
        ),
        migrations.AddIndex(
            model_name='parcel',
            index=models.Index(condition=models.Q(('replaced_by__isnull', True)), fields=['fulfilment'], name='orders_parcel_current'),
        ),
        migrations.AddConstraint(
            model_name='parcel',
            constraint=models.UniqueConstraint(fields=('order', 'carrier', 'tracking_no'), name='orders_parcel_once'),
        ),
        migrations.AddConstraint(
            model_name='parcelitem',
            constraint=models.UniqueConstraint(fields=('parcel', 'sku'), name='orders_parcelitem_once'),
        ),
        migrations.AddConstraint(
            model_name='parcelscan',
            constraint=models.UniqueConstraint(fields=('parcel', 'at', 'status'), name='orders_parcelscan_once'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(fields=['state', 'deadline_at'], name='orders_refund_deadline'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(fields=('platform', 'refund_no'), name='orders_refund_once'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['wait_seller_agree', 'wait_buyer_return', 'wait_seller_confirm', 'seller_refused', 'closed', 'success'])), name='orders_refund_state_known'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='orders_refund_amount_not_negative'),
        ),
        migrations.AddIndex(
            model_name='shipmentupload',
            index=models.Index(fields=['supplier', '-id'], name='orders_shipmentupload_list'),
        ),
        migrations.AddConstraint(
            model_name='shipmentuploadrow',
            constraint=models.UniqueConstraint(fields=('upload', 'row'), name='orders_shipmentuploadrow_once'),
        ),
        migrations.AddConstraint(
            model_name='promotionwindow',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='orders_promotionwindow_order'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['-ordered_at', '-id'], name='orders_order_list'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['state', '-ordered_at', '-id'], name='orders_order_list_state'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['shop', '-ordered_at', '-id'], name='orders_order_list_shop'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['shop', 'state', '-ordered_at', '-id'], name='orders_order_list_shop_state'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('platform_state', 'paid'), ('state__in', ('shipped', 'delivered'))), fields=['-ordered_at', '-id'], name='orders_order_unmarked'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('flag__gt', 0)), fields=['flag', '-ordered_at', '-id'], name='orders_order_flagged'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('ship_mode', 'hold')), fields=['-ordered_at', '-id'], name='orders_order_held'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('owner__isnull', True), ('state', 'paid')), fields=['-ordered_at', '-id'], name='orders_order_ownerless'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['order_no'], name='orders_order_no'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['receiver_phone'], name='orders_order_phone'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['buyer_nick'], name='orders_order_buyer'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['paid_at'], name='orders_order_paid_at'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(fields=('platform', 'order_no'), name='orders_order_once'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['unpaid', 'paid', 'shipped', 'delivered', 'finished', 'closed'])), name='orders_order_state_known'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('paid_at__isnull', False), ('state__in', ['unpaid', 'closed']), _connector='OR'), name='orders_order_paid_has_time'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('goods_total__gte', 0), ('paid_total__gte', 0), ('postage__gte', 0), ('total_due__gte', 0)), name='orders_order_money_not_negative'),
        ),
    ]
