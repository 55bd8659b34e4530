"""The pages of the evaluation: one person, the teams, the rows behind a figure, the weights."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common import clock
from common.exceptions import BusinessError
from staff import measures, selectors
from staff.conduct import evaluation as evaluating
from staff.conduct.evaluation import MONTH, WEEK, Period, period_of
from staff.conduct.forms import ImprovementForm, WeightsForm
from staff.conduct.improving import SOURCE, agree_improvement
from staff.conduct.views import OWN
from staff.models import ActionItem, EvaluationWeights, Team, User
from staff.permissions import UserRequest, right_required
from staff.roles import AGENTS

TEAMS = "staff.evaluate_service"
LEAD = "staff.lead_team"
WEIGH = "staff.weigh_evaluation"


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if dt.date(2000, 1, 1) <= day <= dt.date(2100, 1, 1) else None


def _period(request: UserRequest) -> Period:
    kind = MONTH if request.GET.get("period") == MONTH else WEEK
    today = clock.today()
    return period_of(kind, min(_day(request.GET.get("day", "")) or today, today))


def _around(period: Period) -> dict[str, Any]:
    """What the bar of a page needs to walk through time."""
    later = period.after()
    return {
        "period": period,
        "earlier": urlencode({"period": period.kind, "day": period.before().first}),
        "later": urlencode({"period": period.kind, "day": later.first}) if later.first <= clock.today() else "",
        "kinds": [(WEEK, _("week")), (MONTH, _("month"))],
    }


def _seen(request: UserRequest, pk: int) -> User:
    """Oneself or somebody one leads; nobody else exists."""
    if pk == request.user.pk:
        return request.user
    people = selectors.led_people(request.user) if request.user.has_perm(LEAD) else User.objects.none()
    return get_object_or_404(people, pk=pk)


@right_required(OWN)
@require_GET
def evaluation(request: UserRequest) -> HttpResponse:
    """Leaders see the people of their teams, quality teams without persons, everybody else the own page (QA-09)."""
    if request.user.has_perm(LEAD):
        return _teams(request)
    if request.user.has_perm(TEAMS):
        return _figures(request)
    return _person(request, request.user)


def _teams(request: UserRequest) -> HttpResponse:
    period = _period(request)
    people = list(
        selectors.led_people(request.user).filter(role__in=AGENTS).select_related("employment__team").order_by("name")
    )
    found = evaluating.evaluate(people, period)
    weights = evaluating.current_weights()
    columns = [measure for measure in measures.measures() if measure.key in weights.table]
    groups: dict[str, list[Any]] = {}
    for one in found:
        work = getattr(one.user, "employment", None)
        team = work.team if work and work.team else None
        lines = {line.measure.key: line for line in one.lines}
        groups.setdefault(team.name if team else "", []).append((one, [lines[column.key] for column in columns]))
    context = {"groups": sorted(groups.items()), "columns": columns, "may_weigh": request.user.has_perm(WEIGH)}
    return render(request, "staff/conduct/teams.html", context | _around(period))


def _figures(request: UserRequest) -> HttpResponse:
    period = _period(request)
    teams = [
        (team, evaluating.team_lines(list(User.objects.filter(employment__team=team)), period), _items(team))
        for team in Team.objects.select_related("leader")
    ]
    return render(request, "staff/conduct/figures.html", {"teams": teams} | _around(period))


def _items(team: Team) -> list[ActionItem]:
    """What the team itself is to improve: items of its leader, who alone is named to quality."""
    return list(
        ActionItem.objects.filter(team=team, source=SOURCE, owner_id=team.leader_id).order_by("due_on", "pk")[:20]
    )


@right_required(OWN)
@require_GET
def person(request: UserRequest, pk: int) -> HttpResponse:
    """One person's figures, their trend and what each earned; one's own, or of somebody one leads."""
    return _person(request, _seen(request, pk))


def _person(request: UserRequest, user: User, bound: ImprovementForm | None = None, status: int = 200) -> HttpResponse:
    period = _period(request)
    team = selectors.team_of(user)
    leads = user.pk != request.user.pk
    form = bound or (
        ImprovementForm(team=team, by=request.user, initial={"owner": user.pk}) if leads and team is not None else None
    )
    context = {
        "person": user,
        "team": team,
        "evaluation": evaluating.evaluate([user], period)[0],
        "items": ActionItem.objects.filter(owner=user, source=SOURCE).order_by("state", "due_on")[:50],
        "form": form,
    }
    return render(request, "staff/conduct/person.html", context | _around(period), status=status)


@right_required(OWN)
@require_GET
def rows(request: UserRequest, pk: int, key: str) -> HttpResponse:
    """The rows that a figure was made of."""
    user = _seen(request, pk)
    measure = measures.get(key)
    if measure is None or measure.rows is None:
        raise Http404
    today = clock.today()
    first = _day(request.GET.get("from", "")) or today - dt.timedelta(days=6)
    last = _day(request.GET.get("to", "")) or today
    context = {
        "person": user,
        "measure": measure,
        "first": first,
        "last": last,
        "rows": measure.rows(user.pk, first, last) if first <= last else [],
    }
    return render(request, "staff/conduct/rows.html", context)


@right_required(OWN)
@require_POST
def improve(request: UserRequest, team_pk: int) -> HttpResponse:
    """Write down an improvement: for somebody one leads, or, from quality, for a team's leader."""
    if not (request.user.has_perm(TEAMS) or request.user.has_perm(LEAD)):
        raise Http404
    teams = Team.objects.all() if request.user.has_perm(TEAMS) else selectors.led_teams(request.user)
    team = get_object_or_404(teams, pk=team_pk)
    form = ImprovementForm(request.POST, team=team, by=request.user)
    if form.is_valid():
        try:
            made = agree_improvement(team=team, by=request.user, **form.cleaned_data)
        except BusinessError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Written down: %(what)s.") % {"what": made.title})
            if selectors.leads(request.user, made.owner):
                return redirect("conduct:person", made.owner_id)
        return redirect("conduct:evaluation")
    owner = form.cleaned_data.get("owner")
    if owner is not None and selectors.leads(request.user, owner):
        return _person(request, owner, form, status=422)
    messages.error(request, _("Say who improves what until when."))
    return redirect("conduct:evaluation")


