"""Imports suppliers and products from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common.exceptions import BusinessError
from suppliers.catalogue import import_catalogue


class Command(BaseCommand):
    help = "Imports the catalogue: suppliers.csv and products.csv, recognised by their columns."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="counts and errors only, nothing is kept")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, **options: Any) -> None:
        try:
            with ExitStack() as stack:
                files = [(path.name, stack.enter_context(path.open("rb"))) for path in options["files"]]
                report = import_catalogue(files=files, by=None, dry_run=options["dry_run"]).as_json()
        except (BusinessError, OSError) as refusal:
            raise CommandError(str(refusal)) from None
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        for kind, tally in report.items():
            self.stdout.write(
                _("%(kind)s: %(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(errors)d errors")
                % {"kind": _(kind), **tally, "errors": len(tally["errors"])}
            )
            for error in tally["errors"][:20]:
                self.stdout.write(_("row %(row)d, %(column)s: %(message)s") % error)
