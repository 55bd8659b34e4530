"""Two at once over one file and one mark of the patrol, on a real PostgreSQL: one wins (CMP-03, RET-36)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from aftersales.models import Evidence, EvidenceKit, PatrolMark, PatrolRound
from aftersales.services import evidence as services
from aftersales.services.evidence import withdraw_evidence
from aftersales.services.patrol import go_round, remark_case
from aftersales.services.stepping import take_step
from aftersales.states import DisputeState, Kind, UnshippedRefundState
from common.exceptions import BusinessError
from sla.services import ensure_policies
from tests.aftersales.test_evidence import photo
from tests.factories import at
from tests.factories_cases import CaseFactory
from tests.factories_staff import give_duty

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Job = Callable[[], str]


def at_once(jobs: list[Job]) -> list[str]:
    """What the jobs answer when they run at the same time; a refusal answers its code."""
    ready = threading.Barrier(len(jobs), timeout=30)

    def run(job: Job) -> str:
        try:
            ready.wait()
            return job()
        except BusinessError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return sorted(pool.map(run, jobs))


def test_twenty_remarks_on_one_case_are_one(ana: Any) -> None:
    ensure_policies()
    give_duty(ana, "2026-11-20 09:00", "17:00")
    CaseFactory(kind=Kind.UNSHIPPED_REFUND, state=UnshippedRefundState.REQUESTED)
    go_round(now=at("2026-11-20 10:00:01"))
    mark = PatrolMark.objects.get()

    def job() -> str:
        remark_case(mark_id=mark.pk, remark="在等", by=ana, now=at("2026-11-20 10:10"))
        return "marked by me"

    assert at_once([job] * 20) == ["marked"] * 19 + ["marked by me"]
    assert PatrolRound.objects.get().done_at == at("2026-11-20 10:10")


def test_two_ticks_at_once_begin_one_round(ana: Any) -> None:
    ensure_policies()
    give_duty(ana, "2026-11-20 09:00", "17:00")
    CaseFactory(kind=Kind.UNSHIPPED_REFUND, state=UnshippedRefundState.REQUESTED)

    def job() -> str:
        return "begun" if go_round(now=at("2026-11-20 10:00:01")) else "nothing"

    assert at_once([job] * 8) == ["begun", *["nothing"] * 7]


@pytest.mark.parametrize("attempt", range(5))
def test_a_file_is_withdrawn_or_sent_and_never_both(ana: Any, attempt: int) -> None:
    ensure_policies()
    case = CaseFactory(kind=Kind.DISPUTE, state=DisputeState.EVIDENCE_WANTED)
    row = services.add_evidence(case=case, file=photo(attempt), kind="", by=ana, source="buyer")

    def withdraw() -> str:
        withdraw_evidence(evidence_id=row.pk, why="错了", by=ana)
        return "withdrawn"

    def send() -> str:
        take_step(case_id=case.pk, name="send_evidence", data={"statement": "完好"}, by=ana)
        return "sent out"

    at_once([withdraw, send])
    held = [line["key"] for line in EvidenceKit.objects.get().files]
    withdrawn = Evidence.objects.get(pk=row.pk).withdrawn_at is not None
    assert (held == [row.key]) is not withdrawn
