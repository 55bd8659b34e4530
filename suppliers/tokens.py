"""How a token's text becomes what is stored of it. 256 random bits need no salt and no slow hash."""

from __future__ import annotations

import hashlib

PREFIX = "ht_"  # so that people and secret scanners recognise one
PREFIX_LENGTH = 9
LONGEST = 200


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
