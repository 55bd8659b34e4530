"""`manage.py supplier_token SUPPLIER`: makes a token and prints it, alone on a line."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.exceptions import BusinessError
from suppliers.models import Supplier
from suppliers.services import ALL_SCOPES, make_token


class Command(BaseCommand):
    help = "Makes a token for a supplier's program and prints it. It is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("supplier", help="code of the supplier, e.g. GYS01")
        parser.add_argument("--name", default="command line", help="what the token is for")
        parser.add_argument("--scope", action="append", choices=ALL_SCOPES, help="default: all; may be repeated")

    def handle(self, *args: Any, **options: Any) -> None:
        supplier = Supplier.objects.filter(code=options["supplier"]).first()
        if supplier is None:
            raise CommandError(f"There is no supplier {options['supplier']}.")
        try:
            _token, text = make_token(
                supplier=supplier, name=options["name"], by=None, scopes=options["scope"] or ALL_SCOPES
            )
        except BusinessError as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(text)
