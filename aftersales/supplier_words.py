"""How the trail and the bell tell what suppliers answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from aftersales.models import Intercept, StockQuestion
from audit.messages import register
from notifications.render import register_bell

Data = Mapping[str, Any]


def stock_answered(data: Data) -> str:
    told = {"sku": data["sku"], "answer": StockQuestion.Answer(data["answer"]).label, "day": data["again_on"]}
    if data["again_on"]:
        return _("supplier about %(sku)s: %(answer)s, again on %(day)s") % told
    return _("supplier about %(sku)s: %(answer)s") % told


def stop_answered(data: Data) -> str:
    return _("supplier about the request to stop the goods: %(answer)s") % {
        "answer": Intercept.Answer(data["answer"]).label
    }


def supplier_answered(context: Mapping[str, Any]) -> str:
    return _("The supplier answered in case %(number)s: it is your turn.") % {"number": context["number"]}


def asks_supplier(context: Mapping[str, Any]) -> str:
    told = {"number": context["number"], "order_no": context["order_no"]}
    return {
        "stock_asked": _("Is it in stock? Case %(number)s waits for your answer.") % told,
        "stopping": _("Stop the goods of order %(order_no)s: the buyer cancels.") % told,
        "resend_due": _("Send again what case %(number)s is about, within 24 hours.") % told,
        "received": _("Say within 24 hours what came back in case %(number)s.") % told,
    }[context["state"]]


register("aftersales.stock_answered", stock_answered)
register("aftersales.stop_answered", stop_answered)
register_bell("aftersales.supplier_answered", supplier_answered)
register_bell("aftersales.asks_supplier", asks_supplier)
