"""What papers share: a case's goods and numbers in words, photos as pictures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from aftersales.models import Case, Evidence
from aftersales.services.stepping import state_label
from common import clock
from common.pdf import Picture
from orders import carriers
from orders.models import Order, OrderLine

EMPTY = "—"


@dataclass(frozen=True)
class Buyer:
    """The buyer as a paper names him: in full only for who may, and has left a line in the trail (SEC-07)."""

    name: str = ""
    phone: str = ""
    address: str = ""


def time(moment: dt.datetime | None) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def day(moment: dt.datetime | None) -> str:
    return clock.local(moment).strftime("%Y-%m-%d") if moment else ""


def goods_rows(case: Case) -> list[tuple[OrderLine, int, str]]:
    """(line of the order, how many of it, what is wanted instead). One query."""
    return [
        (row.line, row.quantity, row.wanted) for row in case.lines.select_related("line").order_by("pk") if row.line
    ]


def title_of(line: OrderLine) -> str:
    return f"{line.title} {line.attributes}".strip()


def tracking_numbers(order: Order | None) -> str:
    """The numbers in force, with their carriers (出货单号)."""
    if order is None:
        return ""
    parcels = order.parcels.filter(replaced_by__isnull=True).order_by("pk")
    return "、".join(f"{carriers.name_of(parcel.carrier)} {parcel.tracking_no}" for parcel in parcels)


def pictures(files: Iterable[Evidence], *, small: bool = True) -> list[Picture]:
    """The photos among these files with what they show; thumbnails where `small`."""
    found = []
    for row in files:
        if row.type != Evidence.Type.PHOTO:
            continue
        kept = row.thumbnail if small and row.thumbnail else row.file
        with kept.open("rb") as file:
            found.append(Picture(file.read(), f"{row.slot or '照片'} {time(row.at)}"))
    return found


def state_of(case: Case) -> str:
    return f"{case.get_kind_display()} · {state_label(case)}"
