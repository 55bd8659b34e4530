"""What exports do to their cells, undone: `="…"`, apostrophes, tabs, byte-order marks, numbers of a spreadsheet."""

from __future__ import annotations

import datetime as dt
from typing import Any

INVISIBLE = "\ufeff\u200b\u200e\u200f"
EXACT_DIGITS = 15  # a spreadsheet's number holds no more


def clean(cell: str) -> str:
    """`="351…"` → 351…, `'138…` → 138…, tabs, spaces and byte-order marks around it gone."""
    text = cell.strip()
    if text[:1] in INVISIBLE or text[-1:] in INVISIBLE:
        text = text.strip(INVISIBLE).strip()
    first = text[:1]
    if first == "=":
        if text.startswith('="') and text.endswith('"') and len(text) >= 3:
            text = text[2:-1].replace('""', '"').strip()
    elif first == "'":
        text = text[1:].strip()
    return text


def clean_row(cells: list[str]) -> list[str]:
    """Every cell clean. Most are letters and digits alone: these are left as they are without a look inside."""
    return [cell if not cell or cell.isalnum() else clean(cell) for cell in cells]


def mend(cells: list[str], width: int) -> list[str]:
    """A row at the header's width: a `="…"` that a comma inside has split is joined, empty cells at the end go."""
    while len(cells) > width and not cells[-1]:
        cells = cells[:-1]
    at = 0
    while len(cells) > width and at < len(cells):
        if cells[at].startswith('="'):
            end = next((i for i in range(at + 1, len(cells)) if cells[i].endswith('"')), None)
            if end is not None:
                cells = [*cells[:at], clean(",".join(cells[at : end + 1])), *cells[end + 1 :]]
        at += 1
    return cells


def of_value(value: Any) -> str:
    """A workbook's value as text. Numbers of 16 digits or more come out as 7.39e+18: they are no longer exact."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return _number(float(value))
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return "" if value is None else str(value)


def _number(value: float) -> str:
    if abs(value) >= 10**EXACT_DIGITS:
        return f"{value:.15e}"
    return str(int(value)) if value == int(value) else f"{value:.15g}"
