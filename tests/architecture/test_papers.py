"""The papers tell the truth: diagrams are drawn from the code, links lead somewhere, short things stay short."""

from __future__ import annotations

import re

import pytest

from config.settings.base import INSTALLED_APPS
from orders.management.commands.draw_machines import MACHINES, drawing
from tests.architecture.source import FLOORS, ROOT

PAPERS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("name", MACHINES)
def test_the_diagrams_are_current(name: str) -> None:
    """After a change of a machine: `python manage.py draw_machines`."""
    assert (ROOT / "docs" / "machines" / f"{name}.md").read_text(encoding="utf-8") == drawing(name)


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    missing = [link for link in links if link and not (path.parent / link).exists()]  # type: ignore[attr-defined]
    assert missing == []


def test_contributing_stays_short() -> None:
    assert len((ROOT / "CONTRIBUTING.md").read_text().splitlines()) < 80


def test_every_decision_fits_a_page() -> None:
    long = {path.name: len(path.read_text().split()) for path in (ROOT / "docs" / "adr").glob("0*.md")}
    assert {name: words for name, words in long.items() if words > 500} == {}


def test_the_architecture_paper_names_every_floor() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [floor for floor in FLOORS if f"`{floor}`" not in text] == []
    assert [app for app in INSTALLED_APPS if app in FLOORS and f"`{app}`" not in text] == []
