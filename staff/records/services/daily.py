"""Daily records: drafts, handing in, corrections that hide nothing, forgetting buyers' ids (STF-28, STF-36, STF-37)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError, Conflict
from common.locking import lock_one
from staff.duty.selectors import abilities
from staff.measures import read_all
from staff.models import DailyCorrection, DailyRecord, User
from staff.records import goods
from staff.records.services.base import required
from staff.rota.states import Skill
from staff.selectors import service_rules

NUMBERS = ("served_buyers",)
TEXTS = ("served_ids", "no_deal_reasons", "product_problems", "logistics_problems", "service_problems")
TYPED = (*NUMBERS, *TEXTS)  # what only the person knows
DEALS, AMOUNT = "deals", "deal_amount"  # keys of measures
OPEN_DAYS = 14  # as long as a forgotten record may still be written


@transaction.atomic
def save_draft(
    *, user: User, day: dt.date, version: int, typed: Mapping[str, Any], now: dt.datetime | None = None
) -> DailyRecord:
    """Keep what the person has typed so far; `version` 0 begins the record.

    Raises Conflict when it was saved elsewhere meanwhile; BusinessError for a day that cannot be written (any more)
    and for a record that was handed in: that one is corrected (STF-37).
    """
    now = now or clock.now()
    record = _open_record(user, day, version, now)
    for name in TYPED:
        setattr(record, name, typed.get(name, getattr(record, name)))
    record.version += 1
    record.save(update_fields=[*TYPED, "version"])
    return record


@transaction.atomic
def hand_in_daily(
    *, user: User, day: dt.date, version: int, typed: Mapping[str, Any], now: dt.datetime | None = None
) -> DailyRecord:
    """Hand the day in: what was typed is kept, the figures of the system are frozen as they stand now (STF-28).

    Raises Conflict and BusinessError as `save_draft` does; BusinessError when the number of buyers is missing.
    """
    now = now or clock.now()
    record = save_draft(user=user, day=day, version=version, typed=typed, now=now)
    record.figures = figures_of(user, day)
    record.deals = int(Decimal(record.figures.get(DEALS, "0")))
    record.deal_amount = Decimal(record.figures.get(AMOUNT, "0"))
    _check_served(record)
    if keeps_goods(user, day):
        record.goods_out = goods.of_day(day).as_json()
    record.handed_in_at = now
    record.save(update_fields=["figures", "deals", "deal_amount", "goods_out", "handed_in_at"])
    audit.record("staff.daily_handed_in", about=record, by=user, now=now, day=day.isoformat())
    return record


@transaction.atomic
def correct_daily(
    *,
    record_id: int,
    version: int,
    typed: Mapping[str, Any],
    reason: str,
    by: User,
    now: dt.datetime | None = None,
) -> DailyRecord:
    """Mend a record that was handed in: a new entry says what stood there before, who changed it and why (STF-37).

    Only its owner may. Raises Conflict; BusinessError without a reason, without a change, and for a record that is
    still a draft. Frozen figures are never touched.
    """
    now = now or clock.now()
    record = lock_one(DailyRecord.objects.filter(pk=record_id, user=by), version=version)
    if record.handed_in_at is None:
        raise BusinessError(_("This record is not handed in yet: just write it."), code="draft")
    why = required(reason, _("Say why it is corrected."))
    changed = [name for name in TYPED if name in typed and typed[name] != getattr(record, name)]
    if not changed:
        raise BusinessError(_("Nothing was changed."), code="nothing")
    changes = [
        {"field": name} if name == "served_ids" else _change(name, getattr(record, name), typed[name])
        for name in changed
    ]
    for name in changed:
        setattr(record, name, typed[name])
    _check_served(record)
    record.version += 1
    record.save(update_fields=[*changed, "version"])
    DailyCorrection.objects.create(record=record, at=now, by=by, reason=why, changes=changes)
    audit.record("staff.daily_corrected", about=record, by=by, now=now, day=record.day.isoformat(), fields=changed)
    return record


@transaction.atomic
def reveal_served_ids(*, record: DailyRecord, by: User, now: dt.datetime | None = None) -> str:
    """The buyers' ids of somebody's record in full, with a line in the trail (STF-28, SEC-07)."""
    audit.record("staff.served_ids_seen", about=record, by=by, now=now or clock.now(), day=record.day.isoformat())
    return record.served_ids


def forget_served_ids(now: dt.datetime | None = None) -> int:
    """Empty the buyers' ids of records older than the rules keep them; answers how many (STF-28)."""
    first_kept = clock.day_of(now or clock.now()) - dt.timedelta(days=service_rules().served_ids_kept_days)
    return DailyRecord.objects.filter(day__lt=first_kept).exclude(served_ids="").update(served_ids="")


def figures_of(user: User, day: dt.date) -> dict[str, str]:
    """What the system knows of that person's day, by measure; what it does not know is left out."""
    found = read_all([user.pk], day, day)
    return {key: f"{days[user.pk, day]:f}" for key, days in found.items() if (user.pk, day) in days}


def keeps_goods(user: User, day: dt.date) -> bool:
    """Whether the record of that person has the order clerk's part: goods shipped and returned (STF-28)."""
    return abilities([user], day)[user.pk].fits(Skill.CLERK)


def may_write(day: dt.date, today: dt.date) -> bool:
    """Whether a record of `day` may (still) be begun or changed as a draft."""
    return today - dt.timedelta(days=OPEN_DAYS) <= day <= today


def _open_record(user: User, day: dt.date, version: int, now: dt.datetime) -> DailyRecord:
    if not may_write(day, clock.day_of(now)):
        raise BusinessError(
            _("A record can be written on its day and for %(days)d days after it.") % {"days": OPEN_DAYS}, code="closed"
        )
    DailyRecord.objects.get_or_create(user=user, day=day)
    record = lock_one(DailyRecord.objects.filter(user=user, day=day))
    if record.handed_in_at is not None:
        raise BusinessError(_("This record is handed in: correct it instead."), code="handed_in")
    if record.version != version:
        raise Conflict(_("Somebody changed this in the meantime. Your text is kept: look at both and save again."))
    return record


def _check_served(record: DailyRecord) -> None:
    if record.served_buyers is None:
        raise BusinessError(_("Say how many buyers you served; 0 is an answer too."), code="missing")


def _change(name: str, before: Any, after: Any) -> dict[str, Any]:
    return {"field": name, "before": before, "after": after}
