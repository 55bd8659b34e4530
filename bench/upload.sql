-- The same rows as an upload of tracking numbers leaves behind, written by hand: the least that a database must do.
CREATE TEMPORARY TABLE mine ON COMMIT DROP AS
SELECT s.*, o.id AS order_id, o.shop_id, o.owner_id, o.platform, f.id AS fulfilment_id,
       CASE WHEN f.id IS NULL THEN 'unknown_order' WHEN o.ship_mode = 'hold' THEN 'not_shippable' ELSE 'accepted' END
       AS verdict
FROM sent s LEFT JOIN (orders_order o JOIN orders_fulfilment f ON f.order_id = o.id AND f.supplier_id = %(supplier)s)
     ON o.order_no = s.order_no;
ANALYZE mine;
INSERT INTO orders_shipmentuploadrow
       (upload_id, row, order_no, sku, quantity, carrier, tracking_no, shipped_at, verdict, message)
SELECT %(upload)s, n, order_no, '', '', carrier_text, tracking_no, shipped_at::text, verdict,
       CASE verdict WHEN 'accepted' THEN '' ELSE '没有这个订单，或订单不能发货，请联系客服。' END
FROM mine;
WITH parcel AS (
    INSERT INTO orders_parcel
           (order_id, fulfilment_id, carrier, tracking_no, source, shipped_at, recorded_at)
    SELECT order_id, fulfilment_id, carrier, tracking_no, 'supplier', shipped_at, %(now)s
    FROM mine WHERE verdict = 'accepted' RETURNING id, order_id, fulfilment_id, shipped_at)
INSERT INTO sla_clock
       (policy, version_id, subject_type, subject_id, topic, title, party, supplier_id, shop_id, assignee_id,
        started_at, own_due_at, due_at, step, next_look_at, state, verdict, paused_seconds, stop_reason, facts, arming,
        failures, last_error)
SELECT 'orders.parcel_stuck', %(stuck)s, 'orders.parcel', p.id, 'orders.order:' || p.order_id, m.order_no, 'carrier',
       %(supplier)s, m.shop_id, m.owner_id, p.shipped_at, p.shipped_at + interval '48 hours',
       p.shipped_at + interval '48 hours', 0, p.shipped_at + interval '48 hours', 'running', '', 0, '', '{}', 0, 0, ''
FROM parcel p JOIN mine m ON m.fulfilment_id = p.fulfilment_id;
UPDATE orders_orderline l SET shipped_quantity = l.quantity
FROM mine m WHERE l.fulfilment_id = m.fulfilment_id AND m.verdict = 'accepted';
UPDATE orders_fulfilment f SET state = 'shipped', shipped_at = %(now)s, version = f.version + 1
FROM mine m WHERE f.id = m.fulfilment_id AND m.verdict = 'accepted';
WITH complete AS (
    UPDATE orders_order o SET state = 'shipped', shipped_at = %(now)s, updated_at = %(now)s, version = o.version + 1
    FROM mine m WHERE o.id = m.order_id AND m.verdict = 'accepted' AND NOT EXISTS (
        SELECT 1 FROM orders_fulfilment f WHERE f.order_id = o.id AND f.state NOT IN ('shipped', 'cancelled'))
    RETURNING o.id, o.order_no, o.shop_id, o.owner_id, o.platform)
INSERT INTO sla_clock
       (policy, version_id, subject_type, subject_id, topic, title, party, shop_id, assignee_id,
        started_at, own_due_at, due_at, step, next_look_at, state, verdict, paused_seconds, stop_reason, facts, arming,
        failures, last_error)
SELECT 'orders.auto_confirm', %(confirm)s, 'orders.order', id, 'orders.order:' || id, order_no, 'platform', shop_id,
       owner_id, %(now)s, %(now)s + interval '10 days', %(now)s + interval '10 days', 0, %(now)s + interval '8 days',
       'running', '', 0, '', jsonb_build_object('platform', platform), 0, 0, ''
FROM complete;
UPDATE sla_clock c SET state = 'stopped', stopped_at = %(now)s, next_look_at = NULL, stop_reason = '',
       verdict = CASE WHEN c.verdict <> '' THEN c.verdict WHEN c.due_at < %(now)s THEN 'breached' ELSE 'met' END,
       late_seconds = GREATEST(0, EXTRACT(EPOCH FROM %(now)s - c.due_at))::integer
FROM mine m
WHERE c.subject_type = 'orders.fulfilment' AND c.subject_id = m.fulfilment_id AND m.verdict = 'accepted'
      AND c.state IN ('running', 'paused');
INSERT INTO audit_entry (topic, action, actor_label, data, gesture, recorded_at)
SELECT 'orders.order:' || order_id, 'orders.shipped', 'bench',
       jsonb_build_object('carrier', carrier, 'number', tracking_no, 'supplier', %(supplier)s::text, 'pieces', 1),
       %(gesture)s, %(now)s
FROM mine WHERE verdict = 'accepted';
