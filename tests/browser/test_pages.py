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
FILES = {
    *("portal:refused", "portal:download", "reports:workbook"),
    *("aftersales:kit", "aftersales:kit_draft", "aftersales:evidence_file", "aftersales:evidence_thumbnail"),
    *("supply:photo", "returns:print"),
}  # downloads and pictures, not pages


def _who(route: Route) -> str | None:
    """The first visitor whom the table gives the page with 200."""
    codes = read_table().get((route.name, "GET"), [])
    for visitor in ("anonymous", "supervisor", "supplier_a", "agent"):
        if codes and codes[VISITORS.index(visitor)] == 200:
            return visitor
    return None


def _looked_at() -> dict[str, list[Route]]:
    """The pages each visitor goes through."""
    found: dict[str, list[Route]] = {}
    for route in pages():
        if route.name not in PARTS | NO_PAGE | FILES and not route.path.startswith("api/") and (who := _who(route)):
            found.setdefault(who, []).append(route)
    return found


LOOKED_AT = _looked_at()
LANGUAGES = {"zh-hans": "zh-CN", "en": "en"}  # as it is asked for, and as the page says what it speaks
# One world and one browser for twenty pages: a world for each page would take most of the suite's time.
WALKS = [
    pytest.param(visitor, routes[start : start + 20], id=f"{visitor}-{start // 20 + 1}")
    for visitor, routes in LOOKED_AT.items()
    for start in range(0, len(routes), 20)
]


@pytest.fixture
def world() -> World:
    return make_world(rows=2)


def _log_in(watched: Watched, world: World, visitor: str, language: str) -> None:
    watched.log_in(None if visitor == "anonymous" else world.client(visitor), language)


def _wrong_with(watched: Watched, url: str, language: str) -> list[str]:
    answer = watched.page.goto(url, wait_until="load")
    assert answer is not None
    if "text/html" not in answer.headers["content-type"]:
        return [f"is no page but {answer.headers['content-type']}"]
    spoken = watched.page.locator("html").get_attribute("lang")
    wrong = [] if spoken == LANGUAGES[language] else [f"speaks {spoken}"]
    return [*wrong, *watched.findings(contrast=language != "en")]


@pytest.mark.once
@pytest.mark.parametrize(("visitor", "routes"), WALKS)
def test_the_pages_are_clean(
    visitor: str, routes: list[Route], world: World, watched: Watched, live_server: Any
) -> None:
    urls = {route.name: live_server.url + route.url(world.arguments(route.name)) for route in routes}
    watched.bring_axe()
    for language in LANGUAGES:
        _log_in(watched, world, visitor, language)
        assert {name: wrong for name, url in urls.items() if (wrong := _wrong_with(watched, url, language))} == {}


def test_the_portal_fits_a_phone(world: World, watched: Watched, live_server: Any) -> None:
    """Nothing sticks out sideways at 390 px."""
    _log_in(watched, world, "supplier_a", "zh-hans")
    watched.page.set_viewport_size({"width": 390, "height": 844})
    widths = {}
    for route in LOOKED_AT["supplier_a"]:
        watched.page.goto(live_server.url + route.url(world.arguments(route.name)), wait_until="load")
        widths[route.name] = watched.page.evaluate("document.documentElement.scrollWidth")
    assert len(widths) > 3
    assert {name: width for name, width in widths.items() if width > 390} == {}


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
