"""How the notices of tasks, meetings and the week read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from common.clock import local
from notifications.render import Mail, absolute, html_of, register, register_bell
from staff.models import WeeklySummary
from staff.records.services.sums import Week

Context = Mapping[str, Any]


def _time(text: str, form: str = "%m-%d %H:%M") -> str:
    return local(dt.datetime.fromisoformat(text)).strftime(form)


def task_given(context: Context) -> str:
    return _("A task for you: %(title)s, due %(time)s.") % {
        "title": context["title"],
        "time": _time(context["due_at"]),
    }


def meeting_today(context: Context) -> str:
    times = ", ".join(_time(text, "%H:%M") for text in context["times"])
    return _("Weekly meeting today: %(times)s. Say what you report.") % {"times": times or "—"}


def action_added(context: Context) -> str:
    return _("You took on: %(title)s, until %(day)s.") % {"title": context["title"], "day": context["due_on"]}


def week_passed_on(context: Context) -> str:
    return _("%(team)s: the week to %(week)s.") % {"team": context["team"], "week": context["week"]}


def week_mail(context: Context, language: str) -> Mail:
    """The leader's words and the team's sums, with a link to the page (STF-29)."""
    subject = week_passed_on(context)
    summary = WeeklySummary.objects.filter(pk=context["summary"]).first()
    known = {
        "subject": subject,
        "text": summary.text if summary else "",
        "team": Week.from_json(summary.figures).team if summary and summary.figures else None,
        "link": absolute(str(context["url"])),
    }
    return Mail(
        subject=subject,
        text=render_to_string("staff/records/mail/week.txt", known),
        html=html_of("staff/records/mail/week.html", known),
    )


register_bell("staff.task_given", task_given)
register_bell("staff.task_done", lambda context: _("Task done: %(title)s.") % {"title": context["title"]})
register_bell("staff.task_cancelled", lambda context: _("Task taken back: %(title)s.") % {"title": context["title"]})
register_bell("staff.tasks_handed_on", lambda context: _("Tasks were handed on to you: receive them."))
register_bell("staff.meeting_today", meeting_today)
register_bell("staff.action_added", action_added)
register_bell("staff.week_passed_on", week_passed_on)
register("staff.week_passed_on", week_mail)
