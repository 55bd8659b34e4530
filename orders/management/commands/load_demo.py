"""`manage.py load_demo [--orders N]`: a shop to look at, or a million orders to measure with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from common import clock
from orders.demo import above, bulk, served, story
from orders.models import Order
from staff import demo as team
from staff.models import User
from suppliers.models import Supplier

MOST_TOLD = 20_000  # above it, the trade is written set-based instead of told through the imports


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """What fails half way leaves an empty database, if it was one: what people made before stays.

    One transaction on SQLite. On PostgreSQL each step commits: its temporary tables hold locks until then, and a week of
    them is more than a server as it comes has room for.
    """
    if connection.vendor == "sqlite":
        with transaction.atomic():
            yield
        return
    was_empty = not User.objects.exists() and not Supplier.objects.exists()
    try:
        yield
    except BaseException:  # Ctrl-C too
        if was_empty:
            call_command("flush", interactive=False, verbosity=0)
        raise


class Command(BaseCommand):
    help = "Fills an empty database with invented people, suppliers and orders."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--orders", type=int, default=600, help=f"how many; above {MOST_TOLD}: PostgreSQL only")
        parser.add_argument("--cases", type=int, default=0, help="after-sales cases; this version knows none")

    def handle(self, *args: Any, **options: Any) -> None:
        count = options["orders"]
        if options["cases"]:
            raise CommandError("There are no after-sales cases in this version: leave --cases out.")
        if settings.PRODUCTION:
            raise CommandError("The demo has known passwords: it is not loaded with PRODUCTION=1.")
        if count < 1:
            raise CommandError("--orders must be 1 or more.")
        if Order.objects.exists() or User.objects.filter(username="supervisor").exists():
            raise CommandError("The database is not empty: the demo goes into an empty one only.")
        if count <= MOST_TOLD:
            with all_or_nothing():
                story.tell(count, say=self.say)
                supervisor = User.objects.get(username="supervisor")
                with transaction.atomic():
                    team.load(clock.now(), supervisor, with_people=served.serve)
                with transaction.atomic():
                    above.load(clock.now(), supervisor)
        elif connection.vendor == "postgresql":
            bulk.fill(count, say=self.say)
        else:
            raise CommandError(f"More than {MOST_TOLD} orders need PostgreSQL: set DATABASE_URL.")
        self.stdout.write(f"{Order.objects.count()} orders")

    def say(self, line: str) -> None:
        self.stdout.write(f"   {line}")
        self.stdout.flush()
