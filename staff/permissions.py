"""The guard of every page, under the name that pages on the floors above use; house services share it."""

from __future__ import annotations

from common.guards import forbidden, right_required, to_login

__all__ = ["forbidden", "right_required", "to_login"]
