"""How the trail and the bell tell who has a case in hand and what was written on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from aftersales.models import Contact
from audit.messages import register
from notifications.render import register_bell
from sla.states import Party

Data = Mapping[str, Any]


def taken(data: Data) -> str:
    if data["before"]:
        return _("%(owner)s took it over from %(before)s") % {"owner": data["owner"], "before": data["before"]}
    return _("%(owner)s took it over") % {"owner": data["owner"]}


def handed_on(data: Data) -> str:
    return _("handed on to %(to)s: %(reason)s") % {"to": data["to"], "reason": data["reason"]}


def contacted(data: Data) -> str:
    return _("logged a talk with %(party)s, %(way)s") % {
        "party": Party(data["party"]).label,
        "way": Contact.Way(data["way"]).label,
    }


def called_back(data: Data) -> str:
    way = Contact.Way(data["way"]).label
    said = _("made the promised call, %(way)s") if data["reached"] else _("tried the promised call in vain, %(way)s")
    return said % {"way": way}


def remarked(data: Data) -> str:
    return _("wrote the platform's remark")


def leader_decided(data: Data) -> str:
    return _("decided as leader")


def wrong_address(data: Data) -> str:
    return _("the buyer was told a wrong address, %(wrong)s; right is %(right)s; incident %(number)s") % {
        "wrong": data["wrong"],
        "right": data["right"],
        "number": data["number"],
    }


def goods_left(data: Data) -> str:
    return _("the goods have left although the money is asked back: they are stopped before it is paid")


def bell_goods_left(context: Data) -> str:
    return _("Case %(number)s: the goods have left, have them stopped.") % dict(context)


def bell_handed_on(context: Data) -> str:
    return _("%(by)s handed case %(number)s on to you: %(reason)s") % dict(context)


register("aftersales.taken", taken)
register("aftersales.handed_on", handed_on)
register("aftersales.contacted", contacted)
register("aftersales.called_back", called_back)
register("aftersales.remarked", remarked)
register("aftersales.leader_decided", leader_decided)
register("aftersales.wrong_address", wrong_address)
register("aftersales.goods_left", goods_left)
register_bell("aftersales.goods_left", bell_goods_left)
register_bell("aftersales.handed_on", bell_handed_on)
