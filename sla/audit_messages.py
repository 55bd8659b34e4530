"""What the trail says about clocks and policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from audit.messages import register
from sla.explain import when
from sla.policies import label_of
from sla.states import Party

Data = Mapping[str, Any]


def paused(data: Data) -> str:
    said = _("Clock “%(policy)s” paused on account of %(party)s: %(reason)s") % {
        "policy": label_of(data["policy"]),
        "party": Party(data["party"]).label,
        "reason": data["reason"],
    }
    return f"{said} ({data['proof']})" if data.get("proof") else said


def resumed(data: Data) -> str:
    return _("Clock “%(policy)s” runs again, due %(due)s") % {
        "policy": label_of(data["policy"]),
        "due": when(data["due_at"]),
    }


def extended(data: Data) -> str:
    return _("Clock “%(policy)s” extended to %(until)s: %(reason)s") % {
        "policy": label_of(data["policy"]),
        "until": when(data["until"]),
        "reason": data["reason"],
    }


def look_again(data: Data) -> str:
    return _("Clock “%(policy)s” taken back into the sweep") % {"policy": label_of(data["policy"])}


def policy_edited(data: Data) -> str:
    return _("Policy “%(policy)s” changed to version %(version)s (%(moved)s due times moved): %(note)s") % {
        "policy": label_of(data["policy"]),
        "version": data["version"],
        "moved": data["moved"],
        "note": data["note"],
    }


def taken(data: Data) -> str:
    return _("Clock “%(policy)s” taken over") % {"policy": label_of(data["policy"])}


def given(data: Data) -> str:
    return _("Clock “%(policy)s” passed on to %(name)s: %(reason)s") % {
        "policy": label_of(data["policy"]),
        "name": data["to"],
        "reason": data["reason"],
    }


register("sla.taken", taken)
register("sla.given", given)
register("sla.paused", paused)
register("sla.resumed", resumed)
register("sla.extended", extended)
register("sla.look_again", look_again)
register("sla.policy_edited", policy_edited)
