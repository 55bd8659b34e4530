"""Reading evidence: what a case has, what its reason still needs, what a supplier may see of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from aftersales.models import Case, CaseLink, Evidence, EvidenceKit, EvidenceNeed
from aftersales.sla_policies import CASE, DISPUTE_EVIDENCE
from aftersales.states import Kind
from sla.models import Clock
from sla.states import OPEN
from suppliers.models import Supplier

STAGES = ("judge", "execute", "dispute")  # EvidenceNeed.before


@dataclass(frozen=True)
class Slot:
    """One thing that the reason asks for, and how many files of it are there."""

    name: str
    at_least: int
    have: int
    before: str

    @property
    def missing(self) -> int:
        return max(0, self.at_least - self.have)


@dataclass
class EvidenceShown:
    """The evidence of a case as its page shows it: own files and those of the cases that it grew out of."""

    files: list[Evidence]
    slots: list[Slot]
    withdrawn: list[Evidence] = field(default_factory=list)
    kits: list[EvidenceKit] = field(default_factory=list)
    due: Clock | None = None  # the day within which the platform wants it (CMP-03)

    @property
    def filled(self) -> int:
        """How many of the things asked for are complete (CMP-03)."""
        return sum(not slot.missing for slot in self.slots)

    @property
    def missing(self) -> list[str]:
        return [slot.name for slot in self.slots if slot.missing]

    @property
    def first_missing(self) -> str:
        """What is asked for next: the form begins with it."""
        return next(iter(self.missing), "")


def around(case: Case) -> Q:
    """Evidence of the case itself and of the two generations of cases that it grew out of: a dispute is fought with
    what the return gathered."""
    parents = CaseLink.objects.filter(case=case.pk).values("origin")
    grandparents = CaseLink.objects.filter(case__links_to__case=case.pk).values("origin")
    return Q(case=case.pk) | Q(case__in=parents) | Q(case__in=grandparents)


def in_force(case: Case) -> QuerySet[Evidence]:
    """What counts for the case: not withdrawn, in the order in which it came."""
    return Evidence.objects.filter(around(case), withdrawn_at__isnull=True).order_by("at", "pk")


def slots_of(case: Case, files: list[Evidence], *stages: str) -> list[Slot]:
    """What the reason asks for at these stages (all, where none is named), held against `files` (RET-06, SUP-28)."""
    if case.reason_id is None:
        return []
    needs = EvidenceNeed.objects.filter(reason=case.reason_id, before__in=stages or STAGES).order_by("position", "pk")
    have = Counter(file.slot for file in files)
    return [Slot(need.slot, need.at_least, have[need.slot], need.before) for need in needs]


def missing_evidence(case: Case, *stages: str) -> list[str]:
    """The things that the reason asks for at these stages and that are not complete, in words. At most two queries."""
    slots = slots_of(case, [], *stages)
    if not slots:
        return []
    have = Counter(in_force(case).values_list("slot", flat=True))
    return [slot.name for slot in slots if have[slot.name] < slot.at_least]


def evidence_shown(case: Case) -> EvidenceShown:
    """Everything that the evidence panel of a case prints. Two queries, two more for a dispute, whatever there is."""
    rows = Evidence.objects.filter(around(case)).select_related("case", "by", "by_supplier", "withdrawn_by")
    found = list(rows.order_by("at", "pk"))
    files = [row for row in found if row.withdrawn_at is None]
    return EvidenceShown(
        files=files,
        slots=slots_of(case, files),
        withdrawn=[row for row in found if row.withdrawn_at is not None],
        kits=list(case.kits.select_related("sent_by").order_by("number")) if case.kind == Kind.DISPUTE else [],
        due=_due(case) if case.kind == Kind.DISPUTE else None,
    )


def _due(case: Case) -> Clock | None:
    running = Clock.objects.filter(policy=DISPUTE_EVIDENCE.key, subject_type=CASE, subject_id=case.pk)
    return running.filter(state__in=OPEN).first()


def shared_with(supplier: Supplier) -> QuerySet[Evidence]:
    """What a supplier may see: of its own cases, what it sent itself and what was shared with it. Nothing else."""
    mine = Evidence.objects.filter(case__supplier=supplier, withdrawn_at__isnull=True)
    return mine.filter(Q(by_supplier=supplier) | Q(shared_at__isnull=False)).order_by("at", "pk")
