"""Why a row got its verdict, and what the sender should know besides: one sentence each."""

from __future__ import annotations

from enum import IntFlag, StrEnum

from django.utils.translation import gettext as _

from orders.states import Verdict


class Why(StrEnum):
    """The reason of a verdict; FINE says nothing more than the verdict itself."""

    FINE = "fine"
    NO_ORDER_NO = "no_order_no"
    SCIENTIFIC = "scientific"
    ROUNDED = "rounded"
    UNKNOWN = "unknown"
    NOT_YOURS = "not_yours"
    OTHER_GOODS = "other_goods"
    WHICH_GOODS = "which_goods"
    BAD_QUANTITY = "bad_quantity"
    NO_NUMBER = "no_number"
    UNREADABLE_NUMBER = "unreadable_number"
    NO_CARRIER = "no_carrier"
    UNKNOWN_CARRIER = "unknown_carrier"
    ODD_NUMBER = "odd_number"
    KNOWN = "known"
    SUPERSEDED = "superseded"
    CLOSED = "closed"
    UNPAID = "unpaid"
    HELD = "held"
    REFUND = "refund"
    USED = "used"
    REPLACES = "replaces"


OK_IF_CONFIRMED = (Why.UNKNOWN_CARRIER, Why.ODD_NUMBER)

VERDICT_OF: dict[Why, Verdict] = {
    Why.FINE: Verdict.ACCEPTED,
    Why.NO_ORDER_NO: Verdict.DAMAGED_ORDER_NO,
    Why.SCIENTIFIC: Verdict.DAMAGED_ORDER_NO,
    Why.ROUNDED: Verdict.DAMAGED_ORDER_NO,
    Why.UNKNOWN: Verdict.UNKNOWN_ORDER,
    Why.NOT_YOURS: Verdict.NOT_YOURS,
    Why.OTHER_GOODS: Verdict.NOT_YOURS,
    Why.WHICH_GOODS: Verdict.NOT_SHIPPABLE,
    Why.BAD_QUANTITY: Verdict.NOT_SHIPPABLE,
    Why.NO_NUMBER: Verdict.BAD_NUMBER,
    Why.UNREADABLE_NUMBER: Verdict.BAD_NUMBER,
    Why.NO_CARRIER: Verdict.BAD_NUMBER,
    Why.UNKNOWN_CARRIER: Verdict.BAD_NUMBER,
    Why.ODD_NUMBER: Verdict.BAD_NUMBER,
    Why.KNOWN: Verdict.UNCHANGED,
    Why.SUPERSEDED: Verdict.UNCHANGED,
    Why.CLOSED: Verdict.NOT_SHIPPABLE,
    Why.UNPAID: Verdict.NOT_SHIPPABLE,
    Why.HELD: Verdict.NOT_SHIPPABLE,
    Why.REFUND: Verdict.NOT_SHIPPABLE,
    Why.USED: Verdict.DUPLICATE_NUMBER,
    Why.REPLACES: Verdict.REPLACED,
}


class Note(IntFlag):
    """What the sender should know although the row is carried out."""

    TIME_UNREADABLE = 1
    TIME_IN_FUTURE = 2
    COMBINED = 4
    EARLIER_WAITS = 8
    FEWER_LEFT = 16
    STAYS_OPEN = 32


def sentence(why: str, notes: int) -> str:
    """What a row's verdict says, in the present language."""
    parts = [_reason(Why(why))]
    if VERDICT_OF[Why(why)] in (Verdict.ACCEPTED, Verdict.REPLACED):
        parts += [words for note, words in _notes().items() if notes & note]
    return " ".join(part for part in parts if part)


def _reason(why: Why) -> str:
    return {
        Why.FINE: "",
        Why.NO_ORDER_NO: _("The order number is missing."),
        Why.SCIENTIFIC: _(
            "A spreadsheet changed this order number to scientific notation. Format the column as text, "
            "copy the number from the list of orders to ship again, and send the row once more."
        ),
        Why.ROUNDED: _(
            "No such order. The last digits look rounded by a spreadsheet: format the column as text, "
            "copy the number from the list of orders to ship again, and send the row once more."
        ),
        Why.UNKNOWN: _("There is no order with this number."),
        Why.NOT_YOURS: _("This order is not yours to ship."),
        Why.OTHER_GOODS: _("Goods with this merchant code are not yours to ship in this order."),
        Why.WHICH_GOODS: _("Say with a merchant code which goods the quantity is meant for."),
        Why.BAD_QUANTITY: _("The quantity must be a whole number of pieces."),
        Why.NO_NUMBER: _("The tracking number is missing."),
        Why.UNREADABLE_NUMBER: _("This cannot be a tracking number. Format the column as text and send it again."),
        Why.NO_CARRIER: _("The carrier is missing."),
        Why.UNKNOWN_CARRIER: _("This carrier is not known here. Correct its name, or confirm the row."),
        Why.ODD_NUMBER: _("The number does not look like one of this carrier's. Correct it, or confirm the row."),
        Why.KNOWN: _("This number is stored already."),
        Why.SUPERSEDED: _("This number is stored already; a newer one has replaced it since."),
        Why.CLOSED: _("This order is closed: do not ship it."),
        Why.UNPAID: _("This order is not paid yet: do not ship it."),
        Why.HELD: _("The buyer wants this order to wait for notice: do not ship it yet."),
        Why.REFUND: _("The buyer asked for a refund: ship it only after the service has the buyer's consent."),
        Why.USED: _("This tracking number is used for another order already."),
        Why.REPLACES: _(
            "The earlier number is kept in the history. If the order went out in several parcels, "
            "send merchant code and quantity with each number."
        ),
    }[why]


def _notes() -> dict[Note, str]:
    return {
        Note.TIME_UNREADABLE: _("The shipping time could not be read; the time of arrival here is taken."),
        Note.TIME_IN_FUTURE: _("The shipping time lies in the future; the time of arrival here is taken."),
        Note.COMBINED: _("Goes in one parcel with another order of the same buyer."),
        Note.EARLIER_WAITS: _("An earlier paid order of the same goods is still waiting."),
        Note.FEWER_LEFT: _("Fewer were left to ship than the quantity says."),
        Note.STAYS_OPEN: _("The rest of the order stays open."),
    }
