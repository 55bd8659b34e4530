"""What a broken rule is, and the list of all rules of the rota with what they offend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HARD, LAW, SOFT = "hard", "law", "soft"


@dataclass(frozen=True)
class Rule:
    """A rule of the rota. `article` says what it rests on: a law or a rule of the house."""

    key: str
    severity: str  # hard refuses publishing, law must be acknowledged, soft is only shown
    label: str | Promise
    article: str | Promise


@dataclass(frozen=True)
class Breach:
    """A rule that a plan breaks: by whom, on which day, in which shift, as far as it is about one."""

    rule: str
    severity: str
    user_id: int | None
    day: dt.date | None
    sentence: str
    article: str
    shift_id: int | None = None
    skill: str = ""


RULES: dict[str, Rule] = {
    rule.key: rule
    for rule in (
        Rule("overlap", HARD, _("two shifts at a time"), "STF-01"),
        Rule("leave", HARD, _("work on leave"), "STF-09"),
        Rule("skill", HARD, _("skill is missing"), "STF-32"),
        Rule("employed", HARD, _("not employed on that day"), _("Labour Law art. 16")),
        Rule("night_ban", HARD, _("night work not allowed"), _("Labour Law art. 61, 63")),
        Rule("days_in_row", HARD, _("no rest day"), _("STF-04, Labour Law art. 38")),
        Rule("day_most", HARD, _("day too long"), _("Labour Law art. 41")),
        Rule("coverage", HARD, _("too few people"), "STF-04"),
        Rule("day_hours", LAW, _("hours of a day"), _("Labour Law art. 36")),
        Rule("week_hours", LAW, _("hours of a week"), _("State Council Rules on Working Hours art. 3")),
        Rule("average_hours", LAW, _("average hours of a week"), _("Labour Law art. 36")),
        Rule("month_overtime", LAW, _("overtime of a month"), _("Labour Law art. 41")),
        Rule("holiday", LAW, _("work on a public holiday"), _("Labour Law art. 40, 44")),
        Rule("rest", LAW, _("rest between two shifts"), "STF-06"),
        Rule("rhythm", SOFT, _("change of shift within the week"), "STF-05"),
        Rule("fair_nights", SOFT, _("share of night shifts"), "STF-04"),
        Rule("fair_weekends", SOFT, _("share of weekends"), "STF-04"),
        Rule("fair_holidays", SOFT, _("share of public holidays"), "STF-04"),
        Rule("agreed_hours", SOFT, _("more hours than agreed"), _("Labour Contract Law art. 17")),
        Rule("early", SOFT, _("presence before the shift"), "STF-11"),
        Rule("wish", SOFT, _("wish not kept"), ""),
    )
}
SEVERITIES = (HARD, LAW, SOFT)


def breach(
    key: str,
    sentence: str,
    *,
    user_id: int | None = None,
    day: dt.date | None = None,
    shift_id: int | None = None,
    skill: str = "",
) -> Breach:
    """A breach of the rule `key`, with its severity and article in the reader's language."""
    rule = RULES[key]
    return Breach(key, rule.severity, user_id, day, sentence, str(rule.article), shift_id, skill)


def in_order(breaches: Iterable[Breach]) -> list[Breach]:
    """The graver first, then by day."""
    keys = list(RULES)
    return sorted(
        breaches,
        key=lambda b: (SEVERITIES.index(b.severity), b.day or dt.date.min, keys.index(b.rule), b.user_id or 0),
    )


def shown_day(day: dt.date) -> str:
    """A day as the rota's sentences name it: «11-22 Sun»."""
    return date_format(day, "m-d D")


def hours(minutes: float) -> str:
    """Minutes as hours with no more decimals than needed: «9.5»."""
    return f"{round(minutes / 60, 2):g}"
