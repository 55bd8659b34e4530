"""Lists take as many queries for three rows as for one, and no more than `budgets.json` allows.

After a new list: `python -m pytest tests/architecture/test_budgets.py --write-budgets`, then read the difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import kept
from tests.architecture.routes import pages
from tests.architecture.world import World, add_row, make_world

pytestmark = [pytest.mark.once, pytest.mark.xdist_group("budgets")]  # one worker builds the worlds
BUDGETS = Path(__file__).with_name("budgets.json")
# Who looks at which list
LISTS = {
    "sla:desk": "supervisor",
    "orders:list": "supervisor",
    "orders:detail": "supervisor",
    "orders:imports": "supervisor",
    "orders:import": "supervisor",
    "orders:codes": "supervisor",
    "orders:promotions": "supervisor",
    "orders:unpaid": "supervisor",
    "orders:exceptions": "supervisor",
    "notifications:inbox": "supervisor",
    "handover:book": "agent",
    "aftersales:list": "supervisor",
    "aftersales:case": "supervisor",
    "aftersales:patrol": "agent",
    "aftersales:patrol_round": "supervisor",
    "duty:now": "agent",
    "exchanges:list": "supervisor",
    "exchanges:emergencies": "supervisor",
    "exchanges:emergency": "supervisor",
    "records:daily": "agent",
    "records:weekly": "agent",
    "records:collate": "supervisor",
    "records:summaries": "supervisor",
    "records:meetings": "supervisor",
    "records:meeting": "supervisor",
    "records:tasks": "supervisor",
    "records:memos": "agent",
    "records:material": "supervisor",
    "records:progress": "supervisor",
    "records:chats": "supervisor",
    "records:chat_files": "supervisor",
    "records:breaches": "supervisor",
    "orders:waybills": "supervisor",
    "orders:commission": "supervisor",
    "orders:deals": "agent",
    "words:phrases": "supervisor",
    "words:terms": "supervisor",
    "words:guides": "agent",
    "words:handbook": "supervisor",
    "words:findings": "supervisor",
    "orders:buyers": "supervisor",
    "orders:phrases": "agent",
    "conduct:evaluation": "supervisor",
    "conduct:person": "supervisor",
    "conduct:rows": "supervisor",
    "conduct:penalties": "supervisor",
    "conduct:penalty": "supervisor",
    "conduct:fund": "agent",
    "conduct:training": "supervisor",
    "handover:page": "agent",
    "rota:show": "supervisor",
    "rota:mine": "agent",
    "rota:publish": "supervisor",
    "rota:versions": "supervisor",
    "rota:print": "agent",
    "rota:setup": "supervisor",
    "rota:teams": "supervisor",
    "rota:demand": "supervisor",
    "rota:special": "supervisor",
    "rota:cleaning": "supervisor",
    "reports:daily": "supervisor",
    "ledger:queue": "finance",
    "ledger:slip": "finance",
    "ledger:batches": "finance",
    "ledger:batch": "finance",
    "ledger:differences": "finance",
    "ledger:claims": "agent",
    "ledger:claim": "agent",
    "ledger:statements": "finance",
    "ledger:statement": "finance",
    "ledger:balance": "finance",
    "portal:to_ship": "supplier_a",
    "portal:uploads": "supplier_a",
    "portal:upload": "supplier_a",
    "supply:returns": "supplier_a",
    "supply:requests": "supplier_a",
    "supply:shortages": "supplier_a",
    "supply:claims": "supplier_a",
    "returns:desk": "supervisor",
    "returns:list": "supervisor",
    "returns:goods": "supervisor",
    "returns:batches": "supervisor",
    "returns:batch": "supervisor",
}
LISTS |= {
    f"admin:{model}_changelist": "supervisor"
    for model in (
        *("suppliers_supplier", "suppliers_product", "orders_shop", "orders_order", "sla_clock", "staff_user"),
        *("notifications_message", "audit_entry", "orders_importbatch", "sla_calendarday", "orders_promotionwindow"),
        *("aftersales_case", "aftersales_reason"),
    )
}


Counts = dict[str, tuple[int, int]]


def counts(world: World, *, warm: bool) -> dict[str, int]:
    """The queries of every list. `warm`: each is seen once before, which fills what the process remembers."""
    clients = {visitor: world.client(visitor) for visitor in set(LISTS.values())}
    for client in clients.values():
        client.get("/account/")  # notes that the session is in use, once a while
    return {name: queries(clients[visitor], address(world, name), warm=warm) for name, visitor in LISTS.items()}


def address(world: World, name: str) -> str:
    route = next((route for route in pages() if route.name == name), None)
    return route.url(world.arguments(name)) if route else reverse(name)


def queries(client: Client, url: str, *, warm: bool) -> int:
    if warm:
        client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.fixture(scope="module")
def counted(django_db_setup: None, django_db_blocker: Any) -> Iterator[Counts]:
    """The queries of every list, for one row and for three: of two worlds in all, since a world for each takes minutes."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "SECONDS", 3600)
        world = make_world(rows=1)
        one = counts(world, warm=True)
        add_row(world, 1)
        add_row(world, 2)
        three = counts(world, warm=False)
        yield {name: (one[name], three[name]) for name in LISTS}
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_the_queries_of_a_list(name: str, counted: Counts, request: pytest.FixtureRequest) -> None:
    one, three = counted[name]
    budgets = json.loads(BUDGETS.read_text())
    if request.config.getoption("--write-budgets"):
        budgets[name] = three
        BUDGETS.write_text(json.dumps(budgets, indent=2, sort_keys=True) + "\n")
        return
    assert three <= one, f"{name}: {one} queries for one row, {three} for three"
    assert three <= budgets[name] + _estimate(name)


def _estimate(name: str) -> int:
    """PostgreSQL is asked for its estimate of the rows before the admin counts any (common.admin)."""
    return int(connection.vendor == "postgresql" and name.startswith("admin:"))


def test_no_budget_is_left_over() -> None:
    assert set(json.loads(BUDGETS.read_text())) == set(LISTS)
