"""Losses and claims: the list, one claim with its loss, other shares."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.selectors import timeline
from common import clock
from common.exceptions import BusinessError
from common.paging import keyset
from common.topics import topic_of
from ledger import permissions
from ledger.actions import CLAIM_ACTIONS
from ledger.balance import balance_of
from ledger.filters import ClaimFilter
from ledger.forms import RowForm, SharesForm
from ledger.models import Claim, Loss
from ledger.proofs import shown_proofs
from ledger.selectors import slips_of
from ledger.services.claims import missing_proof
from ledger.services.losses import is_open_to_change, share_anew
from ledger.states import ClaimState, Liable
from ledger.views.base import steps, take_step
from sla import facets, topics
from sla.selectors import clocks_of
from staff.permissions import UserRequest, right_required


@right_required(permissions.VIEW_CLAIM)
@require_GET
def claims(request: UserRequest) -> HttpResponse:
    """The claims that are open, the newest first; by party, supplier and state."""
    filters = ClaimFilter.from_query(request.GET)
    page = keyset(
        filters.apply(Claim.objects.select_related("loss__order", "supplier")),
        order=("-id",),
        cursor=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    context = {
        "page": page,
        "filters": filters,
        "states": [*ClaimState.choices, ("all", _("all"))],
        "parties": Liable.choices,
        "suppliers": facets.choices("supplier"),
    }
    return render(request, "ledger/claims.html", context)


@right_required(permissions.VIEW_CLAIM)
@require_GET
def claim(request: UserRequest, pk: int) -> HttpResponse:
    """One claim: the loss it is a share of, its proof, what was answered, what may be done."""
    return _page(request, pk, request.GET.get("do", ""))


def _page(
    request: UserRequest, pk: int, key: str = "", bound: RowForm | None = None, status: int = 200
) -> HttpResponse:
    try:
        row = Claim.objects.select_related("loss__order", "supplier").get(pk=pk)
    except Claim.DoesNotExist:
        raise Http404 from None
    todo = steps(CLAIM_ACTIONS, row, request.user, key, bound)
    context = {
        "claim": row,
        "shares": list(row.loss.claims.select_related("supplier").order_by("pk")),
        "missing": missing_proof(row) if row.state == ClaimState.DRAFTED else [],
        "proofs": shown_proofs(row),
        "about": topics.url(row.loss.topic),
        "slips": slips_of(topic_of(row)),
        "balance": balance_of(row.loss.topic),
        "clocks": [running for running in clocks_of(topic_of(row)) if running.stopped_at is None],
        "timeline": timeline(topic_of(row)),
        "todo": todo,
        "open_action": key or next((name for name, action, _form in todo if action.main and action.asks), ""),
        "act_url": "ledger:claim_act",
        "may_share": request.user.has_perm(permissions.WORK_CLAIM) and is_open_to_change(row.loss),
        "now": clock.now(),
    }
    return render(request, "ledger/claim.html", context, status=status)


@right_required(permissions.VIEW_CLAIM)
@require_POST
def act(request: UserRequest, pk: int, action: str) -> HttpResponseBase:
    """Carry out one of `ledger.actions.CLAIM_ACTIONS`."""
    row = get_object_or_404(Claim, pk=pk)
    return take_step(request, row, CLAIM_ACTIONS, action, argument="claim_id", show=_page)


@right_required(permissions.WORK_CLAIM)
@require_http_methods(["GET", "POST"])
def shares(request: UserRequest, pk: int) -> HttpResponse:
    """Other shares of a loss, with a reason (AFT-14, SUP-14)."""
    loss = get_object_or_404(Loss.objects.prefetch_related("claims"), pk=pk)
    form = SharesForm(request.POST or None, loss=loss)
    status = 422 if request.method == "POST" else 200
    if form.is_valid():
        data = form.cleaned_data
        try:
            share_anew(
                loss_id=loss.pk,
                shares=form.shares,
                supplier=data["supplier_row"],
                reason=data["reason"],
                by=request.user,
            )
        except BusinessError as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            messages.success(request, _("The shares are changed."))
            first = loss.claims.order_by("pk").first()
            return redirect(first) if first else redirect("ledger:claims")
    return render(request, "ledger/shares.html", {"loss": loss, "form": form}, status=status)
