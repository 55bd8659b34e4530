"""Send what waits in the outbox, now."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from notifications.delivery import send_due


class Command(BaseCommand):
    help = "Sends the messages of the outbox that are due, as beat does every 15 seconds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the counts as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        counts = asdict(send_due())
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write("  ".join(f"{name} {number}" for name, number in counts.items()))
