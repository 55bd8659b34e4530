"""Imports platform exports from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common.exceptions import BusinessError
from orders.imports.report import kind_label, report
from orders.imports.services import run_import, stage_import
from orders.imports.sources import KINDS
from orders.models import ImportBatch
from orders.states import JobState

SHOWN = 20


class Command(BaseCommand):
    help = "Imports order lists, item reports and refund lists of the platforms, recognised by their columns."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--shop", metavar="NAME", help="the shop of files that name none; made when there is none")
        parser.add_argument("--dry-run", action="store_true", help="counts and errors only, nothing is kept")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, **options: Any) -> None:
        try:
            with ExitStack() as stack:
                files = [(path.name, stack.enter_context(path.open("rb"))) for path in options["files"]]
                batch = stage_import(
                    files=files,
                    by=None,
                    shop_name=options["shop"] or "",
                    dry_run=options["dry_run"],
                    at_once=True,
                )
        except (BusinessError, OSError) as refusal:
            raise CommandError(str(refusal)) from None
        batch = run_import(batch)
        if batch.state == JobState.FAILED:
            raise CommandError(batch.refusal)
        if options["json"]:
            self.stdout.write(json.dumps(report(batch), ensure_ascii=False))
        else:
            self._print(batch)

    def _print(self, batch: ImportBatch) -> None:
        for kind in (kind for kind in KINDS if kind in batch.counts):
            numbers = batch.counts[kind]
            self.stdout.write(
                _("%(kind)s: %(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(errors)d errors")
                % {"kind": kind_label(kind), **numbers}
            )
        for error in batch.row_errors.select_related("file")[:SHOWN]:
            self.stdout.write(
                _("%(file)s, row %(row)d, %(column)s: %(message)s")
                % {"file": error.file.name, "row": error.row, "column": error.column, "message": error.message}
            )
        if batch.error_count > SHOWN:
            self.stdout.write(_("… and %(count)d more errors") % {"count": batch.error_count - SHOWN})
