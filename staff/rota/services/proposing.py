"""Proposals: asked for on the page, made by a worker, written into the plan beside what is kept."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from audit import services as audit
from audit.context import gesture
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from common.waking import wake
from staff.models import PlannedDuty, Rota
from staff.rota.loading import load_plan
from staff.rota.plan import Plan
from staff.rota.services.planning import keep, take
from staff.rota.states import Origin

if TYPE_CHECKING:
    from staff.rota.solver import Proposal

log = logging.getLogger(__name__)
TASK = "staff.run_waiting_proposals"
SECONDS = 20  # of search
SILENCE = dt.timedelta(minutes=3)  # a proposal that takes so long has lost its worker


@transaction.atomic
def propose_rota(*, rota: Rota, version: int | None, by: Any, now: dt.datetime | None = None) -> Rota:
    """Has a worker propose the plan: kept shifts stay, the others are replaced when it is done (STF-04 to STF-07).

    Raises Conflict; BusinessError when a proposal is under way.
    """
    now = now or clock.now()
    rota = take(rota, version)
    if rota.proposal_asked_at is not None:
        raise BusinessError(_("A proposal is being made already."), code="under_way")
    rota.proposal_asked_at, rota.proposal_asked_by, rota.proposal_started_at = now, by, None
    rota.proposal_note = ""
    keep(rota, "proposal_asked_at", "proposal_asked_by", "proposal_started_at", "proposal_note")
    audit.record("staff.proposal_asked", about=rota, by=by, now=now)
    transaction.on_commit(lambda: wake(TASK))
    return rota


def run_waiting_proposals(*, now: dt.datetime | None = None) -> int:
    """Makes every proposal that waits, or whose worker died; answers how many."""
    done = 0
    while (rota := _claim(now or clock.now())) is not None:
        run_proposal(rota)
        done += 1
    return done


def _claim(now: dt.datetime) -> Rota | None:
    free = Q(proposal_started_at__isnull=True) | Q(proposal_started_at__lte=now - SILENCE)
    with transaction.atomic():
        waiting = Rota.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            free, proposal_asked_at__isnull=False
        )
        rota = waiting.order_by("proposal_asked_at", "pk").first()
        if rota is not None:
            rota.proposal_started_at = now
            rota.save(update_fields=["proposal_started_at"])
    return rota


def run_proposal(rota: Rota, *, seconds: float = SECONDS) -> Rota:
    """Makes a claimed proposal. The search runs outside any transaction; what came of it stands in the rota."""
    from staff.rota.solver import propose  # a large library that only the worker needs

    by = rota.proposal_asked_by
    with translation.override(by.language if by else settings.LANGUAGE_CODE), gesture():
        try:
            plan = _with_the_past_kept(rota, load_plan(rota))
            _write(rota, propose(plan, seconds=seconds))
        except OperationalError:  # the database went away: nothing was written, it is taken up again
            raise
        except Exception:
            log.exception("No proposal for rota %s", rota.pk)
            _give_up(rota, _("No proposal could be made. The plan is as it was."))
    rota.refresh_from_db()
    return rota


def _with_the_past_kept(rota: Rota, plan: Plan) -> Plan:
    """Days that are over in a rota that binds already stay as they are."""
    if not rota.versions.exists():
        return plan
    today = clock.today()
    return plan.with_duties(replace(duty, locked=duty.locked or duty.day < today) for duty in plan.duties)


def _write(rota: Rota, proposal: Proposal) -> None:
    now = clock.now()
    with transaction.atomic():
        mine = lock_one(Rota.objects.filter(pk=rota.pk))
        if mine.proposal_started_at != rota.proposal_started_at:
            return  # another worker took it up meanwhile
        if mine.version != rota.version:
            _end(mine, _("The plan was changed while the proposal was made: ask for it again."))
            return
        by = mine.proposal_asked_by
        from_day = clock.today() if mine.versions.exists() else mine.starts_on
        replaced = PlannedDuty.objects.filter(rota=mine, locked=False, day__gte=from_day)
        replaced.delete()
        kept = {(row.user_id, row.day) for row in PlannedDuty.objects.filter(rota=mine)}
        made = PlannedDuty.objects.bulk_create(
            PlannedDuty(
                rota=mine,
                user_id=duty.user_id,
                day=duty.day,
                template_id=duty.shift_id,
                skill=duty.skill,
                origin=Origin.PROPOSED,
            )
            for duty in proposal.duties
            if duty.day >= from_day and (duty.user_id, duty.day) not in kept
        )
        audit.record("staff.rota_proposed", about=mine, by=by, now=now, count=len(made))
        _end(mine, "\n".join([*proposal.unmet, *proposal.notes]))


def _give_up(rota: Rota, said: str) -> None:
    with transaction.atomic():
        mine = lock_one(Rota.objects.filter(pk=rota.pk))
        audit.record("staff.proposal_failed", about=mine, by=mine.proposal_asked_by)
        _end(mine, said)


def _end(rota: Rota, note: str) -> None:
    rota.proposal_asked_at = rota.proposal_asked_by = rota.proposal_started_at = None
    rota.proposal_note = note
    keep(rota, "proposal_asked_at", "proposal_asked_by", "proposal_started_at", "proposal_note")
