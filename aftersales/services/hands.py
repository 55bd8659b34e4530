"""Who has a case in hand: taken over, handed on (STF-42, AFT-15). Its open clocks go with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.models import Case
from aftersales.services.stepping import take
from aftersales.sla_policies import CASE
from aftersales.states import topic
from audit import services as audit
from common import bulk, clock
from common.exceptions import BusinessError
from notifications.services import notify
from sla.models import Clock
from sla.services import hand_clock
from sla.sql import in_list, list_param
from sla.states import OPEN
from staff.models import User
from staff.roles import Role

LEADERS = (Role.SUPERVISOR, Role.MANAGER)


@transaction.atomic
def take_case(*, case_id: int, version: int | None, by: User, now: dt.datetime | None = None) -> Case:
    """Put one's own name on an open case. Raises Conflict; BusinessError when it is over or one's own already."""
    now = now or clock.now()
    case = _open(case_id, version)
    if case.owner_id == by.pk:
        raise BusinessError(_("You have this case already."), code="already")
    before = case.owner.name if case.owner else ""
    _put(case, by, now)
    audit.record("aftersales.taken", about=topic(case.pk), by=by, now=now, before=before, owner=by.name)
    return case


@transaction.atomic
def hand_on_case(
    *, case_id: int, version: int | None, to: User, reason: str, by: User, now: dt.datetime | None = None
) -> Case:
    """Pass an open case on to a colleague, who is told; nobody passes work on without a reason (STF-42).

    One's own and those that nobody has; another's only a leader. Raises Conflict, or BusinessError.
    """
    now = now or clock.now()
    case = _open(case_id, version)
    words = " ".join(reason.split())[:200]
    if not words:
        raise BusinessError(_("Give a reason."), code="reason_missing")
    if case.owner_id not in (None, by.pk) and by.role not in LEADERS:
        raise BusinessError(_("Somebody else has it in hand: only a supervisor passes it on."), code="not_yours")
    if case.owner_id == to.pk:
        raise BusinessError(_("%(name)s has it already.") % {"name": to.name}, code="already")
    _put(case, to, now)
    audit.record("aftersales.handed_on", about=topic(case.pk), by=by, now=now, to=to.name, reason=words)
    if to.pk != by.pk:
        notify(
            kind="aftersales.handed_on",
            users=[to],
            context={"number": case.number, "by": by.name, "reason": words},
            url=case.get_absolute_url(),
            dedupe_key=f"aftersales.handed_on:{case.pk}:{case.version}",
            now=now,
        )
    return case


def own_what_is_dealt(clock_ids: Sequence[int]) -> int:
    """Whoever was dealt a clock of a case that nobody had has the case, too: it is his worklist's from here on.

    One statement for any number of clocks; of several the one due first decides. Answers how many cases.
    """
    if not clock_ids:
        return 0
    page, ids = f"{CASE}:", list_param(clock_ids)
    dealt = f"c.id {in_list()} AND c.assignee_id IS NOT NULL"
    return bulk.execute(
        "UPDATE aftersales_case SET owner_id = (SELECT c.assignee_id FROM sla_clock c"
        f" WHERE {dealt} AND c.topic = '{page}' || aftersales_case.id ORDER BY c.due_at, c.id LIMIT 1)"
        f" WHERE owner_id IS NULL AND active AND id IN (SELECT CAST(substr(c.topic, {len(page) + 1}) AS bigint)"
        f" FROM sla_clock c WHERE {dealt} AND substr(c.topic, 1, {len(page)}) = '{page}')",
        [ids, ids],
    )


def _open(case_id: int, version: int | None) -> Case:
    case = take(case_id, version)
    if not case.active:
        raise BusinessError(_("This case is closed: reopen it first."), code="closed")
    return case


def _put(case: Case, to: User, now: dt.datetime) -> None:
    """The case and all its open clocks are in the hands of `to`."""
    case.owner = to
    keep(case, ["owner"], now)
    for clock_id in Clock.objects.filter(topic=topic(case.pk), state__in=OPEN).order_by("pk").values_list("pk"):
        hand_clock(clock_id=clock_id[0], to=to)


def keep(case: Case, fields: list[str], now: dt.datetime) -> None:
    """Save `fields`; forms that were drawn before are out of date from here on."""
    case.version += 1
    case.updated_at = now
    case.save(update_fields=[*fields, "version", "updated_at"])
