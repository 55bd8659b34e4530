"""The list of the database as one automaton, compiled once for each state of the list (PHR-21)."""

from __future__ import annotations

from functools import lru_cache

from django.db.models import Count, Sum

from staff.models import Term
from staff.words.matcher import Matcher, Rule, compile_rules

State = tuple[int, int]


def matcher() -> Matcher:
    """The compiled list as it stands. One cheap query says whether it is still the one in memory."""
    return _compiled(state_of_the_list())


def state_of_the_list() -> State:
    """Changes with every term that is added or changed: a term counts its version up whenever it is saved."""
    found = Term.objects.aggregate(number=Count("pk"), versions=Sum("version"))
    return found["number"], found["versions"] or 0


@lru_cache(maxsize=2)
def _compiled(state: State) -> Matcher:
    terms = Term.objects.filter(enabled=True).order_by("pk")
    return compile_rules([rule_of(term) for term in terms])


def rule_of(term: Term) -> Rule:
    return Rule(term.pattern, term.kind, term.severity, term.replacement, tuple(term.unless))


def forget() -> None:
    """For tests, whose databases are undone behind the back of this process."""
    _compiled.cache_clear()


def states_in_memory() -> int:
    """How many states of the list are compiled at present."""
    return _compiled.cache_info().currsize
