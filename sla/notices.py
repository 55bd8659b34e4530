"""How the rounds of the clocks read: a line in the bell, a short table in the mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.render import Mail, absolute, html_of, register, register_bell
from sla import policies, topics
from sla.explain import when
from sla.states import StepKind


def summary(context: Mapping[str, Any]) -> str:
    """«3 broken: ship, daily order · 12 due soon: …», worst first."""
    return " · ".join(_part(group) for group in context["groups"])


def _part(group: Mapping[str, Any]) -> str:
    words = {"count": group["count"], "policy": policies.label_of(group["policy"])}
    count = int(group["count"])
    if group["kind"] == StepKind.WARN:
        return ngettext("%(count)s due soon: %(policy)s", "%(count)s due soon: %(policy)s", count) % words
    if group["kind"] == StepKind.BREACH:
        return ngettext("%(count)s overdue: %(policy)s", "%(count)s overdue: %(policy)s", count) % words
    return ngettext("%(count)s still overdue: %(policy)s", "%(count)s still overdue: %(policy)s", count) % words


def round_mail(context: Mapping[str, Any], language: str) -> Mail:
    """One mail a recipient and round: counts by policy, the most urgent of each, a link to the filtered desk."""
    groups = [
        {
            "line": _part(group),
            "rows": [
                {
                    "title": row["title"],
                    "due": when(row["due_at"]),
                    "link": absolute(topics.url(row["topic"])) if topics.url(row["topic"]) else "",
                }
                for row in group["urgent"]
            ],
            "more": max(0, int(group["count"]) - len(group["urgent"])),
        }
        for group in context["groups"]
    ]
    subject = summary(context)
    known = {"subject": subject, "groups": groups, "link": absolute(str(context.get("url", "")))}
    return Mail(
        subject=subject if len(subject) <= 120 else subject[:119] + "…",
        text=render_to_string("sla/mail/round.txt", known),
        html=html_of("sla/mail/round.html", known),
    )


def set_aside(context: Mapping[str, Any]) -> str:
    return ngettext(
        "%(count)s clock was set aside: it cannot be computed and needs a look.",
        "%(count)s clocks were set aside: they cannot be computed and need a look.",
        context["count"],
    ) % {"count": context["count"]}


def given(context: Mapping[str, Any]) -> str:
    return _("%(by)s passed on to you: %(policy)s, %(title)s (%(reason)s)") % {
        "by": context["by"],
        "policy": policies.label_of(str(context["policy"])),
        "title": context["title"],
        "reason": context["reason"],
    }


register_bell("sla.given", given)
register_bell("sla.round", summary)
register("sla.round", round_mail)
register_bell("sla.set_aside", set_aside)
