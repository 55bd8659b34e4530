"""Every schedule of the product, in one table. Times of day are Asia/Shanghai."""

from __future__ import annotations

from celery.schedules import crontab, schedule

MINUTE = schedule(60)

BEAT_SCHEDULE = {
    # task name: when. Every task is idempotent: a tick too many does nothing, a tick missed is made up by the next.
    "sla.sweep": {"task": "sla.sweep", "schedule": MINUTE, "options": {"expires": 55}},
    "notifications.send_outbox": {
        "task": "notifications.send_outbox",
        "schedule": schedule(15),
        "options": {"expires": 14},
    },
    "orders.payment_round": {  # ORD-05
        "task": "orders.payment_round",
        "schedule": crontab(minute=0, hour=16),
    },
    "orders.run_waiting_imports": {
        "task": "orders.run_waiting_imports",
        "schedule": MINUTE,
        "options": {"expires": 55},
    },
    "orders.run_waiting_uploads": {
        "task": "orders.run_waiting_uploads",
        "schedule": MINUTE,
        "options": {"expires": 55},
    },
    "staff.run_waiting_proposals": {
        "task": "staff.run_waiting_proposals",
        "schedule": MINUTE,
        "options": {"expires": 55},
    },
    "suppliers.send_digests": {"task": "orders.send_supplier_digests", "schedule": crontab(minute=0, hour="9,14,17")},
    "reports.send_daily": {"task": "reports.send_daily", "schedule": crontab(minute=30, hour=0)},
    "reports.make_up_missed": {"task": "reports.send_daily", "schedule": crontab(minute=15, hour="7-9")},
    "suppliers.forget_old_requests": {
        "task": "suppliers.forget_old_requests",
        "schedule": crontab(minute=45, hour=3),
    },
    "staff.book_penalties": {"task": "staff.book_penalties", "schedule": crontab(minute=20)},  # STF-34
    "staff.rank_intakes": {"task": "staff.rank_intakes", "schedule": crontab(minute=5, hour=9)},  # STF-27
    "staff.warn_of_trainings": {  # STF-26
        "task": "staff.warn_of_trainings",
        "schedule": crontab(minute=10, hour=9),
    },
    "staff.watch_shifts": {"task": "staff.watch_shifts", "schedule": MINUTE, "options": {"expires": 55}},
    "staff.share_out": {"task": "staff.share_out", "schedule": MINUTE, "options": {"expires": 55}},
    "staff.look_after_exchanges": {  # STF-03, STF-16
        "task": "staff.look_after_exchanges",
        "schedule": schedule(300),
        "options": {"expires": 280},
    },
    "staff.records_round": {
        "task": "staff.records_round",
        "schedule": crontab(minute=5, hour="6-18"),
    },  # STF-24, STF-29
    "staff.forget_records": {"task": "staff.forget_records", "schedule": crontab(minute=55, hour=3)},  # STF-28
    "orders.warn_of_waybills": {"task": "orders.warn_of_waybills", "schedule": crontab(minute=0, hour=9)},  # LOG-05
    "staff.tidy_up": {"task": "staff.tidy_up", "schedule": crontab(minute=50, hour=3)},
    "aftersales.patrol": {"task": "aftersales.patrol", "schedule": MINUTE, "options": {"expires": 55}},  # RET-36
    "staff.open_handovers": {"task": "staff.open_handovers", "schedule": MINUTE, "options": {"expires": 55}},  # STF-08
    "orders.forget_old_buyers": {"task": "orders.forget_old_buyers", "schedule": crontab(minute=40, hour=3)},  # SEC-07
}
