"""The return desk: one field for the scanner, and an answer in place. Every answer is the same part, drawn anew."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from aftersales.models import Case, ReturnParcel
from aftersales.returns import selectors, services
from aftersales.returns.forms import AssignForm, CountForm, JudgeForm, PoolForm
from aftersales.returns.permissions import COUNT, JUDGE, LOOK
from common import clock
from common.exceptions import BusinessError
from common.paging import keyset
from staff.permissions import UserRequest, right_required

LISTS = {
    "expected": gettext_lazy("On their way"),
    "uncounted": gettext_lazy("Arrived, not counted"),
    "unjudged": gettext_lazy("Counted, not judged"),
    "pool": gettext_lazy("Unknown parcels"),
}
LONGEST = 60


@right_required(LOOK)
@require_GET
def desk(request: UserRequest) -> HttpResponse:
    """The desk; with a number in the address, its answer too."""
    number = request.GET.get("no", "")[:LONGEST]
    answer = _answer(request, number) if number else {}
    return render(request, "aftersales/returns/desk.html", {"counts": selectors.counts(), "lists": LISTS} | answer)


@right_required(LOOK)
@require_GET
def scan(request: UserRequest) -> HttpResponse:
    """What a scanned number is. Changes nothing: the arrival is noted right behind it."""
    number = request.GET.get("no", "")[:LONGEST]
    if not request.htmx:
        return redirect(_at_desk(number))
    return render(request, "aftersales/returns/_found.html", _answer(request, number) | {"scanned": True})


@right_required(COUNT)
@require_POST
def arrive(request: UserRequest) -> HttpResponse:
    """The parcel lies here (RET-09)."""
    number = request.POST.get("number", "")[:LONGEST]
    try:
        services.take_in(number=number, by=request.user)
    except BusinessError as refusal:
        return _show(request, number, refusal=refusal.message)
    return _show(request, number, told=_("Arrived"))


@right_required(COUNT)
@require_POST
def pool_add(request: UserRequest) -> HttpResponse:
    """Nobody announced it: it waits in the pool."""
    form = PoolForm(request.POST)
    number = request.POST.get("number", "")[:LONGEST]
    if not form.is_valid():
        return _show(request, number, refusal=_("Scan the parcel first."), pool_form=form)
    try:
        services.put_into_pool(by=request.user, **form.cleaned_data)
    except BusinessError as refusal:
        return _show(request, number, refusal=refusal.message, pool_form=form)
    return _show(request, number, told=_("In the pool"))


@right_required(COUNT)
@require_POST
def assign(request: UserRequest, pk: int) -> HttpResponse:
    """The case that a parcel of the pool belongs to."""
    parcel = get_object_or_404(ReturnParcel, pk=pk)
    form = AssignForm(request.POST)
    case = Case.objects.filter(number=form.data.get("case", "").strip()).first() if form.is_valid() else None
    if case is None:
        return _show(request, parcel.tracking_no, refusal=_("No case has this number."), assign_form=form)
    try:
        services.assign(parcel_id=pk, case_id=case.pk, by=request.user)
    except BusinessError as refusal:
        return _show(request, parcel.tracking_no, refusal=refusal.message, assign_form=form)
    return _show(request, parcel.tracking_no, told=_("Belongs to case %(number)s") % {"number": case.number})


@right_required(COUNT)
@require_POST
def count(request: UserRequest, pk: int) -> HttpResponse:
    """What was in it, with photos."""
    goods = _goods(pk)
    form = CountForm(request.POST, request.FILES, goods=goods)
    number = goods.parcel.tracking_no
    if not form.is_valid():
        return _show(request, number, refusal=_("Count every line: good and bad pieces."), forms={pk: form})
    try:
        services.count(
            parcel_id=pk, data=form.data_for_step(), mismatched=form.cleaned_data["mismatched"],
            photos=form.cleaned_data["photos"], by=request.user,
        )  # fmt: skip
    except BusinessError as refusal:
        return _show(request, number, refusal=refusal.message, forms={pk: form})
    return _show(request, number, told=_("Counted and saved"))


@right_required(JUDGE)
@require_POST
def judge(request: UserRequest, pk: int) -> HttpResponse:
    """The word of quality (QA-08)."""
    goods = _goods(pk)
    form = JudgeForm(request.POST, goods=goods)
    number = goods.parcel.tracking_no
    if not form.is_valid():
        return _show(request, number, refusal=_("Say what you see of every line."), forms={pk: form})
    try:
        services.judge(parcel_id=pk, verdicts=form.verdicts(), remark=form.cleaned_data["remark"], by=request.user)
    except BusinessError as refusal:
        return _show(request, number, refusal=refusal.message, forms={pk: form})
    return _show(request, number, told=_("Judged"))


@right_required(LOOK)
@require_GET
def parcels(request: UserRequest, which: str) -> HttpResponse:
    """One of the desk's lists, the oldest first."""
    if which not in LISTS:
        raise Http404
    rows = getattr(selectors, which)().select_related("case__order", "case__supplier", "arrived_by")
    page = keyset(rows, order=("id",), cursor=request.GET.get("after"), before=request.GET.get("before"))
    context = {"page": page, "which": which, "lists": LISTS, "label": LISTS[which], "counts": selectors.counts()}
    return render(request, "aftersales/returns/list.html", context | {"now": clock.now(), "query": ""})


def _goods(pk: int) -> selectors.Goods:
    rows = ReturnParcel.objects.select_related("case__order", "case__reason", "case__supplier", "arrived_by")
    parcel = get_object_or_404(rows, pk=pk)
    if parcel.case is None:
        raise Http404
    return selectors.goods_of(parcel)


def _answer(request: UserRequest, number: str, *, forms: dict[int, Any] | None = None, **more: Any) -> dict[str, Any]:
    """What the answer shows: the parcel, and the form that comes next for whoever is asking."""
    found = selectors.find(number)
    given = forms or {}
    cards = []
    for goods in found.goods:
        form = given.get(goods.parcel.pk)
        if form is None and goods.is_counted and not goods.is_judged and request.user.has_perm(JUDGE):
            form = JudgeForm(goods=goods)
        elif form is None and not goods.is_counted and request.user.has_perm(COUNT):
            form = CountForm(goods=goods)
        cards.append({"goods": goods, "form": form, "judging": isinstance(form, JudgeForm)})
    forms_of_pool = {"pool_form": PoolForm(), "assign_form": AssignForm()}
    return {"found": found, "cards": cards, "now": clock.now()} | forms_of_pool | more


def _at_desk(number: str) -> str:
    return f"{reverse('returns:desk')}?{urlencode({'no': number})}"


def _show(request: UserRequest, number: str, *, told: str = "", refusal: str = "", **more: Any) -> HttpResponse:
    """The answer after something was done or refused; a refusal keeps what was typed."""
    if refusal or request.htmx:
        context = _answer(request, number, told=told, refusal=refusal, **more)
        context |= {"counts": selectors.counts(), "lists": LISTS}
        part = f"aftersales/returns/{'_found' if request.htmx else 'desk'}.html"
        return render(request, part, context, status=409 if refusal else 200)
    messages.success(request, told)
    return redirect(_at_desk(number))
