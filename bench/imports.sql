-- The same rows as an import of new orders leaves behind, written by hand: the least that a database must do.
CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS
SELECT nextval('orders_order_id_seq') AS id, s.id AS shop_id, o.*
FROM sent_orders o JOIN orders_shop s ON s.platform = 'taobao' AND s.name = o.shop;
ANALYZE fresh;
INSERT INTO orders_order
       (id, platform, shop_id, order_no, state, platform_state, buyer_nick, receiver_name, receiver_phone,
        receiver_address, buyer_message, ordered_at, paid_at, close_reason, goods_total, postage, total_due, paid_total,
        delivery_mode, flag, remark, remark_for_supplier, ship_mode, ship_mode_reason, supplier_confirmed_mode,
        chase_count, version, created_at, updated_at)
SELECT id, 'taobao', shop_id, order_no, state, state, buyer_nick, receiver_name, receiver_phone, receiver_address, '',
       ordered_at, paid_at, '', total, 0, total, CASE WHEN paid_at IS NULL THEN 0 ELSE total END, '快递', 0, '', '',
       'normal', '', false, 0, 1, %(now)s, %(now)s
FROM fresh;
CREATE TEMPORARY TABLE items ON COMMIT DROP AS
SELECT l.*, f.id AS order_id, p.id AS product_id, p.supplier_id
FROM sent_lines l JOIN fresh f ON f.order_no = l.order_no JOIN suppliers_product p ON p.code = l.sku;
CREATE TEMPORARY TABLE parts ON COMMIT DROP AS
SELECT nextval('orders_fulfilment_id_seq') AS id, x.order_id, x.supplier_id, f.order_no, f.shop_id, f.paid_at, f.state
FROM (SELECT DISTINCT order_id, supplier_id FROM items) x JOIN fresh f ON f.id = x.order_id;
ANALYZE parts;
INSERT INTO orders_fulfilment (id, order_id, supplier_id, state, paid_at, version)
SELECT id, order_id, supplier_id, CASE state WHEN 'paid' THEN 'to_ship' ELSE 'waiting' END, paid_at, 1 FROM parts;
INSERT INTO orders_orderline
       (order_id, fulfilment_id, line_key, sku, product_id, title, attributes, quantity, shipped_quantity, price,
        platform_status)
SELECT i.order_id, p.id, i.sku || '#' || i.n, i.sku, i.product_id, i.title, '', i.quantity, 0, i.price, i.status
FROM items i JOIN parts p ON p.order_id = i.order_id AND p.supplier_id = i.supplier_id;
INSERT INTO sla_clock
       (policy, version_id, subject_type, subject_id, topic, title, party, supplier_id, shop_id,
        started_at, own_due_at, due_at, step, next_look_at, state, verdict, paused_seconds, stop_reason, facts, arming,
        failures, last_error)
SELECT 'orders.ship_daily', %(ship)s, 'orders.fulfilment', id, 'orders.order:' || order_id, order_no, 'supplier',
       supplier_id, shop_id, paid_at, due, due, 0, due - interval '4 hours', 'running', '', 0, '', '{}', 0, 0, ''
FROM (SELECT *, CASE WHEN (paid_at AT TIME ZONE 'Asia/Shanghai')::time <= '16:00'
                     THEN (date_trunc('day', paid_at AT TIME ZONE 'Asia/Shanghai') + interval '23:59:59')
                          AT TIME ZONE 'Asia/Shanghai'
                     ELSE paid_at + interval '24 hours' END AS due
      FROM parts WHERE state = 'paid') p;
INSERT INTO sla_clock
       (policy, version_id, subject_type, subject_id, topic, title, party, shop_id,
        started_at, own_due_at, due_at, step, next_look_at, state, verdict, paused_seconds, stop_reason, facts, arming,
        failures, last_error)
SELECT k.policy, k.version_id, 'orders.order', f.id, 'orders.order:' || f.id, f.order_no, k.party, f.shop_id,
       f.ordered_at, f.ordered_at + k.length, f.ordered_at + k.length, 0, f.ordered_at + k.look, 'running', '', 0, '',
       '{}', 0, 0, ''
FROM fresh f, (VALUES ('orders.unpaid_reminder', %(remind)s, 'agent', interval '1 day', interval '1 day'),
                      ('orders.unpaid_close', %(close)s, 'platform', interval '7 days', NULL))
              AS k (policy, version_id, party, length, look)
WHERE f.state = 'unpaid';
INSERT INTO audit_entry (topic, action, actor_label, data, gesture, recorded_at)
SELECT 'orders.order:' || id, 'orders.imported', 'bench', jsonb_build_object('state', state, 'batch', 1), %(gesture)s,
       %(now)s
FROM fresh;
