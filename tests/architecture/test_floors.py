"""Imports go downward, and into another app only through its open rooms."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import FLOORS, ROOT, trees

pytestmark = pytest.mark.once

CLOSED_ROOMS = {"views", "forms", "api", "admin", "tasks", "receivers", "urls"}
LONGEST_FILE = 400


def test_the_import_contracts_hold() -> None:
    run = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr


def _imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)


def _trespasses(path: str, tree: ast.Module) -> list[str]:
    app = path.split("/")[0]
    found = []
    for name, line in _imports(tree):
        other, *rooms = name.split(".")
        if other in FLOORS and other not in {app, "common"} and set(rooms[:2]) & CLOSED_ROOMS and app != "config":
            found.append(f"{path}:{line} imports {name}")
    return found


def test_nobody_enters_the_closed_rooms_of_another_app() -> None:
    assert [line for path, tree in trees() for line in _trespasses(path, tree)] == []


def test_the_finder_finds() -> None:
    code = "from orders.views import detail\nfrom sla import forms\nfrom orders import selectors\n"
    assert len(_trespasses("reports/selectors.py", ast.parse(code))) == 2


def test_no_model_signals() -> None:
    """What follows from a change stands in the service that makes it, not in a hook that bulk writes pass by."""
    banned = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed", "pre_init", "post_init"}
    found = [
        f"{path}:{line}" for path, tree in trees() for name, line in _imports(tree) if name.rpartition(".")[2] in banned
    ]
    assert found == []


def test_the_time_comes_from_the_products_clock() -> None:
    calls = {
        ("timezone", "now"),
        ("datetime", "now"),
        ("datetime", "utcnow"),
        ("date", "today"),
        ("timezone", "localdate"),
    }
    found = []
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
                if (name, node.func.attr) in calls and path != "common/clock.py":
                    found.append(f"{path}:{node.lineno}")
    found += [str(path) for path in (ROOT / "templates").rglob("*.html") if "{% now" in path.read_text("utf-8")]
    assert found == []


def test_files_stay_readable() -> None:
    long = {path: tree.body[-1].end_lineno for path, tree in trees() if tree.body}
    assert {path: lines for path, lines in long.items() if lines and lines > LONGEST_FILE} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        path
        for path, tree in trees()
        if tree.body and ast.get_docstring(tree) is None and not path.endswith(("apps.py", "__init__.py"))
    ]
    assert silent == []
