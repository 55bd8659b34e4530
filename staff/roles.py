"""Who may do what: the roles of the house (STF-33) and their rights, as one table. `staff.auth` answers from it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    AGENT_PRESALES = "agent_presales", _("pre-sales agent")
    AGENT_AFTERSALES = "agent_aftersales", _("after-sales agent")
    SUPERVISOR = "supervisor", _("supervisor")
    FINANCE = "finance", _("finance")
    WAREHOUSE = "warehouse", _("warehouse")
    QUALITY = "quality", _("quality")
    OPERATIONS = "operations", _("operations")
    MANAGER = "manager", _("manager")
    SUPPLIER = "supplier", _("supplier user")


AGENTS = (Role.AGENT_PRESALES, Role.AGENT_AFTERSALES)
NEEDS_SECOND_FACTOR = (Role.SUPERVISOR, Role.FINANCE, Role.MANAGER)

COLLEAGUE = {  # everybody of the house
    "staff.view_rota",
    "staff.ask_exchange",  # swaps and leave, one's own
    "staff.clock_in",
    "staff.use_words",  # phrases, guides, handbook, the checker
    "staff.keep_records",  # one's own records, memos, tasks
    "staff.view_own_conduct",  # one's own evaluation, penalties and appeals; the fund
}
LOOK = COLLEAGUE | {
    "orders.view_order",
    "orders.view_importbatch",
    "aftersales.view_case",
    "sla.view_clock",
    "suppliers.view_supplier",
    "suppliers.view_product",
    "reports.view_report",
}
EXPORT = {"staff.export_data"}  # SEC-02: take tables out of the house as files
SERVE = LOOK | {
    "orders.change_order",  # remarks, flags, chase, hold, promise, mark shipped
    "orders.reveal_buyer",  # SEC-07
    "orders.remind_payment",  # ORD-05
    "aftersales.add_evidence",
    "aftersales.work_case",  # open, take over, hand on, log talks; steps are the machines' own
    "orders.count_waybills",  # LOG-05
    "ledger.view_payslip",
    "ledger.ask_slip",  # FIN-02
    "ledger.view_claim",
    "ledger.work_claim",  # SUP-27
    "sla.take_clock",
    "staff.hand_over",
}
OPERATE = (
    LOOK
    | EXPORT
    | {
        "orders.import_orders",
        "orders.change_promotionwindow",
        "orders.assign_code",
        "orders.count_waybills",
        "orders.change_order",
        "suppliers.import_catalogue",
        "sla.take_clock",
        "reports.receive_daily",  # the nightly mail; its page is for all who look
        "staff.view_weekly_summary",  # STF-29
        "staff.write_training",  # STF-26
    }
)
PAY = {  # FIN-01, FIN-11
    "ledger.view_payslip",
    "ledger.ask_slip",
    "ledger.pay_slip",
    "ledger.view_claim",
    "ledger.work_claim",
}
DESK_OF_RETURNS = {"aftersales.view_returnparcel"}  # RET-09, QA-08: what came back, on the desk and on its lists
LEAD = {  # those who lead a team; whom they lead is asked beside it (staff.selectors.leads)
    "staff.plan_rota",
    "staff.decide_exchange",
    "staff.watch_duty",
    "staff.manage_words",
    "staff.view_served_ids",  # STF-28: buyers' ids in daily records, with a line in the trail
    "staff.lead_team",  # records, meetings, tasks, evaluation of the team one leads
    "staff.import_chat_stats",
    "staff.judge_conduct",  # confirm and drop penalties, decide appeals, book the fund
}
SUPERVISE = (
    SERVE
    | OPERATE
    | LEAD
    | {
        "orders.change_price_freely",  # ORD-02
        "orders.export_commission",  # FIN-12, SEC-02: of those one leads
        "sla.manage_clock",
        "suppliers.manage_supplier",
        "notifications.resend_message",
        "staff.evaluate_service",  # QA-09
        "aftersales.count_return",
        "aftersales.judge_quality",
        "ledger.approve_slip",  # FIN-02, FIN-06
    }
    | DESK_OF_RETURNS
)

# A right that ends in «.*» means every model right (add, change, view) of that app in the admin, never delete.
RIGHTS: dict[str, frozenset[str]] = {
    Role.AGENT_PRESALES: frozenset(SERVE),
    Role.AGENT_AFTERSALES: frozenset(SERVE),
    Role.SUPERVISOR: frozenset(
        SUPERVISE
        | {
            "audit.*",
            "notifications.*",
            "sla.*",
            "staff.*",
            "suppliers.*",
            "orders.*",
            "ledger.*",
            "aftersales.*",
            "reports.*",
        }
    ),
    Role.FINANCE: frozenset(
        LOOK | EXPORT | PAY | {"reports.receive_daily", "orders.read_commission", "orders.export_commission"}
    ),
    Role.WAREHOUSE: frozenset(
        LOOK | DESK_OF_RETURNS | {"orders.count_waybills", "aftersales.count_return", "aftersales.add_evidence"}
    ),
    Role.QUALITY: frozenset(
        LOOK
        | EXPORT
        | DESK_OF_RETURNS
        | {"staff.evaluate_service", "aftersales.judge_quality", "aftersales.add_evidence"}
    ),
    Role.OPERATIONS: frozenset(OPERATE),
    Role.MANAGER: frozenset(
        SUPERVISE
        | PAY
        | {"audit.*", "notifications.*", "sla.*", "staff.*", "suppliers.*", "orders.*"}
        | {"ledger.*", "aftersales.*", "reports.*"}
        | {"staff.weigh_evaluation"}  # QA-09
        | {"staff.approve_handbook"}  # STF-35
        | {"notifications.see_private_message"}  # notices about somebody's conduct
    ),
    Role.SUPPLIER: frozenset({"suppliers.use_portal"}),
}

START_PAGE: dict[str, str] = {  # URL names
    Role.AGENT_PRESALES: "sla:desk",
    Role.AGENT_AFTERSALES: "sla:desk",
    Role.SUPERVISOR: "sla:desk",
    Role.FINANCE: "ledger:queue",
    Role.WAREHOUSE: "returns:desk",
    Role.QUALITY: "returns:desk",
    Role.OPERATIONS: "orders:imports",
    Role.MANAGER: "reports:daily",
    Role.SUPPLIER: "portal:to_ship",
}
MAY_ENTER_ADMIN = (Role.SUPERVISOR, Role.MANAGER)
