"""The second step of supervisors, finance and managers: a code of an authenticator app, or a recovery code."""

from __future__ import annotations

import base64
import hashlib
import io
import secrets
from typing import Any

import django_otp
import qrcode
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django_otp.plugins.otp_totp.models import TOTPDevice
from qrcode.image.svg import SvgPathImage

from audit import services as audit
from common import clock
from staff.models import RecoveryCode, User
from staff.roles import NEEDS_SECOND_FACTOR

RECOVERY_CODES = 10


def is_owed(user: Any) -> bool:
    """Whether `user` has shown the password, but not yet the second factor that the role asks for."""
    if not settings.TOTP_REQUIRED or not user.is_authenticated:
        return False
    return (user.role in NEEDS_SECOND_FACTOR or user.is_superuser) and not user.is_verified()


def device_of(user: User) -> TOTPDevice | None:
    """The authenticator that `user` has set up."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk").first()


def pending_device(user: User) -> TOTPDevice | None:
    """The one that waits for its first code."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).order_by("-pk").first()


@transaction.atomic
def start(user: User) -> TOTPDevice:
    """A new secret for `user`, who has no authenticator yet; one that was begun before is forgotten."""
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name="app", confirmed=False)


@transaction.atomic
def confirm(user: User, code: str) -> tuple[TOTPDevice, list[str]] | None:
    """The first right code makes the authenticator the user's. Returns it with the recovery codes, shown once."""
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).order_by("-pk").first()
    if device is None or device_of(user) or not device.verify_token(code):
        return None
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    audit.record("staff.second_factor_set_up", about=user, by=user)
    return device, make_recovery_codes(user)


def verify(user: User, code: str) -> TOTPDevice | None:
    """The user's authenticator if `code` is its code of this half minute, or a recovery code not used yet.

    Either works once: the row is locked while it is looked at (django-otp keeps the last step it accepted).
    """
    device = device_of(user)
    if device is None:
        return None
    code = code.replace(" ", "")
    if len(code) == device.digits and code.isdigit():
        return django_otp.verify_token(user, device.persistent_id, code)
    return device if use_recovery_code(user, code) else None


def make_recovery_codes(user: User) -> list[str]:
    """Ten new codes instead of the old ones. Only their hashes are kept: 80 random bits need no slow hash."""
    codes = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _n in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, digest=digest(user, code)) for code in codes])
    return [f"{code[:8]}-{code[8:]}" for code in codes]


@transaction.atomic
def use_recovery_code(user: User, code: str) -> bool:
    """Uses up one recovery code; of many at once, one is let in."""
    unused = RecoveryCode.objects.filter(user=user, digest=digest(user, code), used_at=None)
    used = unused.update(used_at=clock.now()) == 1
    if used:
        left = RecoveryCode.objects.filter(user=user, used_at=None).count()
        audit.record("staff.recovery_code_used", about=user, by=user, left=left)
    return used


def digest(user: User, code: str) -> str:
    return hashlib.sha256(f"{user.pk}:{code.replace('-', '').lower()}".encode()).hexdigest()


def let_in(request: HttpRequest, device: TOTPDevice) -> None:
    """Marks the session as verified, under a new key."""
    django_otp.login(request, device)
    request.session.cycle_key()


def qr_code(device: TOTPDevice) -> str:
    """The secret as a picture, an SVG in a data: URI."""
    picture = io.BytesIO()
    qrcode.make(device.config_url, image_factory=SvgPathImage, box_size=9).save(picture)
    return "data:image/svg+xml;base64," + base64.b64encode(picture.getvalue()).decode()


def secret_in_groups(device: TOTPDevice) -> str:
    """The secret as it is typed by hand: base32, in groups of four."""
    text = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
