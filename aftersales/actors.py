"""Who stands behind a step: a colleague, a supplier's user in the portal, or a supplier's program."""

from __future__ import annotations

from typing import Any

from staff.roles import Role
from suppliers.models import Supplier
from suppliers.selectors import supplier_of


def supplier_behind(by: Any) -> Supplier | None:
    """The supplier that `by` acts for: of a token, or of a portal user; None for people of the house and the system."""
    if getattr(by, "role", "") == Role.SUPPLIER:
        return supplier_of(by)
    found: Supplier | None = getattr(by, "supplier", None)
    return found
