"""The pages of orders: the list, one order, the payment round, yesterday's exceptions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.selectors import timeline
from common import clock
from common.exceptions import BusinessError, Conflict
from common.lean import fill
from common.paging import keyset
from common.topics import topic_of
from orders import panels, permissions, selectors, services
from orders.actions import ACTIONS, Action, open_to
from orders.buyer_notes import buyer_note
from orders.filters import WORKLISTS, OrderFilter
from orders.forms import REASONS, OrderForm, RevealForm
from orders.models import Order
from orders.services.buyers import BUYER_FIELDS
from orders.states import Flag, OrderState
from sla import saved
from sla.selectors import clocks_of
from staff import presence
from staff.permissions import UserRequest, right_required
from staff.words.services import WordsStopped, note_stopped


@right_required(permissions.VIEW_ORDER)
@require_GET
def order_list(request: UserRequest) -> HttpResponse:
    """Orders, newest first; a search that names exactly one order goes straight to it."""
    filters = OrderFilter.from_query(request.GET)
    found = selectors.search(filters.q) if filters.q else None
    if found and found.direct_id:
        return redirect("orders:detail", pk=found.direct_id)
    page = keyset(
        selectors.order_rows(filters, found),
        order=selectors.ORDER,
        cursor=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    shops, suppliers = selectors.choices()
    selectors.dressed(page.rows, dict(shops), clock.now())
    context = {
        "page": page,
        "rows": fill("orders/_order_row.html", page.rows),
        "filters": filters,
        "shops": shops,
        "suppliers": suppliers,
        "states": OrderState.choices,
        "flags": Flag.choices,
        "worklists": [(key, label) for key, (label, _condition) in WORKLISTS.items()],
        "views": saved.views_for(request.user, "orders"),
    }
    return render(request, "orders/order_list.html", context)


@right_required(permissions.VIEW_ORDER)
@require_GET
def order_detail(request: UserRequest, pk: int) -> HttpResponse:
    """One order with all that hangs on it, and what may be done with it; `do` names the form that stands open."""
    return _page(request, pk, request.GET.get("do", ""))


def _page(
    request: UserRequest, pk: int, key: str = "", bound: OrderForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """The order's page; `bound` is the form of the action `key` that was refused, with what was typed."""
    try:
        page = selectors.order_page(pk)
    except Order.DoesNotExist:
        raise Http404 from None
    now, topic = clock.now(), topic_of(page.order)
    clocks = clocks_of(topic)
    selectors.name_suppliers(clocks, page.parts)
    todo = open_to(page.order, request.user)
    if bound is not None:
        todo[key] = ACTIONS[key]
    advice = selectors.advise(page, clocks, now)
    context = {
        "page": page,
        "order": page.order,
        "clocks": [running for running in clocks if running.stopped_at is None],
        "ended": [over for over in clocks if over.stopped_at is not None],
        "timeline": timeline(topic),
        "todo": [(name, action, _form(page.order, name, action, key, bound)) for name, action in todo.items()],
        "open_action": key,
        "advice": advice,
        "advised": todo.get(advice.action) if advice else None,
        "may_reveal": request.user.has_perm(permissions.REVEAL_BUYER),
        "reasons": REASONS,
        "flags": Flag.choices,
        **buyer_note(page.order, request.user),
        "panels": panels.drawn(page.order, request.user),
        "now": now,
    }
    return render(request, "orders/order_detail.html", context | more, status=status)


def _form(order: Order, name: str, action: Action, key: str, bound: OrderForm | None) -> OrderForm:
    if name == key and bound is not None:
        return bound
    return action.form(order=order, prefix=name, initial=action.initial(order))


@right_required(permissions.VIEW_ORDER)
@require_POST
def act(request: UserRequest, pk: int, action: str) -> HttpResponseBase:
    """Carry out one of `orders.actions.ACTIONS`; a refusal shows the page again, with what was typed."""
    order = get_object_or_404(Order, pk=pk)
    todo = ACTIONS.get(action)
    if todo is None:
        raise Http404
    return right_required(todo.right)(_carry_out)(request, order, action, todo)


def _carry_out(request: UserRequest, order: Order, key: str, todo: Action) -> HttpResponse:
    form = todo.form(request.POST, order=order, prefix=key)
    if not form.is_valid():
        return _page(request, order.pk, key, form, status=422)
    sent = request.POST.get("version", "")
    version = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
    try:
        todo.service(order_id=order.pk, version=version, by=request.user, **form.cleaned_data)
    except Conflict as conflict:
        return _conflict(request, order.pk, key, form, conflict)
    except BusinessError as refusal:
        if isinstance(refusal, WordsStopped):
            note_stopped(refusal, by=request.user)
        form.add_error(None, refusal.message)
        return _page(request, order.pk, key, form, status=409)
    messages.success(request, _("Done: %(what)s.") % {"what": todo.label})
    order.refresh_from_db()
    if key == "later_date" and services.is_past_the_platforms(order):
        messages.warning(request, _("The date lies behind the platform's ship-by time, which keeps running."))
    return redirect(order)


