"""The pages of penalties and rewards."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from staff.permissions import UserRequest, right_required


@right_required("staff.view_own_conduct")
@require_GET
def penalty(request: UserRequest, pk: int) -> HttpResponse:
    raise Http404
