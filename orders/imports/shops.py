"""The shop that somebody names for an import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from orders.imports.sources import recognised
from orders.models import Shop


def shop_for(name: str | None, files: Sequence[tuple[str, BinaryIO]]) -> Shop | None:
    """The shop called `name` on the platform of the first file; made when there is none. Raises BadFile."""
    if not name:
        return None
    platform = recognised(files[:1])[0].layout.platform
    shop, _made = Shop.objects.get_or_create(platform=platform, name=name[:60])
    return shop
