"""The machines of the after-sales floor, one file each. `machine_of(case)` is the case as its machine."""

from __future__ import annotations

from aftersales.models import Case
from aftersales.workflows.compensation import Compensation
from aftersales.workflows.complaint import Complaint
from aftersales.workflows.consultation import Consultation
from aftersales.workflows.dispute import Dispute
from aftersales.workflows.exchange import Exchange
from aftersales.workflows.incident import Incident
from aftersales.workflows.repair import Repair
from aftersales.workflows.reship import Reship
from aftersales.workflows.returns import Return
from aftersales.workflows.shortage import Shortage
from aftersales.workflows.unshipped_refund import UnshippedRefund

ALL: tuple[type[Case], ...] = (
    UnshippedRefund,
    Return,
    Exchange,
    Reship,
    Compensation,
    Repair,
    Shortage,
    Incident,
    Dispute,
    Complaint,
    Consultation,
)
BY_KIND: dict[str, type[Case]] = {machine.KIND: machine for machine in ALL}


def machine_of(case: Case) -> Case:
    """The same row as its machine, with the steps of its kind."""
    case.__class__ = BY_KIND[case.kind]
    return case
