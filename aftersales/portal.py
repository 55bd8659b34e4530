"""The supplier portal about cases: returns, questions and requests, shortages, claims. The API does the same."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aftersales import supplier_work as work
from aftersales.evidence import shared_with
from aftersales.models import Case, Intercept, StockQuestion
from aftersales.portal_forms import ClaimForm, GoodsForm, OrderSheetForm, ResendForm, ShortageForm, StockForm, StopForm
from aftersales.services import supplier_side
from aftersales.services.supplier_side import ShortageRow, ShortageVerdict
from aftersales.views.evidence import served
from common import clock
from common.exceptions import BusinessError
from common.paging import keyset
from ledger.services.claims import accept_claim, dispute_claim
from staff.permissions import UserRequest
from suppliers.models import Supplier
from suppliers.portal import portal_page

WISHES = {
    "all": gettext_lazy("all"),
    "on_the_way": gettext_lazy("on their way"),
    "to_count": gettext_lazy("to be counted"),
    "done": gettext_lazy("counted"),
}
CLAIM_WISHES = {
    "open": gettext_lazy("to be answered"),
    "answered": gettext_lazy("answered"),
    "all": gettext_lazy("all"),
}
SIZE = 30


@portal_page
@require_GET
def returns(request: UserRequest, supplier: Supplier) -> HttpResponse:
    """Goods on their way, to be counted, counted (RET-03)."""
    return _returns(request, supplier)


def _returns(request: UserRequest, supplier: Supplier, card: dict[str, Any] | None = None) -> HttpResponse:
    wish = request.GET.get("show", "all")
    wish = wish if wish in WISHES else "all"
    page = keyset(
        work.returns_of(supplier, wish), order=("opened_at", "id"), cursor=request.GET.get("after"),
        before=request.GET.get("before"), size=SIZE,
    )  # fmt: skip
    due = work.due_of([row.pk for row in page.rows], now=clock.now(), policies=work.FEEDBACK)
    cards = [card if card and card["case"].pk == row.pk else _return_card(row, due.get(row.pk)) for row in page.rows]
    context = {"page": page, "cards": cards, "wish": wish, "wishes": WISHES, "query": f"show={wish}"}
    context |= {"waiting": work.returns_of(supplier, "to_count").count(), "now": clock.now()}
    return render(request, "portal/returns.html", context, status=409 if card else 200)


def _return_card(row: Any, due: work.Due | None, form: GoodsForm | None = None, **more: Any) -> dict[str, Any]:
    stage = work.stage_of(row)
    waits = stage in ("announced", "on_the_way", "arrived")
    counted = {each.case_line_id: each for each in row.inspections.all()}
    lines = [(each, counted.get(each.pk)) for each in row.lines.all()]
    return {
        "case": row,
        "due": due,
        "stage": stage,
        "lines": lines,
        "form": (form or GoodsForm(case=row)) if waits and row.kind in work.GOODS_KINDS else None,
        "arrives": waits and stage != "arrived",
    } | more


@portal_page
@require_POST
def arrival(request: UserRequest, supplier: Supplier, number: str) -> HttpResponse:
    """The parcel was signed for."""
    return _do_with_return(
        request, supplier, number, None,
        lambda: supplier_side.note_arrival(supplier=supplier, number=number, by=request.user), _("Arrived."),
    )  # fmt: skip


@portal_page
@require_POST
def count(request: UserRequest, supplier: Supplier, number: str) -> HttpResponse:
    """What was in it; the second button says that it is not as agreed (RET-04)."""
    row = work.returns_of(supplier).filter(number=number).first()
    if row is None:
        raise Http404
    form = GoodsForm(request.POST, request.FILES, case=row)

    def report() -> None:
        if not form.is_valid():
            raise BusinessError(_("Say of every line how many pieces are good and how many are bad."))
        supplier_side.report_goods(
            supplier=supplier, number=number, counts=form.counts(), remark=form.cleaned_data["remark"],
            photos=form.cleaned_data["photos"], mismatched=request.POST.get("do") == "mismatch", by=request.user,
        )  # fmt: skip

    return _do_with_return(request, supplier, number, form, report, _("Reported. Thank you."))


def _do_with_return(
    request: UserRequest,
    supplier: Supplier,
    number: str,
    form: GoodsForm | None,
    act: Callable[[], Any],
    told: str,
) -> HttpResponse:
    """Carries out and shows the card anew; a refusal keeps what was typed."""
    refusal = ""
    try:
        act()
    except ObjectDoesNotExist:
        raise Http404 from None
    except BusinessError as error:
        refusal = error.message
    if not refusal and not request.htmx:
        messages.success(request, told)
        return redirect("supply:returns")
    row = work.returns_of(supplier).get(number=number)
    due = work.due_of([row.pk], now=clock.now(), policies=work.FEEDBACK).get(row.pk)
    card = _return_card(row, due, form if refusal else None, refusal=refusal, told="" if refusal else told)
    if not request.htmx:
        return _returns(request, supplier, card)
    return render(request, "portal/_return.html", {"card": card}, status=409 if refusal else 200)


@portal_page
@require_GET
def requests(request: UserRequest, supplier: Supplier) -> HttpResponse:
    """All that we ask of the supplier: stock, goods to stop, goods to send again (SUP-05, SUP-09, SUP-25)."""
    return _requests(request, supplier)


def _requests(request: UserRequest, supplier: Supplier, typed: dict[str, Any] | None = None) -> HttpResponse:
    questions = list(work.questions_of(supplier).order_by("asked_at", "id")[:SIZE])
    stops = list(work.stops_of(supplier).order_by("asked_at", "id")[:SIZE])
    resends = list(work.resends_of(supplier).order_by("entered_at", "id")[:SIZE])
    ids = [row.case_id for row in questions] + [row.case_id for row in stops] + [row.pk for row in resends]
    context = {
        "questions": questions,
        "stops": stops,
        "resends": resends,
        "due": work.due_of(ids, now=clock.now()),
        "carriers": ResendForm.base_fields["carrier"].choices,  # type: ignore[attr-defined]
        "typed": typed or {},
        "now": clock.now(),
    }
    return render(request, "portal/requests.html", context, status=409 if typed else 200)


@portal_page
@require_POST
def answer_question(request: UserRequest, supplier: Supplier, public_id: uuid.UUID) -> HttpResponse:
    get_object_or_404(StockQuestion, supplier=supplier, public_id=public_id)
    form = StockForm(request.POST)

    def act(said: dict[str, Any]) -> None:
        in_stock = said.pop("answer") == StockQuestion.Answer.YES
        supplier_side.answer_question(
            supplier=supplier, public_id=public_id, in_stock=in_stock, by=request.user, **said
        )

    return _do(request, supplier, form, str(public_id), act, _("Answered. Thank you."))


@portal_page
@require_POST
def answer_stop(request: UserRequest, supplier: Supplier, public_id: uuid.UUID) -> HttpResponse:
    get_object_or_404(Intercept, supplier=supplier, public_id=public_id)
    form = StopForm(request.POST)

    def act(said: dict[str, Any]) -> None:
        stopped = said["answer"] == Intercept.Answer.STOPPED
        supplier_side.answer_stop(
            supplier=supplier, public_id=public_id, stopped=stopped, note=said["note"], by=request.user
        )

    return _do(request, supplier, form, str(public_id), act, _("Answered. Thank you."))


@portal_page
@require_POST
def send_again(request: UserRequest, supplier: Supplier, number: str) -> HttpResponse:
    get_object_or_404(Case, supplier=supplier, number=number)
    form = ResendForm(request.POST)

    def act(said: dict[str, Any]) -> None:
        supplier_side.send_again(supplier=supplier, number=number, by=request.user, **said)

    return _do(request, supplier, form, number, act, _("Sent again. The buyer hears of it."))


def _do(
    request: UserRequest, supplier: Supplier, form: Any, key: str, act: Callable[[dict[str, Any]], None], told: str
) -> HttpResponse:
    """Answers one request; a refusal draws the page again with what was typed and why it was refused."""
    try:
        if not form.is_valid():
            raise BusinessError(_("Fill in the form, please."))
        act(dict(form.cleaned_data))
    except BusinessError as refusal:
        return _requests(request, supplier, {"key": key, "form": form, "refusal": refusal.message})
    messages.success(request, told)
    return redirect("supply:requests")


@portal_page
@require_http_methods(["GET", "POST"])
def shortages(request: UserRequest, supplier: Supplier) -> HttpResponse:
    """Report an order that cannot be shipped; those known so far (SUP-11)."""
    typed = request.POST if request.method == "POST" else None
    form = ShortageForm(typed, initial={"order_no": request.GET.get("order", "")[:40]})
    if request.method == "POST" and form.is_valid():
        row = ShortageRow(row=1, **form.cleaned_data)
        result = supplier_side.report_shortages([row], supplier=supplier, by=request.user)[0]
        if result.verdict in (ShortageVerdict.REPORTED, ShortageVerdict.ALREADY_REPORTED):
            messages.success(request, f"{result.order_no}: {result.verdict.label} {result.number}")
            return redirect("supply:shortages")
        form.add_error("order_no", str(result.verdict.label))
    return _shortages(request, supplier, form)


def _shortages(request: UserRequest, supplier: Supplier, form: ShortageForm, **more: Any) -> HttpResponse:
    page = keyset(
        work.shortages_of(supplier), order=("-opened_at", "-id"), cursor=request.GET.get("after"),
        before=request.GET.get("before"), size=SIZE,
    )  # fmt: skip
    context = {"form": form, "page": page, "query": "", "sheet": OrderSheetForm(auto_id="sheet-%s")}
    context |= {"sheets": work.order_sheets_of(supplier)[:SIZE]}
    return render(request, "portal/shortages.html", context | more, status=422 if form.errors or more else 200)


@portal_page
@require_POST
def order_sheet(request: UserRequest, supplier: Supplier) -> HttpResponse:
    """The order sheet is wrong: it is checked, and answered here (SUP-23)."""
    form = OrderSheetForm(request.POST, auto_id="sheet-%s")
    if form.is_valid():
        try:
            made = supplier_side.report_order_sheet(supplier=supplier, by=request.user, **form.cleaned_data)
        except BusinessError as refusal:
            form.add_error("order_no", refusal.message)
        else:
            messages.success(request, _("Reported as %(number)s. The answer stands here.") % {"number": made.number})
            return redirect("supply:shortages")
    return _shortages(request, supplier, ShortageForm(), sheet=form)


@portal_page
@require_GET
def claims(request: UserRequest, supplier: Supplier) -> HttpResponse:
    """Losses that we say are the supplier's (SUP-27)."""
    return _claims(request, supplier)


