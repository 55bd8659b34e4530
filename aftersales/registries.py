"""What this floor tells the floors below: where a case has its page, how its rooms speak."""

from __future__ import annotations

from aftersales import order_panel
from orders import panels
from sla import saved, topics


def register() -> None:
    from aftersales import evidence_messages, note_messages, supplier_words  # noqa: F401
    from aftersales import receivers as followers  # noqa: F401
    from aftersales.returns import audit_messages, notices, receivers  # noqa: F401

    topics.register("aftersales.case", url_name="aftersales:case")
    proofs.register("aftersales.case", _files)
    topics.register("aftersales.patrolround", url_name="aftersales:patrol_round")
    saved.register("cases", url_name="aftersales:list")
    panels.register("cases", order_panel.cases_of)
