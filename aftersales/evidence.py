"""Reading evidence: what a case has, what its reason still needs, what a supplier may see of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from aftersales.models import Case, CaseLink, Evidence, EvidenceKit, EvidenceNeed, StockQuestion
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
    return _held_against(case, _needs(case, stages), Counter(file.slot for file in files))


def _needs(case: Case, stages: tuple[str, ...]) -> list[EvidenceNeed]:
    if case.reason_id is None:
        return []
    asked = EvidenceNeed.objects.filter(reason=case.reason_id, before__in=stages or STAGES)
    return list(asked.order_by("position", "pk"))


def _held_against(case: Case, needs: list[EvidenceNeed], have: Counter[str]) -> list[Slot]:
    """Each need with what is there of it; the supplier's answer in its portal counts as its reply (SUP-28)."""
    asks_reply = any(need.reply and have[need.slot] < need.at_least for need in needs)
    replies = StockQuestion.objects.filter(case=case).exclude(answer="").count() if asks_reply and case.pk else 0
    return [
        Slot(need.slot, need.at_least, max(have[need.slot], replies if need.reply else 0), need.before)
        for need in needs
    ]


def missing_evidence(case: Case, *stages: str) -> list[str]:
    """The things that the reason asks for at these stages and that are not complete, in words. At most three queries."""
    needs = _needs(case, stages)
    if not needs:
        return []
    have = Counter(in_force(case).values_list("slot", flat=True))
    return [slot.name for slot in _held_against(case, needs, have) if slot.missing]


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
