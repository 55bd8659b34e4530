"""Send the nightly report by hand."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import clock
from common.exceptions import BusinessError
from notifications.delivery import send_due
from reports.services import send_report, send_report_to


class Command(BaseCommand):
    help = "Makes the SLA report of a day and mails it: to everybody who gets it and has it not yet, or to one address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--date", type=dt.date.fromisoformat, help="the day, as 2026-11-20; default: yesterday")
        parser.add_argument("--to", help="send the whole report to this address only, again if need be")

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["date"] or clock.today() - dt.timedelta(days=1)
        try:
            if options["to"]:
                send_report_to(options["to"], day)
            else:
                send_report(day)
        except BusinessError as error:
            raise CommandError(error.message) from error
        counts = send_due()
        self.stdout.write(f"{day}: sent {counts.sent}, failed {counts.failed}, given up {counts.dead}")
