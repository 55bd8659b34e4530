"""The answer to an exception that nobody caught: it is in the log, the answer says nothing of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views import defaults

from common.api import problem_response

API = "/api/v1/"


def server_error(request: HttpRequest) -> HttpResponse:
    """500: problem details for a program, the page for people."""
    if request.path.startswith(API):
        return problem_response(500, "server_error", _("Something went wrong here and was noted. Try it again later."))
    return defaults.server_error(request)
