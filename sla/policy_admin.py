"""The edit page of a policy: numbers and ladder in, impact shown, then confirmed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from common.exceptions import BusinessError
from sla import policies, selectors
from sla.admin_forms import NumbersForm, StepFormSet, step_rows, steps_of
from sla.models import PolicyVersion
from sla.services import edit_policy, preview_policy_edit


def edit_page(request: HttpRequest, key: str, context: dict[str, Any]) -> HttpResponse | None:
    """Draws the form, or the form with its impact; carries a confirmed edit out and answers None."""
    form, steps = _forms(request, key)
    preview = None
    if request.method == "POST" and form.is_valid() and steps.is_valid():
        changes = {**form.changes(), "steps": steps_of(steps)}
        try:
            if "confirmed" in request.POST:
                _save(request, key, changes, form.cleaned_data["note"])
                return None
            preview = preview_policy_edit(key=key, changes=changes)
        except BusinessError as refusal:
            form.add_error(None, refusal.message)
    known = {
        "title": policies.label_of(key),
        "form": form,
        "steps": steps,
        "preview": preview,
        "versions": PolicyVersion.objects.filter(policy=key).select_related("created_by")[:20],
    }
    return TemplateResponse(request, "admin/sla/policy_edit.html", {**context, **known})


def _forms(request: HttpRequest, key: str) -> tuple[NumbersForm, Any]:
    if request.method == "POST":
        return NumbersForm(request.POST), StepFormSet(request.POST, prefix="steps")
    numbers = selectors.current_numbers(key)
    calendar_id = PolicyVersion.objects.values_list("calendar_id", flat=True).get(pk=numbers.version_id)
    return (
        NumbersForm(initial=NumbersForm.initial_of(numbers, calendar_id)),
        StepFormSet(initial=step_rows(numbers), prefix="steps"),
    )


def _save(request: HttpRequest, key: str, changes: dict[str, Any], note: str) -> None:
    version = edit_policy(key=key, changes=changes, by=request.user, note=note)
    messages.success(
        request,
        _("“%(policy)s” runs by version %(version)s now.")
        % {"policy": policies.label_of(key), "version": version.version},
    )
