"""`manage.py sweep`: drains all due clocks now, tells who must know, prints counts."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from sla.announce import announce
from sla.engine import sweep


class Command(BaseCommand):
    help = "Takes every step of every due clock now, and tells who must know."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        counts = asdict(sweep())
        announce()
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        self.stdout.write(
            _(
                "Looked at %(looked_at)s clocks: %(warned)s warned, %(breached)s broken, %(escalated)s escalated, "
                "%(set_aside)s set aside."
            )
            % counts
        )
