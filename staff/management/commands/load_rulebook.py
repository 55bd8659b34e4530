"""`manage.py load_rulebook`: what every installation starts with. Adds what is missing, leaves what people edited."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from staff.rulebooks import LOADERS


class Command(BaseCommand):
    help = "Adds the house's terms, phrases, guides, handbook and kinds of incidents where they are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, load in LOADERS.items():
            added = load()
            if options["verbosity"]:
                self.stdout.write(f"   {name}: {added} added")