@right_required(WEIGH)
@require_http_methods(["GET", "POST"])
def weights(request: UserRequest) -> HttpResponse:
    """The manager sets what counts and how much, and sees before saving what it would make of everybody's score."""
    now = evaluating.current_weights()
    form = WeightsForm(request.POST or None, figures=measures.measures(), weights=now)
    preview: list[tuple[User, Decimal | None, Decimal | None]] = []
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            preview = _preview(request.user, form)
        elif _saved(request, form, now.version):
            return redirect("conduct:evaluation")
    context = {
        "form": form,
        "preview": preview,
        "version": request.POST.get("version", now.version),
        "versions": EvaluationWeights.objects.select_related("made_by")[:20],
    }
    return render(request, "staff/conduct/weights.html", context, status=422 if form.errors else 200)


def _saved(request: UserRequest, form: WeightsForm, version: int) -> bool:
    sent = request.POST.get("version", "")
    try:
        evaluating.set_weights(
            table=form.table(),
            version=int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1,
            note=form.cleaned_data["note"],
            by=request.user,
        )
    except BusinessError as refusal:
        form.add_error(None, refusal.message)
        return False
    messages.success(request, _("The new weights are in force."))
    return True


def _preview(by: User, form: WeightsForm) -> list[tuple[User, Decimal | None, Decimal | None]]:
    """Everybody's score of the last week, by the weights in force and by those of the form."""
    period = period_of(WEEK, clock.today()).before()
    people = list(selectors.led_people(by).filter(role__in=AGENTS))
    draft = evaluating.parsed(form.table(), 0)
    before, after = evaluating.evaluate(people, period), evaluating.evaluate(people, period, draft)
    return [(old.user, old.score, new.score) for old, new in zip(before, after, strict=True)]
