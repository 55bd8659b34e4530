"""The words of the after-sales floor: kinds of case, their states, where goods are, who answers for a loss."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def topic(case_id: int) -> str:
    """What rows of other floors call a case, whatever its machine."""
    return f"aftersales.case:{case_id}"


class Kind(models.TextChoices):
    """One kind, one machine (aftersales.workflows)."""

    UNSHIPPED_REFUND = "unshipped_refund", _("refund before shipping")
    RETURN = "return", _("return and refund")
    EXCHANGE = "exchange", pgettext_lazy("of goods", "exchange")
    RESHIP = "reship", _("re-ship")
    COMPENSATION = "compensation", _("compensation")
    REPAIR = "repair", _("repair")
    SHORTAGE = "shortage", _("shortage")
    INCIDENT = "incident", _("logistics incident")
    DISPUTE = "dispute", _("platform dispute")
    COMPLAINT = "complaint", _("complaint")
    CONSULTATION = "consultation", _("consultation")


class Channel(models.TextChoices):
    """How it came to us (AFT-06)."""

    PLATFORM = "platform", _("platform")
    ONLINE = "online", _("online chat")
    HOTLINE = "hotline", _("hotline")
    APP = "app", _("app")
    SUPPLIER = "supplier", _("supplier")
    INTERNAL = "internal", _("colleague")


class Goods(models.TextChoices):
    """Where the goods are: what decides in every dispute (RET-37)."""

    UNSHIPPED = "unshipped", _("not shipped")
    IN_TRANSIT = "in_transit", _("in transit")
    WITH_BUYER = "with_buyer", _("with the buyer")
    COMING_BACK = "coming_back", _("coming back")
    BACK = "back", _("back")


class Bearer(models.TextChoices):
    """Who may answer for a loss (SUP-14, AFT-14)."""

    SUPPLIER = "supplier", _("supplier")
    CARRIER = "carrier", _("carrier")
    COMPANY = "company", _("company")
    AGENT = "agent", _("staff")
    BUYER = "buyer", _("buyer")
    PLATFORM = "platform", _("platform")


class Errand(models.TextChoices):
    """What is ordered to repair something at the buyer's (LOG-22)."""

    PARTS = "parts", _("spare parts")
    VISIT = "visit", _("a visit")


class Judgement(models.TextChoices):
    """What the pictures and the inspection say (RET-07, QA-08)."""

    UNKNOWN = "", _("not judged")
    QUALITY = "quality", _("quality problem")
    HUMAN = "human", _("damaged by people")
    UNCLEAR = "unclear", _("cannot be told")


class IncidentKind(models.TextChoices):
    """The eight kinds of logistics incident, the parcel that stands still, the one we misled (LOG-10 to LOG-18, LOG-08)."""

    OUT_OF_ZONE = "out_of_zone", _("out of the delivery zone")
    FORCE_MAJEURE = "force_majeure", _("force majeure")
    SUSPENDED = "suspended", _("carrier suspended")
    UNREACHABLE = "unreachable", _("buyer cannot be reached")
    LOST = "lost", _("parcel lost")
    DAMAGED = "damaged", _("damaged")
    RETURNED = "returned", _("coming back by itself")
    INTERCEPT = "intercept", _("to be intercepted")
    STUCK = "stuck", _("stands still")
    WRONG_ADDRESS = "wrong_address", _("wrong return address given")  # RET-21: an incident of our own making


class Subject(models.TextChoices):
    """What a task is about, where it is more than a question (LOG-19, ORD-18, SUP-23); what is reported at once (CMP-08)."""

    DELIVERY = "delivery", _("delivery or installing")
    ADD_TO_ORDER = "add_to_order", _("something to be added to the order")
    ORDER_SHEET = "order_sheet", _("the order sheet is wrong")
    COMPETITION = "competition", _("competition on the market")
    OUR_MISTAKE = "our_mistake", _("our own mistake")
    ACCIDENT = "accident", _("major error, accident, breach of trust")
    DANGER = "danger", _("danger to people")
    NOT_OURS = "not_ours", _("outside our duty")
    FEEDBACK = "feedback", _("what buyers say")


TO_REPORT = (  # the six kinds of CMP-08
    Subject.COMPETITION,
    Subject.OUR_MISTAKE,
    Subject.ACCIDENT,
    Subject.DANGER,
    Subject.NOT_OURS,
    Subject.FEEDBACK,
)


