"""Asking: a swap, leave, and in an emergency somebody else at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from common import clock
from common.exceptions import BusinessError
from staff.exchanges import services
from staff.exchanges.asking import movable, swap_choice
from staff.exchanges.candidates import candidates
from staff.exchanges.forms import EmergencyForm, LeaveForm, SwapForm, duty_label, person_label
from staff.exchanges.permissions import ASK
from staff.permissions import UserRequest, right_required
from staff.roles import Role
from staff.selectors import active_users, service_rules


@right_required(ASK)
@require_http_methods(["GET", "POST"])
def ask_swap(request: UserRequest) -> HttpResponse:
    """One's own shift, whose it becomes, what one takes in return; the rules speak before it is asked (STF-15)."""
    choice = swap_choice(request.user, request.POST or request.GET, clock.now())
    form = SwapForm(_sent(request), by=request.user, late=choice.late, initial=_chosen(request))
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        try:
            made = services.ask_swap(
                duty_id=sent["duty"].pk,
                counterpart=sent["counterpart"],
                other_duty_id=sent["other"].pk if sent["other"] else None,
                reason=sent["reason"],
                emergency=sent["emergency"],
                by=request.user,
            )
        except BusinessError as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            messages.success(request, _("Asked: %(name)s answers now.") % {"name": made.counterpart.name})
            return redirect("exchanges:swap", made.pk)
    context = {
        "choice": choice,
        "form": form,
        "duties": [(str(duty.pk), duty_label(duty)) for duty in choice.duties],
        "people": [(str(one.user.pk), person_label(one)) for one in choice.people],
        "others": [(str(duty.pk), duty_label(duty)) for duty in choice.others],
    }
    return render(request, "staff/exchanges/ask_swap.html", context, status=status)


def _sent(request: UserRequest) -> QueryDict | None:
    """What was posted, be it nothing; None when the page is only opened."""
    return request.POST if request.method == "POST" else None


def _chosen(request: UserRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in ("duty", "counterpart", "other")}


@right_required(ASK)
@require_http_methods(["GET", "POST"])
def ask_leave(request: UserRequest) -> HttpResponse:
    """Leave, with a substitute or without: whoever approves arranges one then (STF-09)."""
    people = active_users().exclude(role=Role.SUPPLIER).exclude(pk=request.user.pk)
    form = LeaveForm(_sent(request), people=people)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            made = services.ask_leave(by=request.user, **form.asked())
        except BusinessError as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            messages.success(request, _("Leave is asked."))
            return redirect("exchanges:leave", made.pk)
    context = {"form": form, "notice": service_rules().leave_notice_hours}
    return render(request, "staff/exchanges/ask_leave.html", context, status=status)


@right_required(ASK)
@require_GET
def emergencies(request: UserRequest) -> HttpResponse:
    """The shifts of today and tomorrow for which somebody else can be found at once."""
    rows = [(duty, duty_label(duty)) for duty in movable(request.user, clock.now())]
    return render(request, "staff/exchanges/emergencies.html", {"rows": rows, "now": clock.now()})


@right_required(ASK)
@require_http_methods(["GET", "POST"])
def emergency(request: UserRequest, pk: int) -> HttpResponse:
    """Who can take this shift now, the best first; one click and a reason give it to him."""
    duty = get_object_or_404(movable(request.user, clock.now()), pk=pk)
    people = candidates(duty)
    form = EmergencyForm(_sent(request), people=[one.user for one in people])
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            services.assign_at_once(duty_id=duty.pk, by=request.user, **form.cleaned_data)
        except BusinessError as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            messages.success(
                request, _("%(name)s takes the shift and is told.") % {"name": form.cleaned_data["to"].name}
            )
            return redirect("exchanges:list")
    context = {"duty": duty, "label": duty_label(duty), "people": people, "form": form, "chosen": form["to"].value()}
    return render(request, "staff/exchanges/emergency.html", context, status=status)
