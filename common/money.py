"""Money as exports write it."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
LIMIT = Decimal("9999999999.99")
PLAIN = re.compile(r"^\d{1,10}(\.\d+)?$")


def parse_money(text: str) -> Decimal:
    """«201.12», «¥1,234.50», «0元» as yuan, to the cent. Raises ValueError for anything else, negative sums too."""
    bare = (
        (text if text.isascii() else unicodedata.normalize("NFKC", text)).replace(",", "").replace(" ", "").strip("¥元")
    )
    if not PLAIN.match(bare):
        raise ValueError(text)
    amount = Decimal(bare).quantize(CENT, ROUND_HALF_UP)
    if amount > LIMIT:
        raise ValueError(text)
    return amount
