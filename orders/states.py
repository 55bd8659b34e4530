"""The states of an order, of a supplier's part of it, of a parcel and of a platform refund, and their named groups."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Platform(models.TextChoices):
    TAOBAO = "taobao", _("Taobao / Tmall")
    JD = "jd", _("JD")
    PDD = "pdd", _("Pinduoduo")
    DOUYIN = "douyin", _("Douyin")


class OrderState(models.TextChoices):
    UNPAID = "unpaid", _("unpaid")
    PAID = "paid", _("to ship")
    SHIPPED = "shipped", _("shipped")
    DELIVERED = "delivered", _("delivered")
    FINISHED = "finished", _("finished")
    CLOSED = "closed", _("closed")


# How far an order is: a file that knows less never takes an order back.
RANK = {state: rank for rank, state in enumerate(OrderState.values)}

LEFT = (OrderState.SHIPPED, OrderState.DELIVERED)  # under way, not finished


class FulfilmentState(models.TextChoices):
    """One supplier's part of an order."""

    WAITING = "waiting", _("waiting for payment")
    TO_SHIP = "to_ship", _("to ship")
    PART_SHIPPED = "part_shipped", _("partly shipped")
    SHIPPED = "shipped", _("shipped")
    CANCELLED = "cancelled", _("cancelled")


UNSHIPPED = (FulfilmentState.TO_SHIP, FulfilmentState.PART_SHIPPED)


class Flag(models.IntegerChoices):
    """The seller's flag (ORD-17): one colour an order, as the platforms number them."""

    GREY = 0, _("grey")
    RED = 1, _("red: special request")  # ORD-13
    YELLOW = 2, _("yellow")
    GREEN = 3, _("green: refund before shipping")  # ORD-16
    BLUE = 4, _("blue: payment reminded")  # ORD-05
    PURPLE = 5, _("purple")


class ShipMode(models.TextChoices):
    """A wish about the shipping (SUP-26)."""

    NORMAL = "normal", _("normal")
    URGENT = "urgent", _("urgent")
    HOLD = "hold", _("wait for notice")


class LineHold(models.TextChoices):
    """What keeps a line from being shipped (SUP-11)."""

    NONE = "", _("not held")
    SHORTAGE = "shortage", _("shortage: the buyer decides")
    CANCELLED = "cancelled", _("shortage: the buyer cancels")


class RefundState(models.TextChoices):
    """Where a platform refund stands, in the words of the open platforms."""

    WAIT_SELLER_AGREE = "wait_seller_agree", _("waiting for our consent")
    WAIT_BUYER_RETURN = "wait_buyer_return", _("waiting for the buyer's parcel")
    WAIT_SELLER_CONFIRM = "wait_seller_confirm", _("waiting for our receipt")
    SELLER_REFUSED = "seller_refused", _("refused by us")
    CLOSED = "closed", _("closed")
    SUCCESS = "success", _("refunded")


OPEN_REFUNDS = (
    RefundState.WAIT_SELLER_AGREE,
    RefundState.WAIT_BUYER_RETURN,
    RefundState.WAIT_SELLER_CONFIRM,
    RefundState.SELLER_REFUSED,
)
BLOCKS_SHIPPING = (*OPEN_REFUNDS, RefundState.SUCCESS)


class ParcelSource(models.TextChoices):
    SUPPLIER = "supplier", _("supplier")
    PLATFORM = "platform", _("platform export")
    AGENT = "agent", _("service")


class Verdict(models.TextChoices):
    """What became of one row of a supplier's upload."""

    ACCEPTED = "accepted", _("accepted")
    UNCHANGED = "unchanged", _("already known")
    REPLACED = "replaced", _("replaced")
    UNKNOWN_ORDER = "unknown_order", _("unknown order")
    NOT_YOURS = "not_yours", _("not your order")
    NOT_SHIPPABLE = "not_shippable", _("must not be shipped")
    BAD_NUMBER = "bad_number", _("odd tracking number")
    DUPLICATE_NUMBER = "duplicate_number", _("tracking number used twice")
    DAMAGED_ORDER_NO = "damaged_order_no", _("damaged order number")


class JobState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("refused")


class Consent(models.TextChoices):
    """Whether a buyer may be sent advertising (SEC-09)."""

    NONE = "none", _("not asked")
    GIVEN = "given", _("agreed")
    REFUSED = "refused", _("refused")
