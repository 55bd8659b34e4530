"""Several cases out of one call: «two broken, one missing» is a return and a re-ship, opened together or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from aftersales.models import Case, Reason
from aftersales.services.opening import Wanted, once_a_line_and_kind, write_case
from common import clock
from common.exceptions import BusinessError
from orders.models import Order
from staff.models import User


@dataclass(frozen=True)
class Ask:
    """One case that is wanted: its kind, the lines, why, and what else stands on it (`columns` of the case)."""

    kind: str
    lines: tuple[Wanted, ...] = ()
    reason: Reason | None = None
    summary: str = ""
    columns: dict[str, Any] = field(default_factory=dict)


def open_together(
    *,
    asks: Sequence[Ask],
    channel: str,
    buyer_words: str,
    by: User,
    order: Order | None = None,
    now: dt.datetime | None = None,
) -> list[Case]:
    """Opens all that a buyer asked for in one call, or nothing (AFT-06).

    Two of the same kind about the same goods become one case. Raises AlreadyOpen, or BusinessError when nothing is
    asked for or a quantity is more than the order has.
    """
    now = now or clock.now()
    if not asks:
        raise BusinessError(_("Say what happened first."), code="nothing_asked")
    wanted = joined(asks)
    with once_a_line_and_kind([(ask.kind, ask.lines) for ask in wanted]):
        return [
            write_case(
                kind=ask.kind,
                channel=channel,
                by=by,
                order=order,
                lines=ask.lines,
                reason=ask.reason,
                summary=ask.summary,
                buyer_words=buyer_words,
                now=now,
                **ask.columns,
            )
            for ask in wanted
        ]


def joined(asks: Sequence[Ask]) -> list[Ask]:
    """The same, with those of one kind that share a line made one: a line has one open case of a kind."""
    found: list[Ask] = []
    for ask in asks:
        own = {wanted.line.pk for wanted in ask.lines}
        twin = next(
            (n for n, other in enumerate(found) if other.kind == ask.kind and own & {w.line.pk for w in other.lines}),
            None,
        )
        if twin is None:
            found.append(ask)
        else:
            found[twin] = _one_of(found[twin], ask)
    return found


def _one_of(first: Ask, second: Ask) -> Ask:
    pieces: dict[int, Wanted] = {}
    for wanted in (*first.lines, *second.lines):
        before = pieces.get(wanted.line.pk)
        quantity = wanted.quantity + (before.quantity if before else 0)
        instead = (before.instead if before else "") or wanted.instead
        pieces[wanted.line.pk] = Wanted(wanted.line, quantity, instead)
    summary = "; ".join(dict.fromkeys(part for part in (first.summary, second.summary) if part))
    return Ask(first.kind, tuple(pieces.values()), first.reason, summary[:200], second.columns | first.columns)
