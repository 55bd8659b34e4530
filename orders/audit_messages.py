"""How the trail tells what happened to orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from audit.messages import register
from common.clock import local
from orders.carriers import name_of
from orders.forms import REASONS
from orders.states import Consent, Flag, LineHold, OrderState, ShipMode

Data = Mapping[str, Any]


def _time(text: str) -> str:
    return local(dt.datetime.fromisoformat(text)).strftime("%Y-%m-%d %H:%M")


def remarked(data: Data) -> str:
    flag, before, remark = data["flag"], data["flag_before"], data["remark"]
    words = _("remark “%(remark)s”") % {"remark": remark} if remark else _("remark taken away")
    if flag == before:
        return words
    return _("flag %(before)s → %(flag)s, %(words)s") % {
        "before": Flag(before).label,
        "flag": Flag(flag).label,
        "words": words,
    }


def ship_mode_set(data: Data) -> str:
    told = {"mode": ShipMode(data["mode"]).label, "reason": data["reason"]}
    if not data["reason"]:
        return _("shipping wish: %(mode)s") % told
    if data["supplier_confirmed"]:
        return _("shipping wish: %(mode)s (%(reason)s), confirmed by the supplier") % told
    return _("shipping wish: %(mode)s (%(reason)s), not yet confirmed by the supplier") % told


def revealed(data: Data) -> str:
    fields = {
        "buyer_nick": _("buyer"),
        "receiver_name": _("receiver"),
        "receiver_phone": _("phone"),
        "receiver_address": _("address"),
    }
    reasons = {key: str(label) for key, label in REASONS}
    return _("looked at the buyer's data: %(field)s, for %(reason)s") % {
        "field": fields[data["field"]],
        "reason": reasons.get(data["reason"], data["reason"]),
    }


def buyer_noted(data: Data) -> str:
    told = {"consent": Consent(data["consent"]).label, "how": data["how"]}
    words = _("buyer noted as VIP") if data["vip"] else _("note on the buyer changed")
    if data["before"] == data["consent"]:
        return words
    return words + _("; advertising: %(consent)s (%(how)s)") % told


register("orders.buyer_noted", buyer_noted)
register("orders.remarked", remarked)
register("orders.ship_mode_set", ship_mode_set)
register("orders.buyer_revealed", revealed)
register(
    "orders.told_supplier",
    lambda data: _("remark for the supplier: %(remark)s") % {"remark": data["remark"] or "—"},
)
register("orders.served", lambda data: _("is served by %(owner)s") % {"owner": data["owner"]})
register(
    "orders.lines_held",
    lambda data: (
        _("lines held (%(count)d): %(hold)s") % {"count": data["count"], "hold": LineHold(data["hold"]).label}
        if data["hold"]
        else _("lines no longer held: %(count)d") % {"count": data["count"]}
    ),
)
register(
    "orders.custom_agreed",
    lambda data: (
        _("custom terms agreed: %(spec)s; not taken back") % {"spec": data["spec"]}
        if data["no_return"]
        else _("custom terms agreed: %(spec)s") % {"spec": data["spec"]}
    ),
)
register("orders.later_date_agreed", lambda data: _("agreed to ship by %(time)s") % {"time": _time(data["until"])})
register("orders.chased", lambda data: _("chased by the buyer, time %(count)d") % {"count": data["count"]})
register(
    "orders.confirmation_extended",
    lambda data: (
        _("confirmation extended until %(time)s: %(reason)s") % {"time": _time(data["until"]), "reason": data["reason"]}
    ),
)
register(
    "orders.shipping_consented",
    lambda data: (
        _("the buyer agreed to shipping in spite of refund %(numbers)s: %(how)s")
        % {"numbers": ", ".join(data["refunds"]), "how": data["how"]}
    ),
)
register("orders.payment_reminded", lambda data: _("the buyer was reminded to pay"))
register(
    "orders.price_changed",
    lambda data: (
        _("price %(before)s → %(total)s: %(reason)s")
        % {"before": data["before"], "total": data["total"], "reason": data["reason"]}
    ),
)
register("orders.address_checked", lambda data: _("address checked with the buyer"))
register("orders.marked_on_platform", lambda data: _("marked as shipped on the platform"))
register("orders.buyer_forgotten", lambda data: _("the buyer's data was removed after its time"))
register(
    "orders.shipped",
    lambda data: (
        _("shipped by %(supplier)s: %(carrier)s %(number)s")
        % {"supplier": data["supplier"], "carrier": name_of(data["carrier"]), "number": data["number"]}
    ),
)
register(
    "orders.tracking_replaced",
    lambda data: (
        _("new tracking number of %(supplier)s: %(carrier)s %(number)s; the earlier one is kept")
        % {"supplier": data["supplier"], "carrier": name_of(data["carrier"]), "number": data["number"]}
    ),
)
register(
    "orders.imported",
    lambda data: _("came by import %(batch)d as %(state)s") % {**data, "state": OrderState(data["state"]).label},
)
register(
    "orders.advanced",
    lambda data: (
        _("%(before)s → %(state)s, by import %(batch)d")
        % {**data, "before": OrderState(data["before"]).label, "state": OrderState(data["state"]).label}
    ),
)
register("orders.code_assigned", lambda data: _("code %(code)s goes to supplier %(supplier)s") % data)
register(
    "orders.promotion_declared",
    lambda data: (
        _("promotion “%(name)s” declared, %(start)s to %(end)s: %(parts)d parts to ship")
        % {**data, "start": _time(data["starts_at"]), "end": _time(data["ends_at"])}
    ),
)
register(
    "orders.promotion_withdrawn",
    lambda data: _("promotion “%(name)s” withdrawn: %(parts)d parts to ship") % data,
)
register(
    "orders.waybills_counted",
    lambda data: (
        _("waybills of %(carrier)s counted: %(left)d left")
        % {"carrier": name_of(data["carrier"]), "left": data["left"]}
    ),
)
register(
    "orders.commission_exported",
    lambda data: (
        _("commission from %(first)s to %(last)s taken out as a file, %(count)d lines")
        % {"first": data["first"], "last": data["last"], "count": data["rows"]}
    ),
)
