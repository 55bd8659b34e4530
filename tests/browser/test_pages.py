"""Every page in a real browser, in both languages: no error, nothing from elsewhere, no report, no barrier."""

from __future__ import annotations

from typing import Any

import pytest

from tests.architecture.routes import Route, pages
from tests.architecture.test_doors import VISITORS, read_table
from tests.architecture.world import World, make_world
from tests.browser.conftest import Watched, reports

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PARTS = {
    "notifications:bell",
    "presence",
    "rota:progress",
    "duty:chip",
}  # pieces of a page, and answers that are no page
NO_PAGE = {"healthz", "readyz", "metrics"}
FILES = {"orders:import_errors", "portal:refused", "portal:download", "reports:workbook"}  # downloads, not pages


def _who(route: Route) -> str | None:
    """The first visitor whom the table gives the page with 200."""
    codes = read_table().get((route.name, "GET"), [])
    for visitor in ("anonymous", "supervisor", "supplier_a", "agent"):
        if codes and codes[VISITORS.index(visitor)] == 200:
            return visitor
    return None


LOOKED_AT = [
    (route, visitor)
    for route in pages()
    if route.name not in PARTS | NO_PAGE | FILES and not route.path.startswith("api/") and (visitor := _who(route))
]


def _log_in(watched: Watched, world: World, visitor: str, language: str) -> None:
    watched.log_in(None if visitor == "anonymous" else world.client(visitor), language)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("route", "visitor"), LOOKED_AT, ids=[route.name for route, _visitor in LOOKED_AT])
def test_the_page_is_clean(route: Route, visitor: str, language: str, watched: Watched, live_server: Any) -> None:
    world = make_world(rows=2)
    _log_in(watched, world, visitor, language)
    answer = watched.page.goto(live_server.url + route.url(world.arguments(route.name)), wait_until="load")
    assert answer is not None
    assert "text/html" in answer.headers["content-type"]
    assert watched.page.locator("html").get_attribute("lang") == {"zh-hans": "zh-CN", "en": "en"}[language]
    assert watched.findings() == []


@pytest.mark.parametrize("route", [r for r, visitor in LOOKED_AT if visitor == "supplier_a"], ids=lambda r: r.name)
def test_the_portal_fits_a_phone(route: Route, watched: Watched, live_server: Any) -> None:
    """Nothing sticks out sideways at 390 px."""
    world = make_world(rows=2)
    _log_in(watched, world, "supplier_a", "zh-hans")
    watched.page.set_viewport_size({"width": 390, "height": 844})
    answer = watched.page.goto(live_server.url + route.url(world.arguments(route.name)), wait_until="load")
    assert answer is not None
    width = watched.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_the_watch_sees_what_is_wrong(watched: Watched, live_server: Any) -> None:
    """The control: an inline script, a foreign picture and an unlabelled field are all noticed."""
    watched.page.goto(live_server.url + "/login/")
    watched.page.evaluate(
        """() => {
            const script = document.createElement('script'); script.textContent = 'window.bad = 1';
            document.body.append(script);
            const picture = document.createElement('img'); picture.src = 'http://192.0.2.1/x.png';
            document.body.append(picture, document.createElement('input'));
        }"""
    )
    watched.page.wait_for_timeout(200)
    assert watched.page.evaluate("window.bad") is None
    assert any("script-src" in report for report in reports(watched.page))
    assert any(violation.startswith("label") for violation in watched.accessibility())
    assert watched.complaints != []
