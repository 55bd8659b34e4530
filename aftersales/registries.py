"""What this floor tells the floors below: where a case has its page, how its rooms speak."""

from __future__ import annotations

from aftersales import demo, due, order_panel, permissions, rulebook
from aftersales.returns.permissions import LOOK
from aftersales.workflows import ALL
from ledger import demo as money
from ledger import proofs
from orders import machines, panels
from orders.demo import above
from sla import saved, topics
from staff import rulebooks


def _files(case_id: int) -> list[tuple[str, str]]:
    """The evidence of a case, for the claims that grow out of it (SUP-28)."""
    from aftersales.models import Evidence

    kept = Evidence.objects.filter(case_id=case_id, withdrawn_at__isnull=True).order_by("pk")
    return [(each.key, f"{each.name} ({each.slot})" if each.slot else each.name) for each in kept]


def register() -> None:
    from aftersales import evidence_messages, note_messages, supplier_receivers, supplier_words  # noqa: F401
    from aftersales import receivers as followers  # noqa: F401
    from aftersales.returns import audit_messages, notices, receivers  # noqa: F401
    from aftersales.returns import demo as desk_demo

    for machine in ALL:
        machines.register(f"case-{str(machine.KIND).replace('_', '-')}", machine, machine.STATES)
    rulebooks.register("aftersales", rulebook.load)
    above.register("aftersales", demo.load)
    above.register("aftersales.returns", desk_demo.load)
    above.register("ledger", money.load)
    topics.register("aftersales.case", url_name="aftersales:case")
    due.register()
    proofs.register("aftersales.case", _files)
    topics.register("aftersales.supplierbatch", url_name="returns:batch", right=LOOK)
    topics.register("aftersales.patrolround", url_name="aftersales:patrol_round", right=permissions.WORK_CASE)
    saved.register("cases", url_name="aftersales:list")
    panels.register("cases", order_panel.cases_of)