class UnshippedRefundState(models.TextChoices):
    REQUESTED = "requested", _("requested")
    RETAINING = "retaining", _("talking to the buyer")
    WITHDRAWN = "withdrawn", _("withdrawn")
    STOPPING = "stopping", _("stopping the goods")
    STOPPED = "stopped", _("goods stopped")
    TOO_LATE = "too_late", _("too late to stop")
    REFUND_APPROVED = "refund_approved", _("refund approved")
    REFUNDED = "refunded", _("refunded")
    CLOSED = "closed", _("closed")


class ReturnState(models.TextChoices):
    REQUESTED = "requested", _("requested")
    EVIDENCE_WANTED = "evidence_wanted", _("evidence wanted")
    REVIEWING = "reviewing", _("being reviewed")
    REJECTED = "rejected", _("rejected")
    APPROVED = "approved", _("approved, address sent")
    COMING_BACK = "coming_back", _("coming back")
    RECEIVED = "received", _("received")
    INSPECTED = "inspected", _("inspected")
    MISMATCHED = "mismatched", _("not as agreed")
    CALLED_BACK = "called_back", _("buyer called back")
    REFUND_APPROVED = "refund_approved", _("refund approved")
    REFUNDED = "refunded", _("refunded")
    CLOSED = "closed", _("closed")


class ExchangeState(models.TextChoices):
    REQUESTED = "requested", _("requested")
    REJECTED = "rejected", _("rejected")
    STOCK_ASKED = "stock_asked", _("stock asked")
    OUT_OF_STOCK = "out_of_stock", _("out of stock")
    APPROVED = "approved", _("approved, address sent")
    COMING_BACK = "coming_back", _("coming back")
    RECEIVED = "received", _("received")
    INSPECTED = "inspected", _("inspected")
    MISMATCHED = "mismatched", _("not as agreed")
    CALLED_BACK = "called_back", _("buyer called back")
    RESEND_DUE = "resend_due", _("to be sent again")
    RESENT = "resent", _("sent again")
    DELIVERED = "delivered", _("delivered")
    UNSATISFIED = "unsatisfied", _("buyer not satisfied")
    CLOSED = "closed", _("closed")


class ReshipState(models.TextChoices):
    REPORTED = "reported", _("reported")
    CHECKING = "checking", _("being checked")
    STOCK_ASKED = "stock_asked", _("stock asked")
    RESEND_DUE = "resend_due", _("to be sent again")
    RESENT = "resent", _("sent again")
    REFUND_APPROVED = "refund_approved", _("refund approved")
    REFUNDED = "refunded", _("refunded")
    CLOSED = "closed", _("closed")


class CompensationState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")
    PAID = "paid", _("paid out")
    CLOSED = "closed", _("closed")


class RepairState(models.TextChoices):
    REQUESTED = "requested", _("requested")
    PAYER_AGREED = "payer_agreed", _("payer agreed")
    DISPATCHED = "dispatched", _("parts or visit under way")
    REPAIRED = "repaired", _("repaired")
    FAILED = "failed", _("could not be repaired")
    CLOSED = "closed", _("closed")


class ShortageState(models.TextChoices):
    REPORTED = "reported", _("reported")
    CONTACTING = "contacting", _("contacting the buyer")
    CANCELLED = "cancelled", _("order cancelled")
    WAITING = "waiting", _("buyer waits, date promised")
    SHIPPED = "shipped", _("shipped")
    PROMISE_BROKEN = "promise_broken", _("promise broken")


class IncidentState(models.TextChoices):
    OPENED = "opened", _("opened")
    CONTACTING = "contacting", _("contacting the buyer")
    STOPPING = "stopping", _("stopping the goods")
    DECIDED = "decided", _("decided")
    ACTING = "acting", _("being carried out")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", _("closed")


class DisputeState(models.TextChoices):
    OPENED = "opened", _("opened")
    NEGOTIATING = "negotiating", _("negotiating")
    EVIDENCE_WANTED = "evidence_wanted", _("evidence wanted")
    EVIDENCE_SENT = "evidence_sent", _("evidence sent")
    WON = "won", _("won")
    LOST = "lost", _("dispute lost")
    SPLIT = "split", _("split")
    CLOSED = "closed", _("closed")


class ComplaintState(models.TextChoices):
    RECORDED = "recorded", _("recorded")
    TRANSFERRED = "transferred", _("passed to quality management")
    INVESTIGATING = "investigating", _("being investigated")
    REPORTED = "reported", _("report handed in")
    ANSWERED = "answered", _("buyer answered")
    CLOSED = "closed", _("closed")


class ConsultationState(models.TextChoices):
    OPEN = "open", _("in hand")
    TRANSFERRED = "transferred", _("passed to a colleague")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")
