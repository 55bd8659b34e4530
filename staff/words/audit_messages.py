"""What the trail says about phrases, terms and the handbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from audit.messages import register

Data = Mapping[str, Any]


def decided(data: Data) -> str:
    if data["accepted"]:
        return _("phrase “%(title)s” taken into the library") % {"title": data["title"]}
    return _("phrase “%(title)s” declined") % {"title": data["title"]}


register("staff.phrase_added", lambda data: _("phrase “%(title)s” written") % {"title": data["title"]})
register("staff.phrase_changed", lambda data: _("phrase “%(title)s” changed") % {"title": data["title"]})
register("staff.phrase_decided", decided)
register("staff.phrase_retired", lambda data: _("phrase “%(title)s” taken out of use") % {"title": data["title"]})
register("staff.phrase_reviewed", lambda data: _("phrase “%(title)s” reviewed") % {"title": data["title"]})
register("staff.term_added", lambda data: _("term “%(term)s” added to the checker") % {"term": data["term"]})
register("staff.term_changed", lambda data: _("term “%(term)s” of the checker changed") % {"term": data["term"]})
register(
    "staff.page_drafted",
    lambda data: _("handbook page “%(title)s” drafted, version %(version)s") % {
        "title": data["title"], "version": data["version"],
    },
)  # fmt: skip
register(
    "staff.page_approved",
    lambda data: _("handbook page “%(title)s” put in force, version %(version)s") % {
        "title": data["title"], "version": data["version"],
    },
)  # fmt: skip
