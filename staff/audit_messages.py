"""What the trail says about people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audit.messages import register
from staff.conduct import audit_messages as conduct  # noqa: F401
from staff.duty import audit_messages as duty  # noqa: F401
from staff.exchanges import audit_messages as exchanges  # noqa: F401
from staff.handover import audit_messages as handover  # noqa: F401
from staff.models import LoginFailure
from staff.records import audit_messages as records  # noqa: F401
from staff.roles import Role
from staff.rota import audit_messages as rota  # noqa: F401
from staff.words import audit_messages as words  # noqa: F401

Data = Mapping[str, Any]


def role_name(role: str) -> str:
    return str(Role(role).label)


def fixed(action: str, sentence: str) -> None:
    """A sentence without details; `sentence` is marked for translation where it is written."""
    register(action, lambda data: _(sentence))


register(
    "staff.user_created",
    lambda data: (
        _("User %(username)s created as %(role)s") % {"username": data["username"], "role": role_name(data["role"])}
    ),
)
register(
    "staff.role_set",
    lambda data: (
        _("Role changed from %(before)s to %(role)s")
        % {"before": role_name(data["before"]), "role": role_name(data["role"])}
    ),
)
register("staff.user_changed", lambda data: _("User data changed: %(fields)s") % {"fields": ", ".join(data["fields"])})
register(
    "staff.lockout_lifted",
    lambda data: (
        _("Lock-out lifted after %(tries)s tries (%(kind)s)")
        % {"tries": data["tries"], "kind": LoginFailure.Kind(data["kind"]).label}
    ),
)
register("staff.recovery_code_used", lambda data: _("Recovery code used, %(left)s left") % {"left": data["left"]})
register(
    "staff.exported",
    lambda data: _("Took data out: %(what)s, %(rows)d rows") % {"what": data["what"], "rows": data["rows"]},
)
fixed("staff.user_disabled", gettext_noop("User shut out"))
fixed("staff.user_enabled", gettext_noop("User let in again"))
fixed("staff.password_set", gettext_noop("Password changed"))
fixed("staff.second_factor_set_up", gettext_noop("Authenticator set up"))
fixed("staff.second_factor_reset", gettext_noop("Authenticator and recovery codes forgotten"))
