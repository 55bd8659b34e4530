"""«What happened?» in the words a buyer uses, and which kinds of case put that right, the usual one first.

What a newcomer does not have to know: the names of our machines.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aftersales.models import Reason
from aftersales.states import TO_REPORT, Kind, Subject
from orders.models import OrderLine
from orders.states import UNSHIPPED, FulfilmentState

Cause = Reason.Cause


@dataclass(frozen=True)
class Happening:
    """Something that a buyer comes with, and what may be done about it."""

    key: str
    label: str | Promise
    kinds: tuple[str, ...]  # the usual one first
    causes: tuple[str, ...] = ()  # of the reasons that fit
    shipped: bool | None = None  # of goods that have left, that have not, or either
    ask: str | Promise = ""  # what to ask the buyer on the phone
    subjects: tuple[str, ...] = ()  # of a task: what it may be about


# About single lines: how many pieces of each.
OF_LINES: dict[str, Happening] = {
    row.key: row
    for row in (
        Happening(
            "broken",
            _("arrived broken"),
            (Kind.RETURN, Kind.COMPENSATION, Kind.EXCHANGE, Kind.RESHIP),
            (Cause.DAMAGED,),
            True,
            _("Photos of the pieces, of the box and of the waybill. Was it broken when the parcel was signed for?"),
        ),
        Happening(
            "missing",
            _("pieces missing"),
            (Kind.RESHIP, Kind.COMPENSATION),
            (Cause.MISSING,),
            True,
            _("A photo of all that was in the box. Did another parcel come, or is one under way?"),
        ),
        Happening(
            "wrong",
            _("wrong goods"),
            (Kind.EXCHANGE, Kind.RETURN, Kind.COMPENSATION),
            (Cause.WRONG_ITEM,),
            True,
            _("A photo of what came, with its label."),
        ),
        Happening(
            "faulty",
            _("has a fault"),
            (Kind.RETURN, Kind.EXCHANGE, Kind.REPAIR, Kind.COMPENSATION),
            (Cause.QUALITY,),
            True,
            _("A photo or video of the fault."),
        ),
        Happening(
            "unwanted",
            _("does not want it"),
            (Kind.RETURN, Kind.EXCHANGE, Kind.COMPENSATION),
            (Cause.NO_REASON, Cause.NOT_AS_IMAGINED),
            True,
            _("Is it unused, with all that came with it?"),
        ),
        Happening(
            "cancel",
            _("wants the money back before it ships"),
            (Kind.UNSHIPPED_REFUND,),
            (Cause.LATE, Cause.SHORTAGE, Cause.NO_REASON, Cause.OTHER),
            False,
            _("Why? A faster date, another colour or a later delivery may save the order."),
        ),
        Happening(
            "sold_out",
            _("we are out of stock"),
            (Kind.SHORTAGE,),
            (Cause.SHORTAGE,),
            False,
            _("When will it be there again? The buyer is asked at once: wait or cancel."),
        ),
    )
}

# About the order as a whole, or about none.
OF_ORDERS: dict[str, Happening] = {
    row.key: row
    for row in (
        Happening(
            "way",
            _("something happened on the way: lost, stuck, refused, to be stopped"),
            (Kind.INCIDENT,),
            (),
            True,
        ),
        Happening("intervened", _("the platform stepped in"), (Kind.DISPUTE,)),
        Happening(
            "complaint",
            _("complains about us"),
            (Kind.COMPLAINT,),
            (Cause.SERVICE,),
            ask=_(
                "Listen to the end, write it down in the buyer's words, repeat it; apologise before explaining (CMP-07)."
            ),
        ),
        Happening("question", _("has a question, or a colleague has to see to something"), (Kind.CONSULTATION,)),
        Happening(
            "delivery",
            _("asks about delivery or installing"),
            (Kind.CONSULTATION,),
            ask=_("Which day suits, and under which number can the fitter call?"),
            subjects=(Subject.DELIVERY,),
        ),
        Happening(
            "add",
            _("wants something added to the order"),
            (Kind.CONSULTATION,),
            ask=_("What and how many?"),
            subjects=(Subject.ADD_TO_ORDER,),
        ),
        Happening("report", _("something to be reported at once"), (Kind.CONSULTATION,), subjects=TO_REPORT),
    )
}
KIND_HINTS: dict[str, str | Promise] = {  # what a kind means, for those who have never opened one
    Kind.RETURN: _("the goods come back, then the money goes back"),
    Kind.EXCHANGE: _("the goods come back, others go out"),
    Kind.RESHIP: _("what is missing is sent after; without stock the money goes back"),
    Kind.COMPENSATION: _("the buyer keeps the goods and gets something for the trouble"),
    Kind.REPAIR: _("parts or a visit"),
    Kind.UNSHIPPED_REFUND: _("talk to the buyer, stop the goods, pay back"),
    Kind.SHORTAGE: _("ask the buyer at once: wait or cancel"),
    Kind.INCIDENT: _("see to it with the carrier, decide who pays"),
    Kind.DISPUTE: _("message the same day, evidence within 24 hours"),
    Kind.COMPLAINT: _("quality management investigates and reports"),
    Kind.CONSULTATION: _("somebody answers"),
}
WITHOUT_ORDER = ("complaint", "question", "report")


def has_left(line: OrderLine) -> bool:
    """Whether the pieces of this line are under way or there: of a part that was cancelled there is nothing to do."""
    return line.fulfilment.state not in (*UNSHIPPED, FulfilmentState.WAITING)


def fits_line(happening: Happening, line: OrderLine) -> bool:
    """Whether this can have happened to the pieces of a line."""
    if line.fulfilment.state == FulfilmentState.PART_SHIPPED:
        return True
    return happening.shipped is None or happening.shipped == has_left(line)


def label_of(key: str) -> str:
    found = OF_LINES.get(key) or OF_ORDERS[key]
    return str(found.label)
