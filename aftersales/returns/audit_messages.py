"""How the trail tells what the return desk did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from aftersales.models import Inspection
from audit.messages import register

Data = Mapping[str, Any]


def fate_decided(data: Data) -> str:
    return _("%(good)d good and %(bad)d bad pieces: %(fate)s") % {**data, "fate": Inspection.Fate(data["fate"]).label}


register("aftersales.parcel_arrived", lambda data: _("parcel %(number)s arrived at the return desk") % data)
register("aftersales.parcel_pooled", lambda data: _("unknown parcel %(number)s put into the pool") % data)
register("aftersales.parcel_matched", lambda data: _("parcel %(number)s of the pool belongs to this case") % data)
register("aftersales.counted", lambda data: _("parcel %(number)s counted: %(good)d good, %(bad)d bad pieces") % data)
register("aftersales.judged", lambda data: _("parcel %(number)s judged by quality") % data)
register("aftersales.fate", fate_decided)
register("aftersales.batch_made", lambda data: _("list %(number)s for the supplier begun") % data)
register("aftersales.batch_sent", lambda data: _("list %(number)s sent to the supplier: %(tracking)s") % data)
register("aftersales.batch_left", lambda data: _("taken off list %(number)s") % data)
