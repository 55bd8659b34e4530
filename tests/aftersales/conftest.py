"""What tests of cases share besides the house's personas."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture
def english() -> Iterator[None]:
    """Sentences are compared as they stand in the source."""
    with translation.override("en"):
        yield
