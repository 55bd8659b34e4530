"""Flags, remarks in the platform's format, and whose deal an order is (ORD-13 to ORD-17)."""

from __future__ import annotations

import datetime as dt
import re

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock, masking
from common.exceptions import BusinessError
from common.topics import topic_of
from orders.models import Order
from orders.services.base import keep, take
from orders.states import Flag
from staff.models import User
from staff.words.services import REMARK, vet

MAX_BYTES = 1000  # the platform's limit for a remark, in UTF-8
SEPARATOR = "_"
LONG_NUMBER = re.compile(r"(?<!\d)(?<!AS)(?<!PS)(?<!CL)\d{7,}")  # numbers of cases, slips and claims are ours


def signature(user: User) -> str:
    """How a remark is signed: «慧兰 K01», name and staff number (ORD-14, ORD-15)."""
    return f"{user.name} {user.staff_no}".strip().replace(SEPARATOR, "-")


def content_of(remark: str) -> str:
    """The content of a remark, without the signature behind the last underscore."""
    return remark.rpartition(SEPARATOR)[0] if SEPARATOR in remark else remark


def signed(text: str, by: User) -> str:
    """`text` as the platform wants it: 内容_姓名, one line, at most 1000 bytes (ORD-14); nothing stays nothing.

    Raises BusinessError for an underscore in the text and for a remark that is too long.
    """
    content = " ".join(text.split())
    if not content:
        return ""
    if SEPARATOR in content:
        raise BusinessError(_("Leave out the underscore: it separates the text from the name."), code="separator")
    remark = f"{content}{SEPARATOR}{signature(by)}"
    size = len(remark.encode())
    if size > MAX_BYTES or not _fits(remark, "remark"):
        raise BusinessError(
            _("The remark has %(size)d bytes with your name; the platform takes %(limit)d and 500 characters.")
            % {"size": size, "limit": MAX_BYTES},
            code="too_long",
        )
    return remark


def _fits(text: str, column: str) -> bool:
    longest: int | None = getattr(Order._meta.get_field(column), "max_length", None)
    return longest is None or len(text) <= longest


def for_the_trail(text: str) -> str:
    """`text` without what may be somebody's phone number: the trail holds no personal data."""
    return LONG_NUMBER.sub(lambda found: masking.phone(found.group()), text)


@transaction.atomic
def write_remark(
    *,
    order_id: int,
    version: int,
    flag: int,
    text: str,
    words_reason: str = "",
    by: User,
    now: dt.datetime | None = None,
) -> Order:
    """Set the flag and the remark (ORD-13, ORD-14, ORD-17). The trail keeps what they were before.

    Raises Conflict, WordsStopped when the checker stops a new text (REV-14), or BusinessError when it does not fit
    the platform's format.
    """
    now = now or clock.now()
    order = take(order_id, version)
    before = Flag(order.flag)
    order.flag = Flag(flag)
    # A remark whose words did not change keeps the name of who wrote them.
    if " ".join(text.split()) != content_of(order.remark):
        order.remark = signed(text, by)
        vet(text, place="remark", topic=topic_of(order), reason=words_reason, by=by, now=now, context=REMARK)
    keep(order, ["flag", "remark"], now)
    audit.record(
        "orders.remarked",
        about=order,
        by=by,
        now=now,
        flag_before=int(before),
        flag=int(order.flag),
        remark=for_the_trail(order.remark),
    )
    return order


@transaction.atomic
def write_supplier_remark(
    *,
    order_id: int,
    version: int,
    text: str,
    words_reason: str = "",
    by: User,
    now: dt.datetime | None = None,
) -> Order:
    """Write what the supplier reads with the order, in one line of at most 300 characters; empty takes it away."""
    now = now or clock.now()
    order = take(order_id, version)
    line = " ".join(text.split())
    if not _fits(line, "remark_for_supplier"):
        raise BusinessError(_("The remark for the supplier may have 300 characters."), code="too_long")
    if line != order.remark_for_supplier:
        vet(line, place="supplier remark", topic=topic_of(order), reason=words_reason, by=by, now=now)
    order.remark_for_supplier = line
    keep(order, ["remark_for_supplier"], now)
    audit.record("orders.told_supplier", about=order, by=by, now=now, remark=for_the_trail(line))
    return order


@transaction.atomic
def serve_order(*, order_id: int, version: int, by: User, now: dt.datetime | None = None) -> Order:
    """Make it one's own deal: the commission is counted for who serves it (ORD-15). Refused when it is already."""
    now = now or clock.now()
    order = take(order_id, version)
    if order.owner_id == by.pk:
        raise BusinessError(_("You serve this order already."), code="already")
    before = order.owner.name if order.owner else ""
    order.owner = by
    keep(order, ["owner"], now)
    audit.record("orders.served", about=order, by=by, now=now, before=before, owner=by.name)
    return order
