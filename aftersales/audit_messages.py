"""How the trail tells what happened to cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from aftersales.machine import steps
from aftersales.states import Channel, Kind
from aftersales.workflows import BY_KIND
from audit.messages import register
from orders.states import RefundState

Data = Mapping[str, Any]


def state_of(kind: str, state: str) -> str:
    """The state in words of its machine."""
    return str(BY_KIND[kind].STATES(state).label)


def step_of(kind: str, name: str) -> str:
    """What the button of the step says."""
    return next((str(step.label) for step in steps(BY_KIND[kind]) if step.name == name), name)


def opened(data: Data) -> str:
    return _("opened as %(kind)s, by way of: %(channel)s") % {
        "kind": Kind(data["kind"]).label,
        "channel": Channel(data["channel"]).label,
    }


def imported(data: Data) -> str:
    return _("opened by the platform's list as %(kind)s: %(state)s") % {
        "kind": Kind(data["kind"]).label,
        "state": state_of(data["kind"], data["state"]),
    }


def stepped(data: Data) -> str:
    told = {
        "step": step_of(data["kind"], data["step"]),
        "before": state_of(data["kind"], data["before"]),
        "after": state_of(data["kind"], data["after"]),
        "said": data.get("said", ""),
    }
    if data["before"] == data["after"]:
        return _("%(step)s. “%(said)s”") % told if told["said"] else str(told["step"])
    if told["said"]:
        return _("%(step)s: %(before)s → %(after)s. “%(said)s”") % told
    return _("%(step)s: %(before)s → %(after)s") % told


def moved_by_platform(data: Data) -> str:
    return _("the platform's list moved it on: %(before)s → %(after)s") % {
        "before": state_of(data["kind"], data["before"]),
        "after": state_of(data["kind"], data["state"]),
    }


def platform_differs(data: Data) -> str:
    return _("the platform says “%(platform)s”, the case is “%(state)s”: look what is true") % {
        "platform": RefundState(data["platform"]).label,
        "state": state_of(data["kind"], data["state"]),
    }


register("aftersales.opened", opened)
register("aftersales.imported", imported)
register("aftersales.step", stepped)
register("aftersales.moved_by_platform", moved_by_platform)
register("aftersales.platform_differs", platform_differs)
register("aftersales.merged", lambda data: _("merged into %(number)s") % {"number": data["into"]})
register("aftersales.took_over", lambda data: _("took over what %(number)s had") % {"number": data["number"]})
register(
    "aftersales.split",
    lambda data: (
        _("%(count)d lines went to a case of their own, %(number)s")
        % {"count": data["lines"], "number": data["number"]}
    ),
)
