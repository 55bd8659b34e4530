"""Suppliers and products that come instead of files of orders, or beside them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from orders.imports.parsing import RowError
from orders.imports.sources import Parsed
from suppliers.catalogue import take_tables


def take_catalogue(parsed: Parsed, *, by: Any, now: dt.datetime) -> dict[str, dict[str, int]]:
    """Takes in the tables that are a catalogue; answers the counts of each kind that was sent. Faults go to `parsed`."""
    sources = [source for source in parsed.sources if source.of_catalogue]
    report = take_tables([source.table for source in sources], by=by, now=now)
    tallies = {"suppliers": report.suppliers, "products": report.products}
    for tally in tallies.values():
        parsed.rows += tally.rows
        parsed.add(
            [RowError(sources[at].number, row, column[:60], text[:300]) for at, row, column, text in tally.faults]
        )
    return {kind: tallies[kind].numbers() for kind in dict.fromkeys(source.kind for source in sources)}
