"""Pages about buyers, and phrases copied for one: the VIP list, the note beside an order, the drawer (AFT-04, PHR-01)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common import clock, masking
from common.exceptions import BusinessError
from common.paging import keyset
from common.topics import topic_of
from orders import permissions, services, wording
from orders.buyer_forms import BuyerNoteForm
from orders.filters import number
from orders.models import BuyerNote, Order
from orders.states import Consent
from sla import facets
from staff.models import Phrase
from staff.permissions import UserRequest, right_required
from staff.words import services as words
from staff.words.permissions import USE_WORDS
from staff.words.selectors import phrases_for
from staff.words.showing import findings
from staff.words.states import Stage


@right_required(permissions.VIEW_ORDER)
@require_GET
def buyers(request: UserRequest) -> HttpResponse:
    """The VIP buyers, by default; with a filter by consent (AFT-04, SEC-09). Names are masked."""
    consent, everybody = request.GET.get("consent", ""), request.GET.get("all", "")
    found = BuyerNote.objects.select_related("shop", "updated_by")
    found = found if everybody else found.filter(vip=True)
    if consent in Consent.values:
        found = found.filter(marketing_consent=consent)
    if shop := number(request.GET.get("shop")):
        found = found.filter(shop_id=shop)
    page = keyset(
        found,
        order=("-updated_at", "-id"),
        cursor=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    context = {
        "page": page,
        "rows": [(row, masking.nick(row.buyer_nick)) for row in page.rows],
        "consents": Consent.choices,
        "consent": consent,
        "everybody": everybody,
        "shops": facets.choices("shop"),
        "shop": shop,
        "query": query.urlencode(),
    }
    return render(request, "orders/buyers.html", context)


@right_required(permissions.CHANGE_ORDER)
@require_POST
def note(request: UserRequest, pk: int) -> HttpResponse:
    """Remember something of the order's buyer. A refusal shows the note again, with what was typed."""
    order = get_object_or_404(Order, pk=pk)
    form = BuyerNoteForm(request.POST, prefix="note")
    status = 422
    if form.is_valid():
        try:
            services.note_buyer(
                order_id=pk, version=number(request.POST.get("version")) or 0, by=request.user, **form.cleaned_data
            )
        except BusinessError as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            messages.success(request, _("The buyer's note is saved."))
            return redirect(order)
    context = {"order": order, "note": wording.note_of(order), "note_form": form}
    return render(request, "orders/buyer_note.html", context, status=status)


@right_required(permissions.VIEW_ORDER, USE_WORDS)
@require_GET
def phrases(request: UserRequest, pk: int) -> HttpResponse:
    """The phrases that fit the order's shop, the most used first; a drawer over the order's page (key p)."""
    order = get_object_or_404(Order.objects.select_related("shop"), pk=pk)
    context_ = wording.context_of(order)
    found = phrases_for(request.user, clock.today(), order.shop_id).order_by("-uses", "stage", "pk")
    values = {"agent": request.user.name, **wording.values_of(order)}
    context = {
        "order": order,
        "rows": [(phrase, words.filled(phrase.body, values)[0]) for phrase in found],
        "stages": Stage.choices,
        "may_advertise": context_.consent == Consent.GIVEN,
    }
    template = "orders/_phrases.html" if request.htmx else "orders/phrases.html"
    return render(request, template, context)


@right_required(permissions.VIEW_ORDER, USE_WORDS)
@require_POST
def copy_phrase(request: UserRequest, pk: int, phrase_pk: int) -> HttpResponse:
    """The phrase filled from the order, if the checker and the buyer's consent let it pass (SEC-09)."""
    order = get_object_or_404(Order.objects.select_related("shop"), pk=pk)
    context: dict[str, object] = {"order": order, "again": request.path}
    try:
        copied = words.copy_phrase(
            phrase_id=phrase_pk,
            by=request.user,
            values=wording.values_of(order),
            context=wording.context_of(order),
            topic=topic_of(order),
            reason=request.POST.get("reason", ""),
        )
    except Phrase.DoesNotExist:
        raise Http404 from None
    except BusinessError as refusal:
        context |= {"refused": refusal.message}
        status = 409
    else:
        context |= {"copied": copied, "findings": findings(copied.text, copied.hits)}
        status = 409 if copied.stopped else 200
    template = "staff/words/_copied.html" if request.htmx else "orders/copied.html"
    return render(request, template, context, status=status)
