"""Pages about what people did with orders: commission, the deals behind it, the stock of waybills."""

from __future__ import annotations

import datetime as dt
import io

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common import clock
from common.exceptions import BusinessError
from common.paging import keyset
from orders import commission as commissions
from orders import waybills as services
from orders.carriers import CARRIERS
from orders.filters import number
from orders.models import WaybillStock
from staff.models import User
from staff.permissions import UserRequest, forbidden, right_required
from staff.selectors import service_rules

KEEP_RECORDS = "staff.keep_records"
COUNT_WAYBILLS = "orders.count_waybills"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class WaybillForm(forms.Form):
    carrier = forms.ChoiceField(
        label=gettext_lazy("carrier"), choices=[(carrier.code, carrier.name) for carrier in CARRIERS.values()]
    )
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=WaybillStock.Kind.choices)
    left = forms.IntegerField(label=gettext_lazy("left"), min_value=0, max_value=10_000_000)
    warn_days = forms.IntegerField(label=gettext_lazy("warned below, days"), min_value=1, max_value=30, initial=2)


@right_required("orders.view_order")
@require_http_methods(["GET", "POST"])
def waybills(request: UserRequest) -> HttpResponse:
    """What is left of each carrier and for how long; the clerk counts here (LOG-05)."""
    may_count = request.user.has_perm(COUNT_WAYBILLS)
    if request.method == "POST" and not may_count:
        return forbidden(request)
    form = WaybillForm(request.POST or None) if may_count else None
    status = 422 if request.method == "POST" else 200
    if form is not None and form.is_valid():
        try:
            services.count_waybills(by=request.user, **form.cleaned_data)
        except BusinessError as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            messages.success(request, _("Counted."))
            return redirect("orders:waybills")
    return render(request, "orders/waybills.html", {"stocks": services.stocks(), "form": form}, status=status)


@right_required(KEEP_RECORDS)
@require_GET
def commission(request: UserRequest) -> HttpResponse:
    """A month's commission by who served the orders (FIN-12): one's own, of those one leads, for finance all."""
    first, last = commissions.month_of(_day(request.GET.get("month", "")))
    reader = request.user
    context = {
        "lines": commissions.report(reader, first, last),
        "ownerless": commissions.ownerless(first, last) if reader.has_perm(commissions.EXPORT) else 0,
        "first": first,
        "last": last,
        "before": first - dt.timedelta(days=1),
        "after": last + dt.timedelta(days=1) if last < clock.today() else None,
        "percent": service_rules().commission_percent,
        "may_export": reader.has_perm(commissions.EXPORT),
    }
    return render(request, "orders/commission.html", context)


def _day(text: str) -> dt.date:
    """The day that a URL names; today for whatever is none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return clock.today()


@right_required(commissions.EXPORT)
@require_POST
def commission_export(request: UserRequest) -> HttpResponse:
    """The same as a file, noted in the trail (SEC-02)."""
    form = request.POST.get("form", "xlsx")
    if form not in TYPES:
        raise Http404
    first, last = commissions.month_of(_day(request.POST.get("month", "")))
    stream = io.BytesIO()
    try:
        commissions.export(reader=request.user, first=first, last=last, form=form, stream=stream)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect("orders:commission")
    answer = HttpResponse(stream.getvalue(), content_type=TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="commission-{first:%Y-%m}.{form}"'
    return answer


@right_required(KEEP_RECORDS)
@require_GET
def deals(request: UserRequest) -> HttpResponse:
    """The orders behind somebody's figures, with the same eyes as the commission."""
    first, last = _day(request.GET.get("from", "")), _day(request.GET.get("to", ""))
    user_id = number(request.GET.get("user")) or request.user.pk
    try:
        found = commissions.deals_page(request.user, user_id, first, last)
    except User.DoesNotExist:
        raise Http404 from None
    page = keyset(found, order=("-paid_at", "-id"), cursor=request.GET.get("after"), before=request.GET.get("before"))
    context = {
        "page": page,
        "person": User.objects.get(pk=user_id),
        "first": first,
        "last": last,
        "query": f"user={user_id}&from={first}&to={last}",
        "linked": request.user.has_perm("orders.view_order"),
    }
    return render(request, "orders/deals.html", context)
