"""What came of an import, for people and for programs."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from django.utils.translation import gettext as _

from orders.imports.sources import KINDS, recognised
from orders.models import ImportBatch


def kind_label(kind: str) -> str:
    """A kind of rows, in the language of the reader."""
    labels = {
        "suppliers": _("suppliers"),
        "products": _("products"),
        "orders": _("orders"),
        "lines": _("lines"),
        "refunds": _("refunds"),
    }
    return labels[kind]


def report(batch: ImportBatch) -> dict[str, Any]:
    """The counts, with the errors of each kind: those of a workbook under the kind of the sheet they stand in."""
    found: dict[str, Any] = {}
    for kind in (kind for kind in KINDS if kind in batch.counts):
        numbers = batch.counts[kind]
        found[kind] = {name: numbers[name] for name in ("created", "updated", "unchanged")} | {"errors": []}
    kinds = _kinds_by_sheet(batch) if batch.error_count else {}
    for error in batch.row_errors.all():
        found[kinds[error.file_id, error.sheet]]["errors"].append(
            {"row": error.row, "column": error.column, "message": error.message}
        )
    return found


def _kinds_by_sheet(batch: ImportBatch) -> dict[tuple[int, str], str]:
    with ExitStack() as stack:
        kept = list(batch.files.order_by("id"))
        sources = recognised([(file.name, stack.enter_context(file.file.open("rb")).file) for file in kept])
        return {(kept[source.file].pk, source.table.name[:100]): source.kind for source in sources}
