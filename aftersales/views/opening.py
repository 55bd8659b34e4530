"""Opening cases: find the order, say what happened to how many pieces, look at what that means, open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aftersales import opening_plan as plans
from aftersales import permissions
from aftersales.filters import number
from aftersales.forms import OpenForm
from aftersales.happenings import OF_LINES, OF_ORDERS, WITHOUT_ORDER, Happening, fits_line
from aftersales.opening_read import lines_of
from aftersales.services.intake import open_together
from aftersales.services.opening import AlreadyOpen
from common import clock
from common.exceptions import BusinessError
from orders.models import Order, OrderLine
from orders.selectors import search
from staff.permissions import UserRequest, right_required
from staff.roles import Role

SHOWN = 20  # orders of a search: who looks for more types more


@dataclass(frozen=True)
class Cell:
    """How many pieces of a line this happened to."""

    happening: Happening
    fits: bool
    pieces: int | str


@dataclass(frozen=True)
class About:
    """What the call is about: an order with its lines, or none."""

    order: Order | None
    lines: list[OrderLine]

    @property
    def columns(self) -> list[Happening]:
        """What can have happened to the pieces of any line."""
        return [what for what in OF_LINES.values() if any(fits_line(what, line) for line in self.lines)]

    def grid(self, said: plans.Said) -> list[tuple[OrderLine, list[Cell]]]:
        """Each line, and a cell a column: where this cannot have happened to it, none to fill in."""
        return [
            (
                line,
                [Cell(what, fits_line(what, line), said.pieces.get((line.pk, what.key), "")) for what in self.columns],
            )
            for line in self.lines
        ]


@right_required(permissions.WORK_CASE)
@require_http_methods(["GET", "POST"])
def open_cases(request: UserRequest) -> HttpResponse:
    """Find the order, say what happened, look, open (AFT-06). Only the last of these writes, and it is a POST."""
    if request.method == "POST":
        return _open(request)
    if "order" not in request.GET and "without" not in request.GET:
        return _find(request)
    about = _about(request.GET)
    said = plans.said_in(request.GET, about.lines, order=about.order)
    return _show(request, about, said)


def _find(request: UserRequest) -> HttpResponse:
    """The orders that a number or phone leads to; exactly one: straight on."""
    word = request.GET.get("q", "").strip()[:100]
    ids = search(word).order_ids if word else ()
    if len(ids) == 1:
        return redirect(f"{reverse('aftersales:open')}?order={ids[0]}")
    found = Order.objects.filter(pk__in=ids[:SHOWN]).select_related("shop").prefetch_related("lines")
    context = {"word": word, "orders": found.order_by("-ordered_at"), "more": len(ids) > SHOWN}
    return render(request, "aftersales/open_find.html", context)


def _about(data: QueryDict) -> About:
    """The order that a query names, with its lines. Raises Http404 for one that is none."""
    pk = number(data.get("order"))
    if pk is None:
        return About(None, [])
    order = Order.objects.select_related("shop").filter(pk=pk).first()
    if order is None:
        raise Http404
    lines = order.lines.select_related("fulfilment__supplier", "product").order_by("pk")
    return About(order, list(lines))


def _about_briefly(data: QueryDict) -> About:
    """The same as opening needs it; no page is shown of it."""
    pk = number(data.get("order"))
    lines = lines_of(pk) if pk is not None else []
    return About(lines[0].order, lines) if lines else _about(data)


def _show(
    request: UserRequest,
    about: About,
    said: plans.Said,
    form: OpenForm | None = None,
    found: list[plans.Plan] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """What happened, and below it what would be opened."""
    if found is None and said.anything and not said.mistakes:
        found = plans.plans_of(said, about.order, about.lines, clock.now())
    context = {
        "order": about.order,
        "columns": about.columns,
        "grid": about.grid(said),
        "matters": [(key, row) for key, row in OF_ORDERS.items() if about.order or key in WITHOUT_ORDER],
        "said": said,
        "plans": found or [],
        "form": form or OpenForm(initial={"mine": request.user.role != Role.AGENT_PRESALES}),
    }
    return render(request, "aftersales/open.html", context | more, status=status)


def _open(request: UserRequest) -> HttpResponse:
    """All of it or nothing; a refusal shows the page again, with what was typed."""
    about = _about_briefly(request.POST)
    said, form, found = _typed(request, about)
    valid = [each.is_valid() for each in (form, *(plan.form for plan in found))]  # each of them shows its mistakes
    if said.mistakes or not all(valid):
        return _show_again(request, status=422)
    data = form.cleaned_data
    try:
        cases = open_together(
            asks=[plan.ask(owner=request.user if data["mine"] else None) for plan in found],
            channel=data["channel"],
            buyer_words=data["buyer_words"],
            order=about.order,
            by=request.user,
        )
    except AlreadyOpen as refusal:
        return _show_again(request, status=409, refused=refusal.message, already=refusal.case)
    except BusinessError as refusal:
        return _show_again(request, status=409, refused=refusal.message)
    messages.success(request, _("Opened: %(numbers)s.") % {"numbers": ", ".join(case.number for case in cases)})
    return redirect(cases[0])


def _typed(request: UserRequest, about: About) -> tuple[plans.Said, OpenForm, list[plans.Plan]]:
    """What was sent: what happened, what holds for all cases, and the cases."""
    said = plans.said_in(request.POST, about.lines, order=about.order)
    form = OpenForm(request.POST)
    return said, form, plans.plans_of(said, about.order, about.lines, clock.now(), request.POST)


def _show_again(request: UserRequest, *, status: int, **more: Any) -> HttpResponse:
    about = _about(request.POST)
    said, form, found = _typed(request, about)
    return _show(request, about, said, form, found, status=status, **more)
