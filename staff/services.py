"""What is done to people: made, given a role, shut out, let in again. Every one of it stands in the audit trail."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from staff import sessions
from staff.duty import assignment
from staff.models import LoginFailure, RecoveryCode, User
from staff.roles import AGENTS, MAY_ENTER_ADMIN, Role

CHANGEABLE = ("username", "name", "staff_no", "email", "language", "wants_mail")


@transaction.atomic
def create_user(
    *,
    username: str,
    name: str,
    role: str,
    password: str,
    by: Any,
    email: str = "",
    staff_no: str = "",
    language: str = "zh-hans",
    wants_mail: bool = True,
    now: dt.datetime | None = None,
) -> User:
    """Somebody new who may log in (STF-33). Raises BusinessError for a taken name, an unknown role, a weak password."""
    user = User(username=User.normalize_username(username), name=name, role=role, email=email)
    user.staff_no, user.language, user.wants_mail = staff_no, language, wants_mail
    user.is_staff = role in MAY_ENTER_ADMIN
    _refuse_unknown_role(role)
    _refuse_taken(user)
    _refuse_weak(password, user)
    user.set_password(password)
    user.save()
    audit.record("staff.user_created", about=user, by=by, now=now, username=user.username, role=role)
    return user


@transaction.atomic
def change_user(*, user: User, changes: dict[str, Any], by: Any, now: dt.datetime | None = None) -> User:
    """New name, number, address or preferences. Raises BusinessError when the name or number is taken."""
    changes = {field: value for field, value in changes.items() if field in CHANGEABLE}
    locked = lock_one(User.objects.filter(pk=user.pk))
    changed = [field for field, value in changes.items() if getattr(locked, field) != value]
    for field in changed:
        setattr(locked, field, changes[field])
    if changed:
        _refuse_taken(locked)
        locked.save(update_fields=changed)
        audit.record("staff.user_changed", about=locked, by=by, now=now, fields=changed)
    return locked


@transaction.atomic
def set_role(*, user: User, role: str, by: Any, now: dt.datetime | None = None) -> User:
    """Gives `user` another role, and with it or without it the admin. Nobody changes his own (STF-33).

    Who serves no longer hands on all work: it goes to those on shift, nothing is dropped.
    """
    _refuse_unknown_role(role)
    assignment.alone()
    locked = lock_one(User.objects.filter(pk=user.pk))
    if locked.role == role:
        return locked
    _refuse_self(locked, by)
    before, locked.role = locked.role, role
    locked.is_staff = role in MAY_ENTER_ADMIN
    locked.save(update_fields=["role", "is_staff"])
    audit.record("staff.role_set", about=locked, by=by, now=now, before=before, role=role)
    if before in AGENTS and role not in AGENTS:
        assignment.hand_over_work(leaver=locked, by=by, now=now)
    return locked


@transaction.atomic
def disable_user(*, user: User, by: Any, now: dt.datetime | None = None) -> User:
    """Shuts `user` out: no login, and the sessions that run end with their next request. All the work in his hands
    goes to those on shift, or waits for the next shift."""
    assignment.alone()
    locked = lock_one(User.objects.filter(pk=user.pk))
    if not locked.is_active:
        return locked
    _refuse_self(locked, by)
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    sessions.end_all(locked)
    audit.record("staff.user_disabled", about=locked, by=by, now=now)
    assignment.hand_over_work(leaver=locked, by=by, now=now)
    return locked


@transaction.atomic
def enable_user(*, user: User, by: Any, now: dt.datetime | None = None) -> User:
    """Lets somebody who was shut out log in again."""
    locked = lock_one(User.objects.filter(pk=user.pk))
    if not locked.is_active:
        locked.is_active = True
        locked.save(update_fields=["is_active"])
        audit.record("staff.user_enabled", about=locked, by=by, now=now)
    return locked


@transaction.atomic
def set_password(*, user: User, password: str, by: Any, now: dt.datetime | None = None) -> User:
    """A new password, by the user or a supervisor; all sessions but the caller's own end."""
    locked = lock_one(User.objects.filter(pk=user.pk))
    _refuse_weak(password, locked)
    locked.set_password(password)
    locked.save(update_fields=["password"])
    if by != locked:
        sessions.end_all(locked)
    audit.record("staff.password_set", about=locked, by=by, now=now)
    return locked


@transaction.atomic
def reset_second_factor(*, user: User, by: Any, now: dt.datetime | None = None) -> None:
    """Forgets the phone and the recovery codes of `user`, who sets up a new one at the next login."""
    _refuse_self(user, by)
    TOTPDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    sessions.end_all(user)
    audit.record("staff.second_factor_reset", about=user, by=by, now=now)


@transaction.atomic
def lift_lockout(*, failure: LoginFailure, by: Any, now: dt.datetime | None = None) -> None:
    """Lets whom this counter stopped try again at once."""
    about = failure.user or "staff.loginfailure:0"
    audit.record("staff.lockout_lifted", about=about, by=by, now=now, kind=failure.kind, tries=failure.failures)
    failure.delete()


def forget_old_failures(now: dt.datetime | None = None) -> int:
    """Removes counters whose quarter of an hour is long over. Returns how many."""
    before = (now or clock.now()) - dt.timedelta(days=1)
    return LoginFailure.objects.filter(window_started_at__lt=before).delete()[0]


def _refuse_unknown_role(role: str) -> None:
    if role not in Role.values:
        raise BusinessError(_("There is no role “%(role)s”.") % {"role": role})


def _refuse_self(user: User, by: Any) -> None:
    if by is not None and getattr(by, "pk", None) == user.pk:
        raise BusinessError(_("Nobody does this to himself: ask another supervisor."))


def _refuse_taken(user: User) -> None:
    try:
        user.full_clean(exclude=["password", "role"])
    except ValidationError as error:
        raise BusinessError(" ".join(error.messages)) from error


def _refuse_weak(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise BusinessError(" ".join(error.messages)) from error
