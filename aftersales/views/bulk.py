"""Many cases at once: a look at what would become of each, then the deed with its results."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftersales import bulk as many
from aftersales import permissions
from aftersales.filters import number
from common.htmx import back_to
from staff.permissions import UserRequest, right_required


@right_required(permissions.WORK_CASE)
@require_POST
def bulk(request: UserRequest) -> HttpResponse:
    """First the preview; what is posted from there with «sure» is done, each case with its own result."""
    deed = request.POST.get("deed", "")
    asked, label = many.form_of(deed), many.label_of(deed, request.user)
    if asked is None or not label:
        raise Http404
    ids = [pk for text in request.POST.getlist("case") if (pk := number(text)) is not None]
    cases = many.chosen(ids)
    if not cases:
        messages.info(request, _("Choose cases first."))
        return redirect(back_to(request, "aftersales:list"))
    sure = "sure" in request.POST
    form = asked(request.POST if sure else None, prefix="bulk")
    context = {"deed": deed, "label": label, "next": back_to(request, "aftersales:list"), "form": form}
    if not sure or not form.is_valid():
        rows = many.preview(deed, cases, request.user)
        context |= {"rows": rows, "fits": sum(not row.refusal for row in rows)}
        return render(request, "aftersales/bulk.html", context, status=422 if sure else 200)
    versions = {case.pk: number(request.POST.get(f"version-{case.pk}")) or 0 for case in cases}
    rows = many.carry_out(deed, cases, versions, form.cleaned_data, request.user)
    return render(request, "aftersales/bulk_done.html", context | {"rows": rows})