def _conflict(request: UserRequest, pk: int, key: str, form: OrderForm, conflict: Conflict) -> HttpResponse:
    """Both side by side: what was typed and what the order says by now; saving again is saving on top of that."""
    order = get_object_or_404(Order, pk=pk)
    present = ACTIONS[key].form(order=order, prefix="now", initial=ACTIONS[key].initial(order))
    pairs = [(form[name], _shown(present[name])) for name in form.fields]
    context = {"order": order, "key": key, "action": ACTIONS[key], "pairs": pairs, "message": conflict.message}
    return render(request, "orders/order_conflict.html", context | {"last": timeline(order)[:3]}, status=409)


def _shown(field: Any) -> str:
    """A form field's present value as people read it."""
    value = field.value()
    if isinstance(value, dt.datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M")
    choices = {str(key): str(label) for key, label in getattr(field.field, "choices", [])}
    return choices.get(str(value), "" if value in (None, False) else "✓" if value is True else str(value))


@right_required(permissions.REVEAL_BUYER)
@require_POST
@never_cache
def reveal(request: UserRequest, pk: int) -> HttpResponse:
    """Show one field of the buyer in full, once, with a line in the trail (SEC-07)."""
    get_object_or_404(Order.objects.only("pk"), pk=pk)
    form, field = RevealForm(request.POST), request.POST.get("field", "")
    if not form.is_valid() or field not in BUYER_FIELDS:
        return HttpResponse(_("Say what you need it for."), status=422, content_type="text/plain; charset=utf-8")
    reason = form.cleaned_data["reason"]
    value = services.reveal_buyer(order_id=pk, field=field, reason=reason, by=request.user)
    more = {"revealed": {field: value}, "chosen_reason": reason}
    if not request.htmx:
        return _page(request, pk, **more)
    context = {"order": Order.objects.get(pk=pk), "may_reveal": True, "reasons": REASONS}
    return render(request, "orders/_buyer.html", context | more)


@right_required(permissions.VIEW_ORDER)
@require_POST
def present(request: UserRequest, pk: int) -> HttpResponse:
    """«I am still here», answered with who else is."""
    topic = topic_of(get_object_or_404(Order.objects.only("pk"), pk=pk))
    presence.touch(topic, request.user)
    return render(request, "orders/_presence.html", {"others": presence.others(topic, request.user)})


@right_required(permissions.VIEW_ORDER)
@require_GET
def unpaid(request: UserRequest) -> HttpResponse:
    """The payment round: who has to be reminded, the longest waiting first (ORD-03 to ORD-05)."""
    return _unpaid(request)


def _unpaid(request: UserRequest, results: list[services.Reminded] | None = None) -> HttpResponse:
    now = clock.now()
    page = keyset(
        selectors.payment_round(now),
        order=("ordered_at", "id"),
        cursor=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    context = {
        "page": page,
        "a_day_ago": now - dt.timedelta(hours=24),
        "now": now,
        "results": results,
        "may_remind": request.user.has_perm(permissions.REMIND_PAYMENT),
    }
    return render(request, "orders/unpaid.html", context)


@right_required(permissions.REMIND_PAYMENT)
@require_POST
def remind(request: UserRequest) -> HttpResponse:
    """Note the reminder of the selected orders, and say of each what became of it."""
    ids = [int(pk) for pk in request.POST.getlist("order") if pk.isascii() and pk.isdigit() and len(pk) <= 18]
    if not ids:
        messages.info(request, _("Select the orders whose buyers you reminded."))
        return redirect("orders:unpaid")
    return _unpaid(request, services.remind_payments(order_ids=ids[:500], by=request.user))


@right_required(permissions.VIEW_ORDER)
@require_GET
def exceptions(request: UserRequest) -> HttpResponse:
    """What was unusual about a day's orders, by default yesterday's (ORD-21)."""
    yesterday = clock.today() - dt.timedelta(days=1)
    try:
        day = parse_date(request.GET.get("day", "")) or yesterday
    except ValueError:
        day = yesterday
    kinds = selectors.exceptions_of(day, clock.now())
    return render(request, "orders/exceptions.html", {"day": day, "kinds": kinds, "yesterday": yesterday})
