"""What the trail says about handovers. Texts that people wrote stay in the book."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.messages import register


def _items(count: int) -> str:
    return ngettext("%(count)d item", "%(count)d items", count) % {"count": count}


register("staff.handover_opened", lambda data: _("Handover opened with %(items)s") % {"items": _items(data["items"])})
register("staff.handover_written", lambda data: _("Handover written on, %(items)s") % {"items": _items(data["items"])})
register(
    "staff.handover_signed", lambda data: _("Handed over and signed, %(items)s") % {"items": _items(data["items"])}
)
register("staff.handover_taken_back", lambda data: _("Signature taken back"))
register("staff.handover_taker_named", lambda data: _("%(name)s is to take over") % {"name": data["taker"]})
register("staff.handover_item_accepted", lambda data: _("Item %(number)d accepted") % {"number": data["number"]})
register("staff.handover_item_returned", lambda data: _("Item %(number)d given back") % {"number": data["number"]})
register(
    "staff.handover_taken",
    lambda data: (
        _("Taken over and signed: %(accepted)d accepted, %(returned)d given back")
        % {"accepted": data["accepted"], "returned": data["returned"]}
    ),
)
register(
    "staff.handed_over",
    lambda data: _("Handed over at the change of shift to %(name)s") % {"name": data["to"]},
)
