"""A real Chromium, and pages that tell when something is wrong with them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.architecture.source import ROOT

# No page lives long enough for its scripts to be worth optimising.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-extensions", "--js-flags=--no-maglev --no-turbofan"]
SHOTS = os.environ.get("HOUTAI_SHOTS", "")  # a folder for pictures of the decisive pages
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

# Only what is wrong leaves the browser: what is right is most of the answer, and took most of the time.
VIOLATIONS = """async rules => (await axe.run(document, rules)).violations.map(
    found => `${found.id}: ${found.nodes[0].html.slice(0, 160)}`
)"""

expect.set_options(timeout=20_000)  # a machine with more to do than cores is slow, not wrong

TOO_WIDE = """() => {
    const root = document.documentElement, found = [];
    if (root.scrollWidth > root.clientWidth) found.push(`page ${root.scrollWidth} px`);
    for (const table of document.querySelectorAll('table')) {
        const own = table.getBoundingClientRect(), around = table.parentElement.getBoundingClientRect();
        if (own.width > around.width + 1 || own.right > root.clientWidth)
            found.push(`table ${table.id} ${Math.round(own.width)} px in ${Math.round(around.width)} px`);
    }
    return found;
}"""


def chromium_path() -> str:
    """The shell without windows where there is one: the same engine, a fifth sooner."""
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise RuntimeError("Chromium is missing: apt-get install chromium-headless-shell")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Watched:
    """A page and everything that went wrong on it."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console {message.type}: {message.text}")

    def request(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.complaints.append(f"request to {request.url}")

    def bring_axe(self) -> None:
        """Every page that is opened from here on has axe in it: sooner than sending it to each."""
        self.page.add_init_script(path=AXE)

    def log_in(self, client: Client | None, language: str) -> None:
        """The browser goes on with the session of `client`, in that language."""
        cookies = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": self.base}]
        if client is not None:
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            cookies.append({"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.base})
        self.page.context.add_cookies(cookies)  # type: ignore[arg-type]

    def findings(self, *, axe: bool = True, contrast: bool = True) -> list[str]:
        """Everything that is wrong with the page as it stands; what was found before is forgotten."""
        found = [*self.complaints, *(f"policy: {line}" for line in reports(self.page))]
        if axe:
            found += self.accessibility(contrast=contrast)
        self.complaints.clear()
        return found

    def picture(self, name: str) -> None:
        """A picture of the whole page, where pictures are asked for. Hiding the caret would write styles into fields."""
        if SHOTS:
            self.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True, caret="initial")

    def too_wide(self) -> list[str]:
        """Tables that are wider than what holds them, and the page itself when it can be scrolled sideways."""
        return list(self.page.evaluate(TOO_WIDE))

    def accessibility(self, *, contrast: bool = True) -> list[str]:
        """What axe finds against WCAG 2.1 A and AA. Contrast is most of its work, and the same in every language."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        rules: dict[str, object] = {
            "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
            "resultTypes": ["violations"],
            "preload": False,  # no rule that is asked needs style sheets or videos read anew
            "rules": {"color-contrast": {"enabled": contrast}},
        }
        return [str(line) for line in self.page.evaluate(VIOLATIONS, rules)]


@pytest.fixture
def watched(chromium: Browser, live_server: Any) -> Iterator[Watched]:
    # Nobody looks at the pixels unless pictures are asked for: a sixteenth of them is painted as well, and sooner.
    scale = 1 if SHOTS else 0.25
    context = chromium.new_context(
        viewport={"width": 1280, "height": 800}, locale="zh-CN", device_scale_factor=scale, reduced_motion="reduce"
    )
    context.add_init_script(
        "window.reports = []; document.addEventListener('securitypolicyviolation', "
        "event => window.reports.push(event.violatedDirective + ' ' + event.blockedURI))"
    )
    page = context.new_page()
    result = Watched(page, live_server.url)
    page.on("console", result.console)
    page.on("pageerror", lambda error: result.complaints.append(f"script: {error}"))
    page.on("request", result.request)
    yield result
    context.close()


def reports(page: Page) -> list[str]:
    """What the content security policy refused on this page."""
    return [str(line) for line in page.evaluate("window.reports || []")]
