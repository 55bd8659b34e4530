"""`manage.py load_rulebook`: what every installation starts with. Adds what is missing, leaves what people edited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand

from staff.conduct import rulebook as conduct
from staff.records import rulebook as records
from staff.words import rulebook as words

LOADERS: dict[str, Callable[[], int]] = {
    "words": words.load,
    "conduct": conduct.load,
    "records": records.load,
}


class Command(BaseCommand):
    help = "Adds the house's terms, phrases, guides, handbook and kinds of incidents where they are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, load in LOADERS.items():
            added = load()
            if options["verbosity"]:
                self.stdout.write(f"   {name}: {added} added")
