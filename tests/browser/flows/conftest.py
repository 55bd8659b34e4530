"""The cast of the flows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import Watched
from tests.browser.flows.people import Cast, assemble


@pytest.fixture
def cast(watched: Watched, settings: Any) -> Cast:
    """Everybody of the house and a supplier's user, in a real browser; see `people.Cast`."""
    return assemble(watched, settings)