def _claims(request: UserRequest, supplier: Supplier, typed: dict[str, Any] | None = None) -> HttpResponse:
    wish = request.GET.get("show", "open")
    wish = wish if wish in CLAIM_WISHES else "open"
    page = keyset(
        work.claims_of(supplier, wish), order=("-sent_at", "-id"), cursor=request.GET.get("after"),
        before=request.GET.get("before"), size=SIZE,
    )  # fmt: skip
    due = work.claim_due_of(page.rows, now=clock.now())
    seen = work.claim_photos_of(supplier, page.rows)
    cases = work.claim_cases_of(supplier, page.rows)
    rows = [
        {"claim": row, "due": due.get(row.pk), "photos": seen.get(row.pk, ()), "case": cases.get(row.pk)}
        for row in page.rows
    ]
    context = {"page": page, "rows": rows, "wish": wish, "wishes": CLAIM_WISHES, "query": f"show={wish}"}
    context |= {"typed": typed or {}, "now": clock.now()}
    return render(request, "portal/claims.html", context, status=409 if typed else 200)


@portal_page
@require_POST
def answer_claim(request: UserRequest, supplier: Supplier, number: str) -> HttpResponse:
    """Accept, or dispute with a reason."""
    claim = work.claims_of(supplier).filter(number=number).first()
    if claim is None:
        raise Http404
    form = ClaimForm(request.POST)
    said = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        if request.POST.get("do") == "accept":
            accept_claim(claim_id=claim.pk, version=claim.version, answer=said, by=request.user)
        else:
            dispute_claim(claim_id=claim.pk, version=claim.version, reason=said, by=request.user)
    except BusinessError as refusal:
        return _claims(request, supplier, {"key": number, "form": form, "refusal": refusal.message})
    messages.success(request, _("Answered. Thank you."))
    return redirect("supply:claims")


@portal_page
@require_GET
def photo(request: UserRequest, supplier: Supplier, key: str) -> FileResponse:
    """A picture of one of the supplier's own cases; `?small=1` is its thumbnail."""
    found = shared_with(supplier).filter(key=key).first()
    if found is None:
        raise Http404
    return served(found, small=bool(request.GET.get("small") and found.thumbnail))
