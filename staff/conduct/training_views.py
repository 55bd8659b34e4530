"""The pages of product training (STF-26) and mentoring (STF-27)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common import clock
from common.exceptions import BusinessError
from staff import selectors
from staff.conduct import mentoring, training
from staff.conduct.forms import MentoringForm, PassForm, TrainingForm
from staff.conduct.views import OWN
from staff.models import Mentoring, ProductTraining
from staff.permissions import UserRequest, right_required

WRITE = "staff.write_training"
LEAD = "staff.lead_team"


@right_required(OWN)
@require_GET
def overview(request: UserRequest) -> HttpResponse:
    """Products with what their training still lacks, and who teaches whom, ranked by intake."""
    return _overview(request)


def _overview(request: UserRequest, bound: MentoringForm | None = None, status: int = 200) -> HttpResponse:
    products = ProductTraining.objects.select_related("trainer").prefetch_related("attendances")[:200]
    leads = request.user.has_perm(LEAD)
    led = set(selectors.led_people(request.user).values_list("pk", flat=True)) if leads else set()
    pairs = Mentoring.objects.select_related("mentor", "trainee")[:200]
    context = {
        "products": [(row, training.missing(row, list(row.attendances.all()))) for row in products],
        "pairs": [(row, mentoring.days_of(row)[0], row.trainee_id in led) for row in pairs],
        "form": bound or (MentoringForm(by=request.user, initial={"started_on": clock.today()}) if leads else None),
        "may_write": request.user.has_perm(WRITE),
        "today": clock.today(),
    }
    return render(request, "staff/conduct/training.html", context, status=status)


@right_required(WRITE)
@require_http_methods(["GET", "POST"])
def training_new(request: UserRequest) -> HttpResponse:
    """A product that is to be listed."""
    return _edit(request, None)


@right_required(WRITE)
@require_http_methods(["GET", "POST"])
def training_edit(request: UserRequest, pk: int) -> HttpResponse:
    """What is known of a product's training, and what it lacks."""
    return _edit(request, get_object_or_404(ProductTraining.objects.prefetch_related("attendances"), pk=pk))


def _edit(request: UserRequest, row: ProductTraining | None) -> HttpResponse:
    form = TrainingForm(request.POST or None, initial=TrainingForm.initial_of(row) if row else {})
    if request.method == "POST" and form.is_valid():
        sent = request.POST.get("version", "")
        version = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1
        try:
            training.save_training(
                training_id=row.pk if row else None, version=version, by=request.user, **form.cleaned_data
            )
        except BusinessError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("conduct:training")
    context = {
        "form": form,
        "training": row,
        "version": request.POST.get("version", row.version if row else 0),
        "missing": training.missing(row, list(row.attendances.all())) if row else [],
    }
    return render(request, "staff/conduct/training_edit.html", context, status=422 if form.errors else 200)


@right_required(LEAD)
@require_POST
def mentoring_start(request: UserRequest) -> HttpResponse:
    """Put a trainee into the hands of a mentor."""
    form = MentoringForm(request.POST, by=request.user)
    if not form.is_valid():
        return _overview(request, form, status=422)
    try:
        mentoring.start_mentoring(by=request.user, **form.cleaned_data)
    except BusinessError as refusal:
        form.add_error(None, refusal.message)
        return _overview(request, form, status=409)
    messages.success(request, _("Saved."))
    return redirect("conduct:training")


@right_required(LEAD)
@require_POST
def mentoring_pass(request: UserRequest, pk: int) -> HttpResponse:
    """The trainee has learnt it."""
    row = get_object_or_404(Mentoring.objects.filter(trainee__in=selectors.led_people(request.user)), pk=pk)
    form = PassForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say on which day."))
        return redirect("conduct:training")
    try:
        mentoring.pass_trainee(mentoring_id=row.pk, by=request.user, on=form.cleaned_data["on"])
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Saved."))
    return redirect("conduct:training")
