"""The guard of the portal's pages, for every floor that has some."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase

from staff.permissions import UserRequest, forbidden, right_required
from suppliers.selectors import supplier_of


def portal_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Guards a page: a user who acts for an active supplier, which the view gets."""

    @right_required("suppliers.use_portal")
    @wraps(view)
    def guarded(request: UserRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        supplier = supplier_of(request.user)
        return forbidden(request) if supplier is None else view(request, supplier, *args, **kwargs)

    return guarded
