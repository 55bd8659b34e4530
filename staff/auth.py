"""Rights by role, answered from `staff.roles` without a query; wrong passwords are counted in `staff.lockout`."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from staff.roles import RIGHTS


def role_allows(role: str, perm: str) -> bool:
    """Whether `role` has the right `app.codename`. «app.*» covers view, add and change of every model of the app."""
    rights = RIGHTS.get(role, frozenset())
    if perm in rights:
        return True
    app, _, codename = perm.partition(".")
    return f"{app}.*" in rights and codename.startswith(("view_", "add_", "change_"))


class RoleBackend(ModelBackend):
    """Django's user backend, with the rights of the role before those given in the admin."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not user_obj.is_active:
            return False
        return role_allows(getattr(user_obj, "role", ""), perm) or user_obj.is_superuser

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        if not user_obj.is_active:
            return False
        rights = RIGHTS.get(getattr(user_obj, "role", ""), frozenset())
        return user_obj.is_superuser or any(right.startswith(f"{app_label}.") for right in rights)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_active:
            return set()
        return set(RIGHTS.get(getattr(user_obj, "role", ""), frozenset()))
