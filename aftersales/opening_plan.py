"""From what a buyer says to the cases that put it right: what happened to how many pieces, and what that means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from aftersales import amounts, eligibility, house
from aftersales.filters import number
from aftersales.forms import PlanForm
from aftersales.guidance import SUBJECTS
from aftersales.happenings import OF_LINES, OF_ORDERS, WITHOUT_ORDER, Happening, fits_line, has_left
from aftersales.models import Case, CaseLine, EvidenceNeed, Reason
from aftersales.services.intake import Ask
from aftersales.services.opening import Wanted
from aftersales.states import Goods, IncidentKind, Kind
from aftersales.workflows import BY_KIND, machine_of
from orders.models import CustomTerms, Order, OrderLine
from sla.explain import when
from staff.models import User

BACK = (Kind.RETURN, Kind.EXCHANGE)
JUDGE = "judge"  # EvidenceNeed.before: what the buyer is asked for at once
MOST_PIECES = 100_000


@dataclass
class Said:
    """What the agent noted of the call: pieces of lines by what happened to them, and matters of the whole order."""

    pieces: dict[tuple[int, str], int] = field(default_factory=dict)  # (line, happening) → how many
    matters: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        return bool(self.pieces or self.matters)


def said_in(data: Mapping[str, Any], lines: Sequence[OrderLine], *, order: Order | None) -> Said:
    """Reads what was noted out of a query or a form; a quantity that cannot be is a mistake, in words."""
    said = Said()
    for line in lines:
        total = 0
        for key, happening in OF_LINES.items():
            text = str(data.get(f"n-{line.pk}-{key}", "")).strip()
            if not text or text == "0" or not fits_line(happening, line):
                continue
            many = number(text)
            if many is None or many > MOST_PIECES:
                said.mistakes.append(_("“%(text)s” is no number of pieces.") % {"text": text[:20]})
                continue
            said.pieces[line.pk, key] = many
            total += many
        if total > line.quantity:
            told = {"goods": line.title, "many": total, "most": line.quantity}
            said.mistakes.append(_("%(goods)s: %(many)s pieces are noted, the order has %(most)s.") % told)
    open_ones = OF_ORDERS if order is not None else WITHOUT_ORDER
    said.matters = [key for key in OF_ORDERS if key in open_ones and data.get(f"o-{key}")]
    return said


@dataclass
class Plan:
    """One case that would be opened. What should be known before is worked out when a page shows it."""

    key: str
    happening: Happening
    lines: list[tuple[OrderLine, int]]
    form: PlanForm
    order: Order | None
    now: dt.datetime

    @property
    def kind(self) -> str:
        return self.form.chosen_kind

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)

    @cached_property
    def needs(self) -> list[EvidenceNeed]:
        """What the buyer is asked for at once (RET-06)."""
        reason = self.form.chosen_reason
        return [need for need in reason.needs.all() if need.before == JUDGE] if reason else []

    @cached_property
    def sentences(self) -> list[str]:
        """RET-01, RET-30: may it be returned. Of what is about one subject only, what that means."""
        case, subjects = self._case, self.happening.subjects
        if case is not None and self.kind in BACK:
            return _eligibility(case, self.lines)
        return [str(SUBJECTS[subject]) for subject in subjects if len(subjects) == 1]

    @cached_property
    def freight(self) -> str:
        """RET-25, as the buyer is told; empty where nothing comes back."""
        case = self._case
        rule = amounts.freight_rule_of(case, house.freight_rules()) if case is not None and self.kind in BACK else None
        return rule.sentence if rule else ""

    @cached_property
    def already(self) -> Case | None:
        """The open case of this kind that has one of the lines: there one goes on instead."""
        return _already(self.kind, self.lines) if self.order is not None else None

    @cached_property
    def _case(self) -> Case | None:
        """The case as it would be, not saved; None without an order."""
        if self.order is None:
            return None
        form = self.form
        told = {"reason": form.chosen_reason, "opened_at": self.now, "report": form.report}
        return BY_KIND[self.kind](kind=self.kind, order=self.order, **told)

    def ask(self, *, owner: User | None) -> Ask:
        """What the service is asked for; the form has to be valid. `owner`: who sees to it."""
        data = self.form.cleaned_data
        columns: dict[str, Any] = {"owner": owner}
        if data.get("incident"):
            columns["incident"] = data["incident"]
        if self.lines and not any(has_left(line) for line, _many in self.lines):
            columns["goods"] = Goods.UNSHIPPED  # RET-37: as far as the order says it
        known = {key: data[key] for key in ("excluded", "subject") if data.get(key)}
        if known:
            columns["report"] = known
        lines = tuple(Wanted(line, many, data.get("instead", "")) for line, many in self.lines)
        reason: Reason | None = data.get("reason")
        said = data.get("summary") or (reason.name if reason else self._in_short(data))
        return Ask(data["kind"], lines, reason, said[:200], columns)

    def _in_short(self, data: Mapping[str, Any]) -> str:
        """What happened, in a word: of an incident, which of the many things that happen on the way."""
        incident = data.get("incident")
        return str(IncidentKind(incident).label if incident else self.happening.label)


def plans_of(
    said: Said, order: Order | None, lines: Sequence[OrderLine], now: dt.datetime, data: Mapping[str, Any] | None = None
) -> list[Plan]:
    """The cases that put right what was said: one a happening and supplier. `data` binds their forms.

    What happened on the way happened to all that has left (LOG-14): so the goods are known when they are sent again
    or paid back.
    """
    found: list[Plan] = []
    for key, happening in OF_LINES.items():
        noted = [(line, many) for line in lines if (many := said.pieces.get((line.pk, key)))]
        found += _plans(key, happening, noted, order, now, data)
    for key in said.matters:
        happening = OF_ORDERS[key]
        gone = [(line, line.quantity) for line in lines if has_left(line)] if happening.shipped else []
        found += _plans(key, happening, gone, order, now, data) or [_plan(key, happening, [], order, now, data)]
    return found


def _plans(
    key: str,
    happening: Happening,
    noted: list[tuple[OrderLine, int]],
    order: Order | None,
    now: dt.datetime,
    data: Mapping[str, Any] | None,
) -> list[Plan]:
    """One plan for each supplier whose goods it happened to."""
    parts: dict[int, list[tuple[OrderLine, int]]] = {}
    for line, many in noted:
        parts.setdefault(line.fulfilment.supplier_id or 0, []).append((line, many))
    return [_plan(f"{key}-{supplier_id}", happening, own, order, now, data) for supplier_id, own in parts.items()]


def _plan(
    key: str,
    happening: Happening,
    lines: list[tuple[OrderLine, int]],
    order: Order | None,
    now: dt.datetime,
    data: Mapping[str, Any] | None,
) -> Plan:
    known = house.reasons()
    fitting = [row for row in known if row.cause in happening.causes] or known
    custom = _has_custom(lines)
    form = PlanForm(data, prefix=f"p-{key}", happening=happening, reasons=fitting, custom=custom)
    if custom:
        form.initial["excluded"] = _confirmed(order)
    return Plan(key, happening, lines, form, order, now)


def _confirmed(order: Order | None) -> str:
    """RET-30, ORD-24: where the buyer confirmed at purchase that custom-made goods are not taken back, if it is recorded."""
    terms = CustomTerms.objects.filter(order=order, no_return=True).first()
    return terms.agreed_how if terms else ""


def _has_custom(lines: Sequence[tuple[OrderLine, int]]) -> bool:
    return any(line.product is not None and line.product.custom_made for line, _many in lines)


def _eligibility(case: Case, lines: list[tuple[OrderLine, int]]) -> list[str]:
    """RET-01, RET-02, RET-30: until when it may come back, and whether it may be refused."""
    said = []
    if _has_custom(lines):
        said.append(
            _("Custom-made: refused only if the buyer confirmed that at purchase, and never for a fault (RET-30).")
        )
    until = eligibility.return_until(case)
    if until is not None:
        said.append(_("Seven days from the day after signing: until %(until)s (RET-01).") % {"until": when(until)})
    elif all(has_left(line) for line, _many in lines):
        said.append(_("Nobody knows when it was signed for: the seven days have not begun to count (RET-01)."))
    basis = eligibility.refusal_basis(case)
    said.append(basis or _("It may not be refused by law."))
    return said


def _already(kind: str, lines: list[tuple[OrderLine, int]]) -> Case | None:
    ids = [line.pk for line, _many in lines]
    row = CaseLine.objects.filter(line__in=ids, kind=kind, active=True).select_related("case").first() if ids else None
    return machine_of(row.case) if row else None
