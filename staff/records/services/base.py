"""What the services of records share."""

from __future__ import annotations

from django.utils.translation import gettext as _

from common.exceptions import BusinessError
from staff.models import User
from staff.selectors import leads


def required(text: str, refusal: str, *, longest: int = 200) -> str:
    """`text` in one line. Raises BusinessError with `refusal` when nothing is left of it."""
    line = " ".join(text.split())[:longest]
    if not line:
        raise BusinessError(refusal, code="missing")
    return line


def must_lead(leader: User, other: User) -> None:
    """Raises BusinessError unless `leader` leads `other`."""
    if not leads(leader, other):
        raise BusinessError(_("You do not lead %(name)s.") % {"name": other.name}, code="not_led")
