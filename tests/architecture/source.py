"""The product's own source files, parsed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("common", "audit", "notifications", "sla", "staff", "suppliers", "orders", "reports", "config")


def files() -> list[Path]:
    """Every Python file of the product; no tests, no migrations."""
    return sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py") if "migrations" not in path.parts)


def trees() -> Iterator[tuple[str, ast.Module]]:
    """(path from the root, syntax tree) of every file."""
    for path in files():
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt"))
