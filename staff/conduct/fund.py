"""The department's fund: an append-only ledger per team, open to its members, never below zero (FIN-07)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from staff.models import FundEntry, Penalty, Team, User
from staff.selectors import led_teams

CENT = Decimal("0.01")


def balance_of(team: Team) -> Decimal:
    """Yuan in the fund of a team."""
    last = FundEntry.objects.filter(team=team).order_by("-number").first()
    return last.balance if last else Decimal(0)


def _append(
    team: Team,
    amount: Decimal,
    *,
    text: str,
    by: User,
    now: dt.datetime,
    penalty: Penalty | None = None,
    corrects: FundEntry | None = None,
) -> FundEntry:
    """The next entry of a team's ledger, one at a time. Raises BusinessError when the fund does not hold so much."""
    lock_one(Team.objects.filter(pk=team.pk))
    last = FundEntry.objects.filter(team=team).order_by("-number").first()
    balance = (last.balance if last else Decimal(0)) + amount
    if balance < 0:
        raise BusinessError(_("The fund does not hold so much."), code="not_enough")
    entry = FundEntry.objects.create(
        team=team,
        number=(last.number if last else 0) + 1,
        on=clock.day_of(now),
        amount=amount,
        balance=balance,
        text=text,
        penalty=penalty,
        corrects=corrects,
        by=by,
    )
    audit.record("staff.fund_entry", about=entry, by=by, now=now, number=entry.number)
    return entry


@transaction.atomic
def take_fine(*, team: Team, penalty: Penalty, now: dt.datetime) -> FundEntry | None:
    """A booked fine goes into the fund, once. The entry names nobody; who confirmed the fine answers for it."""
    if not penalty.money or penalty.confirmed_by is None:
        return None
    return _append(team, penalty.money, text="", by=penalty.confirmed_by, now=now, penalty=penalty)


@transaction.atomic
def enter(
    *, team: Team, amount: Decimal, text: str, by: User, spending: bool = True, now: dt.datetime | None = None
) -> FundEntry:
    """The leader enters what was spent on something for the team, or put in by hand; `amount` in yuan, above zero.

    Raises BusinessError when `by` does not lead the team, the text is missing, or the fund does not hold so much.
    """
    if not led_teams(by).filter(pk=team.pk).exists():
        raise BusinessError(_("Only who leads the team enters into its fund."), code="not_leader")
    if amount <= 0 or amount != amount.quantize(CENT):
        raise BusinessError(_("The amount must be above zero, in whole fen."), code="amount")
    words = text.strip()
    if not words:
        raise BusinessError(_("Say what it was for."), code="missing")
    return _append(team, -amount if spending else amount, text=words[:200], by=by, now=now or clock.now())


@transaction.atomic
def correct(*, entry: FundEntry, reason: str, by: User, now: dt.datetime | None = None) -> FundEntry:
    """A wrong entry is answered by its opposite, once; nothing is changed or deleted (STF-37).

    Raises BusinessError as `enter`, and when the entry is a correction itself or was corrected before.
    """
    if not led_teams(by).filter(pk=entry.team_id).exists():
        raise BusinessError(_("Only who leads the team enters into its fund."), code="not_leader")
    words = reason.strip()
    if not words:
        raise BusinessError(_("Say what was wrong."), code="missing")
    lock_one(Team.objects.filter(pk=entry.team_id))
    if entry.corrects_id or FundEntry.objects.filter(corrects=entry).exists():
        raise BusinessError(_("This entry is corrected already."), code="corrected")
    return _append(entry.team, -entry.amount, text=words[:200], by=by, now=now or clock.now(), corrects=entry)
