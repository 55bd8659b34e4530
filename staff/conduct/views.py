"""The pages of penalties and rewards, and of the fund."""

from __future__ import annotations

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.selectors import timeline
from common import clock
from common.exceptions import BusinessError
from common.paging import keyset
from common.topics import topic_of
from sla import topics
from sla.selectors import clocks_of
from staff import selectors
from staff.conduct import fund as ledger
from staff.conduct import ladder, services
from staff.conduct.actions import ACTIONS, todo
from staff.conduct.forms import CorrectForm, FundForm, ProposeForm
from staff.conduct.people import JUDGE, visible_penalties, visible_teams
from staff.conduct.states import PenaltyState
from staff.models import FundEntry, Penalty
from staff.permissions import UserRequest, right_required

OWN = "staff.view_own_conduct"


@right_required(OWN)
@require_GET
def penalties(request: UserRequest) -> HttpResponse:
    """One's own penalties and rewards, and those of the people one leads."""
    state = request.GET.get("state", "")
    rows = visible_penalties(request.user).select_related("user", "kind")
    if state in PenaltyState.values:
        rows = rows.filter(state=state)
    page = keyset(
        rows, order=("-happened_at", "-id"), cursor=request.GET.get("after"), before=request.GET.get("before")
    )
    context = {
        "page": page,
        "state": state,
        "states": PenaltyState.choices,
        "query": f"state={state}" if state in PenaltyState.values else "",
        "judges": request.user.has_perm(JUDGE),
        "rules": selectors.service_rules(),
    }
    return render(request, "staff/conduct/penalties.html", context)


@right_required(JUDGE)
@require_http_methods(["GET", "POST"])
def propose(request: UserRequest) -> HttpResponse:
    """A leader writes down what somebody did, with evidence; nothing follows before it is confirmed."""
    form = ProposeForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.propose_by_hand(by=request.user, **form.cleaned_data)
        except BusinessError as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("conduct:penalty", made.pk)
    status = 422 if form.errors else 200
    return render(request, "staff/conduct/propose.html", {"form": form}, status=status)


def _visible(request: UserRequest, pk: int) -> Penalty:
    """The penalty, if this user may see it: to others it is missing."""
    people = ("user", "kind", "confirmed_by", "proposed_by", "appeal__decided_by")
    return get_object_or_404(visible_penalties(request.user).select_related(*people), pk=pk)


@right_required(OWN)
@require_GET
def penalty(request: UserRequest, pk: int) -> HttpResponse:
    """One penalty: what happened, why it counts so, what the law says, what may be done."""
    return _page(request, _visible(request, pk))


def _page(
    request: UserRequest, row: Penalty, key: str = "", bound: django_forms.Form | None = None, status: int = 200
) -> HttpResponse:
    rules = selectors.service_rules()
    if row.state == PenaltyState.PROPOSED:
        ladder.apply(row, ladder.next_time(row.kind, row.user_id, row.happened_at), rules)
    steps = todo(row, request.user)
    if bound is not None:
        steps[key] = ACTIONS[key]
    context = {
        "penalty": row,
        "appeal": getattr(row, "appeal", None),
        "why": ladder.why(row),
        "event_url": topics.url(row.topic),
        "rules": rules,
        "clocks": [running for running in clocks_of(topic_of(row)) if running.stopped_at is None],
        "timeline": timeline(topic_of(row)),
        "todo": [
            (name, step, bound if name == key and bound else step.form(prefix=name)) for name, step in steps.items()
        ],
        "open_action": key,
        "now": clock.now(),
    }
    return render(request, "staff/conduct/penalty.html", context, status=status)


@right_required(OWN)
@require_POST
def act(request: UserRequest, pk: int, action: str) -> HttpResponse:
    """Carry out one of `staff.conduct.actions.ACTIONS`; a refusal shows the page again, with what was typed."""
    row = _visible(request, pk)
    step = ACTIONS.get(action)
    if step is None:
        raise Http404
    form = step.form(request.POST, prefix=action)
    if not form.is_valid():
        return _page(request, row, action, form, status=422)
    sent = request.POST.get("version", "")
    version = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1
    try:
        step.service(penalty_id=row.pk, version=version, by=request.user, **form.cleaned_data)
    except BusinessError as refusal:
        form.add_error(None, refusal.message)
        return _page(request, _visible(request, pk), action, form, status=409)
    messages.success(request, _("Done: %(what)s.") % {"what": step.label})
    return redirect("conduct:penalty", row.pk)


@right_required(OWN)
@require_GET
def fund(request: UserRequest) -> HttpResponse:
    """The funds of one's own team and of those one leads, every entry of them (FIN-07)."""
    return _fund(request)


def _fund(
    request: UserRequest, team_id: int = 0, bound: django_forms.Form | None = None, status: int = 200
) -> HttpResponse:
    led = set(selectors.led_teams(request.user).values_list("pk", flat=True)) if request.user.has_perm(JUDGE) else set()
    books = []
    for team in visible_teams(request.user):
        entries = list(
            FundEntry.objects.filter(team=team).select_related("by", "corrects", "correction").order_by("-number")[:200]
        )
        form = bound if bound is not None and team.pk == team_id else FundForm(prefix=f"team{team.pk}")
        books.append((team, entries, entries[0].balance if entries else 0, form if team.pk in led else None))
    context = {"books": books, "rules": selectors.service_rules()}
    return render(request, "staff/conduct/fund.html", context, status=status)


@right_required(JUDGE)
@require_POST
def fund_enter(request: UserRequest, pk: int) -> HttpResponse:
    """The leader enters a spending, or money put in."""
    team = get_object_or_404(selectors.led_teams(request.user), pk=pk)
    form = FundForm(request.POST, prefix=f"team{team.pk}")
    if not form.is_valid():
        return _fund(request, team.pk, form, status=422)
    data = form.cleaned_data
    try:
        ledger.enter(
            team=team, amount=data["amount"], text=data["text"], spending=data["way"] == "out", by=request.user
        )
    except BusinessError as refusal:
        form.add_error(None, refusal.message)
        return _fund(request, team.pk, form, status=409)
    messages.success(request, _("Entered."))
    return redirect("conduct:fund")


@right_required(JUDGE)
@require_http_methods(["GET", "POST"])
def fund_correct(request: UserRequest, pk: int) -> HttpResponse:
    """A wrong entry is answered by its opposite."""
    entry = get_object_or_404(
        FundEntry.objects.filter(team__in=selectors.led_teams(request.user)).select_related("team"), pk=pk
    )
    form = CorrectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ledger.correct(entry=entry, reason=form.cleaned_data["reason"], by=request.user)
        except BusinessError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Corrected by a counter-entry."))
            return redirect("conduct:fund")
    status = 422 if form.errors else 200
    return render(request, "staff/conduct/fund_correct.html", {"entry": entry, "form": form}, status=status)
