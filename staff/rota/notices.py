"""How the notices about the rota read: one line in the bell, the own changes in the mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.render import Mail, absolute, html_of, register, register_bell
from staff.rota.states import Skill


def published(context: Mapping[str, Any]) -> str:
    """«3 of your shifts changed, from 11-24 Tue on»"""
    changes = context["changes"]
    first = min(dt.date.fromisoformat(line["day"]) for line in changes)
    told = {"count": len(changes), "day": date_format(first, "m-d D")}
    return (
        ngettext(
            "The rota was published: %(count)d of your days changed, on %(day)s.",
            "The rota was published: %(count)d of your days changed, the first is %(day)s.",
            len(changes),
        )
        % told
    )


def shifts_text(shifts: Sequence[Mapping[str, str]]) -> str:
    """What a day holds, in words: «早班 09:00–17:00 (pre-sales)»; «off» when it holds nothing."""
    told = [f"{shift['shift']} {shift['hours']} ({Skill(shift['skill']).label})" for shift in shifts]
    return ", ".join(told) or _("off")


def published_mail(context: Mapping[str, Any], language: str) -> Mail:
    """The bell's line, then each changed day as it was and as it is."""
    line = published(context)
    days = [
        {
            "day": date_format(dt.date.fromisoformat(change["day"]), "Y-m-d D"),
            "before": shifts_text(change["before"]),
            "after": shifts_text(change["after"]),
        }
        for change in context["changes"]
    ]
    footer = _("You can turn these mails off under your account.")
    link = absolute(str(context["url"]))
    told = [f"{day['day']}: {day['before']} → {day['after']}" for day in days]
    parts = [line, context["note"], "\n".join(told), link, f"— \n{footer}"]
    html = html_of(
        "staff/rota/mail/published.html",
        {"line": line, "note": context["note"], "days": days, "link": link, "footer": footer},
    )
    return Mail(subject=line, text="\n\n".join(part for part in parts if part) + "\n", html=html)


register_bell("staff.rota_published", published)
register("staff.rota_published", published_mail)
