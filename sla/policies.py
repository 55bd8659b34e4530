"""The registry of promises. What a policy means is code (`<app>/sla_policies.py`); its numbers are versioned rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import get_language

from common.exceptions import BusinessError
from sla.calendar import WorkCalendar, add_working
from sla.states import Party, Severity, StepKind

if TYPE_CHECKING:
    from sla.models import Clock

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """A rung: so many seconds before (negative) or after the due time, tell these audiences."""

    number: int
    kind: str
    offset_seconds: int
    audiences: tuple[str, ...]


@dataclass(frozen=True)
class Numbers:
    """A plain, frozen view of a policy version: all that the pure functions need."""

    version_id: int
    policy: str
    version: int
    length_seconds: int
    cutoff: dt.time | None = None
    calendar: WorkCalendar | None = None
    severity: str = Severity.WARNING
    enabled: bool = True
    parameters: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()

    @property
    def breach(self) -> Step | None:
        """The rung at which the promise counts as broken. Without one a clock is only shown, never broken."""
        return next((step for step in self.steps if step.kind == StepKind.BREACH), None)


@dataclass(frozen=True)
class Defaults:
    """The numbers a policy starts with: version 1. `steps`: (kind, seconds from due, audiences)."""

    length_seconds: int
    steps: tuple[tuple[str, int, tuple[str, ...]], ...] = ()
    cutoff: dt.time | None = None
    calendar: str = ""  # key of a Calendar; empty: every second counts
    severity: str = Severity.WARNING
    parameters: Mapping[str, Any] = field(default_factory=dict)


def plain_due(started_at: dt.datetime, numbers: Numbers, facts: Facts) -> dt.datetime:
    """Start plus length, in the version's calendar."""
    return add_working(started_at, numbers.length_seconds, numbers.calendar)


def _nothing(clock: Clock, numbers: Numbers) -> list[str]:
    return []


@dataclass(frozen=True)
class Policy:
    """One kind of promise.

    `due(started_at, numbers, facts)` is pure: no database, no present time. `reasons(clock, numbers)` gives the
    sentences that only this policy knows; `explain` adds pauses, extensions and the platform's date. `on_steps`
    runs inside the sweep's transaction with the ids of the clocks that reached a rung.
    """

    key: str
    label: str | Promise
    subject_type: str
    party: str
    defaults: Defaults
    due: Callable[[dt.datetime, Numbers, Facts], dt.datetime] = plain_due
    reasons: Callable[[Clock, Numbers], list[str]] = _nothing
    on_steps: Callable[[list[int], Step, dt.datetime], None] | None = None
    follows_platform: bool = False  # its own due time is the platform's date itself
    rule: str = ""  # «SUP-01, SUP-02»
    skill: str = ""  # what somebody must be able to do to see to it, a key of the staff floor; empty: anybody
    personal: bool = False  # nobody else can keep it: never shared out or handed on with other clocks

    def explain(self, clock: Clock, numbers: Numbers) -> list[str]:
        """Why `clock` is due when it is: sentences in the reader's language, times on the Shanghai clock."""
        from sla.explain import sentences

        return sentences(self, clock, numbers)


_registry: dict[str, Policy] = {}


def register(policy: Policy) -> Policy:
    """Makes a policy known. A key is taken once; registering the same object again does nothing."""
    if _registry.setdefault(policy.key, policy) != policy:
        raise ValueError(f"The policy {policy.key!r} is registered already.")
    if policy.party not in Party.values:
        raise ValueError(f"The policy {policy.key!r} names an unknown party: {policy.party!r}.")
    return policy


def get(key: str) -> Policy:
    """The policy `key`. Raises BusinessError when its app is gone."""
    policy = _registry.get(key)
    if policy is None:
        from django.utils.translation import gettext as _

        raise BusinessError(_("There is no policy called “%(key)s”.") % {"key": key}, code="unknown_policy")
    return policy


def all_policies() -> list[Policy]:
    """Every registered policy, by key."""
    return [_registry[key] for key in sorted(_registry)]


def label_of(key: str) -> str:
    """The policy's name in the reader's language; the key itself when its app is gone."""
    return str(_registry[key].label) if key in _registry else key


def skill_of(key: str) -> str:
    """The skill that the policy asks for; none when its app is gone."""
    return _registry[key].skill if key in _registry else ""


def personal_keys() -> set[str]:
    """The policies whose promises are somebody's own."""
    return {policy.key for policy in _registry.values() if policy.personal}


def choices() -> list[tuple[str, str]]:
    """Keys and names in the reader's language, for filters and forms."""
    return list(_choices(get_language() or "", len(_registry)))


@cache
def _choices(_language: str, _many: int) -> list[tuple[str, str]]:
    return [(policy.key, str(policy.label)) for policy in all_policies()]
