"""Words of cases for templates: a state in the words of its machine, a carrier by name."""

from __future__ import annotations

from django import template

from aftersales.models import Case
from aftersales.services import stepping
from aftersales.states import Errand, Subject
from orders import carriers

register = template.Library()


@register.filter
def state_label(case: Case) -> str:
    return stepping.state_label(case)


@register.filter
def errand(value: str) -> str:
    """What was ordered for a repair, in words (LOG-22)."""
    return str(Errand(value).label) if value in Errand.values else value


@register.filter
def subject(value: str) -> str:
    """What a task is about, in words (CMP-08, LOG-19)."""
    return str(Subject(value).label) if value in Subject.values else value


@register.filter
def carrier(code: str) -> str:
    return carriers.name_of(code)
