"""What the finance pages share: one step from a table of actions, with what was typed kept when it is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from common.exceptions import BusinessError
from ledger.actions import Action, open_to
from ledger.forms import RowForm
from ledger.models import Claim, PaySlip
from staff.models import User
from staff.permissions import UserRequest, right_required
from staff.words.services import WordsStopped, note_stopped

Show = Callable[..., HttpResponse]  # (request, pk, key, bound form, status)
Step = tuple[str, Action, RowForm]


def sent_version(request: HttpRequest) -> int:
    """The version that the form was drawn with; one that fits no row when none was sent."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1


def steps(
    actions: Mapping[str, Action], row: PaySlip | Claim, user: User, key: str, bound: RowForm | None
) -> list[Step]:
    """What may be done with the row, each with its form; `bound` is the refused one of `key`."""
    todo = open_to(actions, row, user)
    if bound is not None:
        todo[key] = actions[key]
    return [
        (name, action, bound if name == key and bound is not None else action.form(prefix=name, row=row))
        for name, action in todo.items()
    ]


def take_step(
    request: UserRequest,
    row: PaySlip | Claim,
    actions: Mapping[str, Action],
    key: str,
    *,
    argument: str,
    show: Show,
) -> HttpResponseBase:
    """Carry out one of `actions` on the row; a refusal shows the page again, with what was typed."""
    todo = actions.get(key)
    if todo is None:
        raise Http404
    step = right_required(todo.right)(_carry_out)
    return step(request, row, todo, key, argument=argument, show=show)


def _carry_out(
    request: UserRequest, row: PaySlip | Claim, todo: Action, key: str, *, argument: str, show: Show
) -> HttpResponse:
    form = todo.form(request.POST, prefix=key, row=row)
    if not form.is_valid():
        return show(request, row.pk, key, form, 422)
    told: dict[str, Any] = {argument: row.pk, "version": sent_version(request), "by": request.user}
    try:
        todo.service(**told, **form.cleaned_data)
    except BusinessError as refusal:
        if isinstance(refusal, WordsStopped):
            note_stopped(refusal, by=request.user)
        form.add_error(None, refusal.message)
        return show(request, row.pk, key, form, 409)
    messages.success(request, _("Done: %(what)s.") % {"what": todo.label})
    return redirect(row)
