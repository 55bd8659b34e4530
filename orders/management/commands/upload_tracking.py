"""`manage.py upload_tracking SUPPLIER FILE [--dry-run] [--json]`: the same path as the suppliers' API."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.exceptions import BusinessError
from orders.shipments import Outcome, accept_rows
from orders.uploads import files
from suppliers.models import Supplier


class Command(BaseCommand):
    help = "Takes over a supplier's file of tracking numbers and prints the verdict on each row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("supplier", help="code of the supplier, e.g. GYS01")
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
        parser.add_argument("--confirm-odd-numbers", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        supplier = Supplier.objects.filter(code=options["supplier"]).first()
        if supplier is None:
            raise CommandError(f"There is no supplier {options['supplier']}.")
        try:
            with options["file"].open("rb") as file:
                outcome = accept_rows(
                    files.read(file, options["file"].name),
                    supplier=supplier,
                    by=None,
                    confirm_odd_numbers=options["confirm_odd_numbers"],
                    dry_run=options["dry_run"],
                )
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        except BusinessError as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(as_json(outcome) if options["json"] else as_text(outcome))


def as_json(outcome: Outcome) -> str:
    rows = [
        {"row": r.row, "order_no": r.order_no, "verdict": r.verdict.value, "message": r.message} for r in outcome.rows
    ]
    return json.dumps({"rows": rows, "counts": outcome.counts}, ensure_ascii=False)


def as_text(outcome: Outcome) -> str:
    lines = [f"{r.row}\t{r.order_no}\t{r.verdict.value}\t{r.message}" for r in outcome.rows if r.message]
    return "\n".join([*lines, *(f"{verdict}: {count}" for verdict, count in outcome.counts.items() if count)])
