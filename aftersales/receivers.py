"""Whom this app listens to: its own signals, the orders' and the ledger's."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.dispatch import receiver

from aftersales import effects, importing
from aftersales.machine import Step
from aftersales.models import Case
from aftersales.services import evidence, hands, patrol
from aftersales.services.turning_back import note_left
from aftersales.signals import buyer_had_to_ask, case_moved, case_opened
from ledger.models import Claim, PaySlip
from ledger.signals import claim_sent, slip_declined, slip_paid
from orders.signals import orders_shipped, refund_changed
from sla.models import Clock
from sla.signals import clock_changed_hands, clocks_dealt

TOPIC = "aftersales.case:"


@receiver(case_opened)
def follow_opening(sender: Any, *, case: Case, by: Any, now: dt.datetime, **more: Any) -> None:
    effects.after_opening(case, by, now)


@receiver(case_moved)
def follow_step(
    sender: Any, *, case: Case, step: Step, before: str, by: Any, now: dt.datetime, data: dict[str, Any], **more: Any
) -> None:
    effects.after_step(case, step, before, data, by, now)


@receiver(case_moved)
def follow_patrol(sender: Any, *, case: Case, by: Any, now: dt.datetime, **more: Any) -> None:
    """RET-36: whoever acts on a case has handled it in the round that runs."""
    patrol.note_acted(case=case, by=by, now=now)


@receiver(buyer_had_to_ask)
def alert_leaders(sender: Any, *, case: Case, times: int, by: Any, now: dt.datetime, **more: Any) -> None:
    effects.asked_again(case, times, by, now)


@receiver(orders_shipped)
def end_shortages(sender: Any, *, fulfilment_ids: list[int], now: dt.datetime, **more: Any) -> None:
    effects.shipped(fulfilment_ids, now)
    note_left(fulfilment_ids, now=now)


@receiver(refund_changed)
def take_refunds_in(sender: Any, *, refund_ids: list[int], now: dt.datetime, **more: Any) -> None:
    importing.take_in(refund_ids, now=now)


@receiver(clock_changed_hands)
def follow_the_clock(sender: Any, *, clock: Clock, **more: Any) -> None:
    """Whoever took the clock of a case that nobody had has the case, too."""
    hands.own_what_is_dealt([clock.pk])


@receiver(clocks_dealt)
def follow_the_dealer(sender: Any, *, clock_ids: list[int], **more: Any) -> None:
    hands.own_what_is_dealt(clock_ids)


@receiver(slip_paid)
def count_as_paid(sender: Any, *, slip: PaySlip, by: Any, now: dt.datetime, **more: Any) -> None:
    if slip.topic.startswith(TOPIC):
        effects.pay_done(int(slip.topic.removeprefix(TOPIC)), by, now)


@receiver(claim_sent)
def show_the_proof(sender: Any, *, claim: Claim, proof: list[str], by: Any, now: dt.datetime, **more: Any) -> None:
    """SUP-27, SUP-28: a claim goes to the supplier with the pictures that prove it."""
    if claim.supplier_id is not None and claim.loss.topic.startswith(TOPIC):
        case_id = int(claim.loss.topic.removeprefix(TOPIC))
        evidence.share_proof(case_id=case_id, supplier_id=claim.supplier_id, keys=proof, by=by, now=now)


@receiver(slip_declined)
def take_back(sender: Any, *, slip: PaySlip, reason: str, by: Any, now: dt.datetime, **more: Any) -> None:
    if slip.topic.startswith(TOPIC):
        effects.pay_refused(int(slip.topic.removeprefix(TOPIC)), reason, now)
