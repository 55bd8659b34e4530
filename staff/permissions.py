"""The guard of every page, under the name that pages on the floors above use; house services share it."""

from __future__ import annotations

from common.guards import forbidden, right_required, to_login
from common.htmx import HtmxRequest
from staff.models import User

__all__ = ["UserRequest", "forbidden", "right_required", "to_login"]


class UserRequest(HtmxRequest):
    """A request that has passed `right_required`."""

    user: User
