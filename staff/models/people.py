"""The people of the house."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.roles import Role


class User(AbstractUser):
    """Somebody who logs in. `role` says what they may do; `is_staff` follows from it (staff.services)."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=40)  # as it stands in remarks: 发邮政快递_慧兰 (ORD-14)
    staff_no = models.CharField(_("staff number"), max_length=20, blank=True)  # ORD-15
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    wants_mail = models.BooleanField(_("gets notices by e-mail"), default=True)

    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                fields=["staff_no"], condition=~models.Q(staff_no=""), name="staff_user_staff_no_once"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class LoginFailure(models.Model):
    """Counts tries at passwords and codes, so that guessing ends and owners still get in (staff.lockout)."""

    class Kind(models.TextChoices):
        DEVICE = "device", _("known device")
        NAME = "name", _("name and address")
        ADDRESS = "address", _("address")
        CODE = "code", _("second step")
        PASSWORD = "password", _("password change")

    # Hashed: people type their password where the name belongs.
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(_("counted by"), max_length=8, choices=Kind.choices, default="address")
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("user"))
    address = models.CharField(_("address"), max_length=45, blank=True)
    failures = models.PositiveIntegerField(_("tries"), default=0)
    window_started_at = models.DateTimeField(_("first try"))

    class Meta:
        verbose_name = _("lock-out")
        verbose_name_plural = _("lock-outs")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.user or self.address}"


class RecoveryCode(models.Model):
    """A way in for somebody who lost the phone. Only its hash is kept; it works once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)


class Presence(models.Model):
    """Somebody has this page open: shown to the others who look at the same thing."""

    topic = models.CharField(max_length=60)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["topic", "user"], name="staff_presence_once")]

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.topic}"
