"""What every page's frame needs: the menu of the user's role, the tabs of the section one is in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from staff.auth import role_allows


@dataclass(frozen=True)
class Page:
    """A page of the menu and the right that opens it."""

    name: str  # URL name
    label: str | Promise
    right: str


@dataclass(frozen=True)
class Section:
    """Pages that belong together: one entry in the menu, which opens the first of them; the rest are tabs."""

    label: str | Promise
    pages: tuple[Page, ...]


def _alone(name: str, label: str | Promise, right: str) -> Section:
    return Section(label, (Page(name, label, right),))


MENU = (
    _alone("sla:desk", _("Desk"), "sla.view_clock"),
    _alone("orders:list", _("Orders"), "orders.view_order"),
    Section(
        _("Cases"),
        (
            Page("aftersales:list", _("Cases"), "aftersales.view_case"),
            Page("aftersales:patrol", _("Patrol"), "aftersales.work_case"),
        ),
    ),
    _alone("returns:desk", _("Return desk"), "aftersales.view_returnparcel"),
    Section(
        _("Finance"),
        (
            Page("ledger:queue", _("Pay slips"), "ledger.view_payslip"),
            Page("ledger:batches", _("Batches"), "ledger.view_payslip"),
            Page("ledger:differences", _("Differences"), "ledger.view_payslip"),
            Page("ledger:claims", _("Claims"), "ledger.view_claim"),
            Page("ledger:statements", _("Statements"), "ledger.view_claim"),
            Page("ledger:balance", _("Paid out and come back"), "ledger.view_claim"),
        ),
    ),
    _alone("orders:imports", _("Imports"), "orders.import_orders"),
    _alone("orders:codes", _("Codes to assign"), "orders.assign_code"),
    _alone("orders:promotions", _("Promotions"), "orders.change_promotionwindow"),
    Section(
        _("Shifts"),
        (
            Page("rota:rota", _("Rota"), "staff.view_rota"),
            Page("rota:mine", _("My shifts"), "staff.view_rota"),
            Page("exchanges:list", _("Swaps and leave"), "staff.ask_exchange"),
            Page("duty:now", _("On duty"), "staff.clock_in"),
            Page("handover:book", _("Handover"), "staff.hand_over"),
            Page("rota:setup", _("Set up shifts"), "staff.plan_rota"),
        ),
    ),
    Section(
        _("Words"),
        (
            Page("words:phrases", _("Phrases"), "staff.use_words"),
            Page("words:check", _("Check a text"), "staff.use_words"),
            Page("words:guides", _("Situations"), "staff.use_words"),
            Page("words:handbook", _("Handbook"), "staff.use_words"),
        ),
    ),
    Section(
        _("Records"),
        (
            Page("records:daily", _("Daily record"), "staff.keep_records"),
            Page("records:weekly", _("Weekly record"), "staff.keep_records"),
            Page("records:meetings", _("Weekly meeting"), "staff.keep_records"),
            Page("records:tasks", _("Tasks"), "staff.keep_records"),
            Page("records:checklists", _("Checklists"), "staff.keep_records"),
            Page("records:memos", _("Memo book"), "staff.keep_records"),
            Page("records:chats", _("Response times"), "staff.keep_records"),
            Page("orders:commission", _("Commission"), "staff.keep_records"),
            Page("orders:waybills", _("Waybills"), "orders.count_waybills"),
        ),
    ),
    Section(
        _("People"),
        (
            Page("conduct:evaluation", _("Evaluation"), "staff.view_own_conduct"),
            Page("conduct:penalties", _("Penalties and rewards"), "staff.view_own_conduct"),
            Page("conduct:fund", _("Fund"), "staff.view_own_conduct"),
            Page("conduct:training", _("Training and mentoring"), "staff.view_own_conduct"),
        ),
    ),
    _alone("reports:daily", _("Reports"), "reports.view_report"),
    _alone("portal:to_ship", _("To ship"), "suppliers.use_portal"),
    _alone("portal:uploads", _("Uploads"), "suppliers.use_portal"),
    _alone("supply:returns", _("Returns"), "suppliers.use_portal"),
    _alone("supply:requests", _("Requests"), "suppliers.use_portal"),
    _alone("supply:shortages", _("Shortages"), "suppliers.use_portal"),
    _alone("supply:claims", _("Claims"), "suppliers.use_portal"),
    _alone("portal:contact", _("Contact"), "suppliers.use_portal"),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The menu as (address, label, whether one is there) and the tabs of the section, likewise.

    One is where the longest address lies that the page's own begins with: a rota under «Rota», a task under «Tasks».
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"menu": (), "tabs": ()}
    sections = _open_to(user.role, user.is_superuser)
    there = [_href(page.name) for _section, pages in sections for page in pages]
    here = max((href for href in there if request.path.startswith(href)), key=len, default="")
    menu, tabs = [], []
    for section, pages in sections:
        links = [(_href(page.name), page.label, _href(page.name) == here) for page in pages]
        inside = any(current for _address, _label, current in links)
        menu.append((links[0][0], section.label, inside))
        if inside and len(links) > 1:
            tabs = links
    return {"menu": menu, "tabs": tabs}


@cache
def _open_to(role: str, everything: bool) -> list[tuple[Section, list[Page]]]:
    """What the menu of a role holds, as `staff.auth` answers it: no user has rights of his own."""
    found = [
        (section, [page for page in section.pages if everything or role_allows(role, page.right)]) for section in MENU
    ]
    return [(section, pages) for section, pages in found if pages]


@cache
def _href(name: str) -> str:
    return reverse(name)
