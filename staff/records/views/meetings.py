"""The pages of the weekly meeting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common import clock
from common.exceptions import BusinessError
from common.htmx import back_to
from common.paging import keyset
from sla import policies, topics
from staff.models import ActionItem, Meeting, MeetingTime, Team, User
from staff.permissions import UserRequest, right_required
from staff.records.forms import (
    ActionForm,
    AgendaForm,
    AttendanceForm,
    CloseForm,
    MinutesForm,
    NoForm,
    ReportForm,
    TimesFormSet,
    day_of,
    version_of,
)
from staff.records.permissions import KEEP_RECORDS, LEAD_TEAM
from staff.records.selectors import meetings as selectors
from staff.records.selectors.meetings import MeetingPage
from staff.records.services import actions as action_services
from staff.records.services import meetings as services
from staff.records.states import MeetingState
from staff.selectors import led_teams


@right_required(KEEP_RECORDS)
@require_GET
def meetings(request: UserRequest) -> HttpResponse:
    """The meetings one has a part in, and what is still to be done from them."""
    page = keyset(
        selectors.meetings_of(request.user),
        order=("-week", "-id"),
        cursor=request.GET.get("after"),
        before=request.GET.get("before"),
        size=26,
    )
    context = {
        "page": page,
        "actions": selectors.open_actions(request.user)[:100],
        "today": clock.today(),
        "teams": led_teams(request.user) if request.user.has_perm(LEAD_TEAM) else (),
    }
    return render(request, "staff/records/meetings.html", context)


@right_required(KEEP_RECORDS)
@require_GET
def meeting(request: UserRequest, pk: int) -> HttpResponse:
    """One meeting: sessions, agenda, reports, minutes, what is to be done."""
    return _meeting_page(request, _page(request, pk))


@right_required(KEEP_RECORDS)
@require_GET
def minutes(request: UserRequest, pk: int) -> HttpResponse:
    """The same to be printed."""
    return render(request, "staff/records/minutes.html", {"page": _page(request, pk), "now": clock.now()})


def _page(request: UserRequest, pk: int) -> MeetingPage:
    try:
        return selectors.meeting_page(request.user, pk)
    except Meeting.DoesNotExist:
        raise Http404 from None


def _meeting_page(
    request: UserRequest, page: MeetingPage, key: str = "", bound: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    """The page; `bound` is the form of the action `key` that was refused, with what was typed."""
    people = User.objects.filter(pk__in=[person.pk for person in page.people])
    present = {
        "agenda": AgendaForm(prefix="agenda"),
        "action": ActionForm(prefix="action", people=people),
        "minutes": MinutesForm(prefix="minutes", initial={"notes": page.meeting.notes}),
        "close": CloseForm(prefix="close", people=people, initial={"phrases_by": request.user.pk}),
    }
    if bound is not None and key in present:
        present[key] = bound
    context = {
        "page": page,
        "meeting": page.meeting,
        "forms": present,
        "refused": bound if key not in present else None,
        "open": page.meeting.state == MeetingState.PLANNED,
        "today": clock.today(),
    }
    return render(request, "staff/records/meeting.html", context, status=status)


@right_required(KEEP_RECORDS)
@require_POST
def act(request: UserRequest, pk: int, action: str) -> HttpResponse:
    """Report, or, for who leads: agenda, outcomes, attendance, minutes, actions, closing."""
    page = _page(request, pk)
    if action not in ACTIONS or (action != "report" and not page.leads):
        raise Http404
    form = ACTIONS[action][0](request, page)
    if not form.is_valid():
        return _meeting_page(request, page, action, form, 422)
    try:
        ACTIONS[action][1](request, page, form.cleaned_data)
    except BusinessError as refusal:
        form.add_error(None, refusal.message)
        messages.error(request, refusal.message)
        return _meeting_page(request, _page(request, pk), action, form, 409)
    return redirect(f"{page.meeting.get_absolute_url()}#{action}")


def _plain(form: type[forms.Form], prefix: str = "") -> Callable[[UserRequest, MeetingPage], forms.Form]:
    return lambda request, page: form(request.POST, prefix=prefix or None)


def _of_people(form: Any, prefix: str = "") -> Callable[[UserRequest, MeetingPage], forms.Form]:
    """A form whose choices are the people of the meeting."""

    def make(request: UserRequest, page: MeetingPage) -> forms.Form:
        people = User.objects.filter(pk__in=[person.pk for person in page.people])
        made: forms.Form = form(request.POST, prefix=prefix or None, people=people)
        return made

    return make


def _report(request: UserRequest, page: MeetingPage, data: dict[str, Any]) -> None:
    """One's own report; who leads may write down anybody's of the meeting."""
    user = next((report.user for report in page.reports if report.user_id == data["user"]), None)
    if user is None or (user.pk != request.user.pk and not page.leads):
        raise Http404
    services.save_report(
        meeting_id=page.meeting.pk, user=user, last_week=data["last_week"], to_improve=data["to_improve"]
    )


def _outcomes(request: UserRequest, page: MeetingPage, data: dict[str, Any]) -> None:
    said = {item.pk: request.POST.get(f"outcome-{item.pk}") for item, _label, _url in page.agenda}
    services.note_outcomes(
        meeting_id=page.meeting.pk, outcomes={pk: text for pk, text in said.items() if text is not None}
    )


def _attendance(request: UserRequest, page: MeetingPage, data: dict[str, Any]) -> None:
    session = next((found for found, _there in page.sessions if str(found.pk) == request.POST.get("session")), None)
    if session is None:
        raise Http404
    services.note_attendance(session_id=session.pk, led_by=data["led_by"], attendees=data["attendees"])


def _minutes(request: UserRequest, page: MeetingPage, data: dict[str, Any]) -> None:
    services.write_minutes(meeting_id=page.meeting.pk, version=version_of(request.POST), notes=data["notes"])


def _draw(request: UserRequest, page: MeetingPage, data: dict[str, Any]) -> None:
    services.draw_agenda(meeting_id=page.meeting.pk)


def _close(request: UserRequest, page: MeetingPage, data: dict[str, Any]) -> None:
    services.close_meeting(meeting_id=page.meeting.pk, phrases_by=data["phrases_by"], by=request.user)


def _add_action(request: UserRequest, page: MeetingPage, data: dict[str, Any]) -> None:
    action_services.add_action(team=page.meeting.team, meeting=page.meeting, by=request.user, **data)


Make = Callable[[UserRequest, MeetingPage], forms.Form]
Carry = Callable[[UserRequest, MeetingPage, dict[str, Any]], Any]
ACTIONS: dict[str, tuple[Make, Carry]] = {
    "report": (_plain(ReportForm), _report),
    "agenda": (
        _plain(AgendaForm, "agenda"),
        lambda request, page, data: services.add_agenda_item(meeting_id=page.meeting.pk, **data),
    ),
    "draw": (_plain(NoForm), _draw),
    "outcomes": (_plain(NoForm), _outcomes),
    "attendance": (_of_people(AttendanceForm), _attendance),
    "minutes": (_plain(MinutesForm, "minutes"), _minutes),
    "action": (_of_people(ActionForm, "action"), _add_action),
    "close": (_of_people(CloseForm, "close"), _close),
}


@right_required(KEEP_RECORDS)
@require_POST
def end_action(request: UserRequest, pk: int, action: str) -> HttpResponse:
    """Something decided is done, or dropped (QA-11)."""
    if action not in {"done", "drop"}:
        raise Http404
    try:
        action_services.end_action(
            action_id=pk, result=request.POST.get("result", ""), by=request.user, drop=action == "drop"
        )
    except ActionItem.DoesNotExist:
        raise Http404 from None
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    return redirect(back_to(request, "records:meetings"))


@right_required(LEAD_TEAM)
@require_http_methods(["GET", "POST"])
def times(request: UserRequest, pk: int) -> HttpResponse:
    """When a team sits together every week (STF-24: three shift sets, three times)."""
    team = get_object_or_404(led_teams(request.user), pk=pk)
    formset = TimesFormSet(request.POST or None, initial=_initial(team))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and formset.is_valid():
        chosen = [form.time for form in formset if form.time is not None]
        try:
            services.set_meeting_times(team=team, times=chosen, by=request.user)
        except BusinessError as refusal:
            messages.error(request, refusal.message)
            status = 409
        else:
            messages.success(request, _("Saved. Meetings to come take the new times."))
            return redirect("records:meetings")
    return render(request, "staff/records/times.html", {"team": team, "formset": formset}, status=status)


def _initial(team: Team) -> list[dict[str, Any]]:
    return [
        {"weekday": time.weekday, "starts": time.starts, "minutes": time.minutes, "name": time.name}
        for time in MeetingTime.objects.filter(team=team)
    ]


@right_required(KEEP_RECORDS)
@require_GET
def breaches(request: UserRequest) -> HttpResponse:
    """The broken promises behind a line of the agenda (AFT-14)."""
    monday, policy, party = day_of(request.GET, "monday"), request.GET.get("policy", ""), request.GET.get("party", "")
    page = keyset(
        selectors.broken(monday, policy=policy[:60], party=party[:12], reader=request.user),
        order=("-at", "-id"),
        cursor=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    rows = [(event, topics.url(event.clock.topic), policies.label_of(event.clock.policy)) for event in page.rows]
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    context = {"page": page, "rows": rows, "monday": monday, "query": query.urlencode()}
    return render(request, "staff/records/breaches.html", context)
