"""Photos, videos and screenshots of a case, and the kit that was sent to the platform."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aftersales.models.cases import Case
from sla.states import Party

USER = settings.AUTH_USER_MODEL


def _place(evidence: Evidence, name: str) -> str:
    """Where a file lies: nobody can guess it, and its given name is not part of it."""
    return f"evidence/{evidence.key[:2]}/{evidence.key}.{evidence.extension}"


def _thumbnail_place(evidence: Evidence, name: str) -> str:
    return f"evidence/{evidence.key[:2]}/{evidence.key}.thumb.jpg"


class Evidence(models.Model):
    """One file, made safe before it is kept: pictures are drawn anew, without the place where they were taken."""

    class Type(models.TextChoices):
        PHOTO = "photo", _("photo")
        VIDEO = "video", _("video")

    case = models.ForeignKey(Case, models.PROTECT, related_name="evidence")
    slot = models.CharField(_("what"), max_length=40, blank=True)  # EvidenceNeed.slot
    type = models.CharField(_("type"), max_length=8, choices=Type.choices)
    key = models.CharField(max_length=32, unique=True)  # random: the file's address
    extension = models.CharField(max_length=5)
    name = models.CharField(_("file"), max_length=120)  # as it came, for people
    file = models.FileField(upload_to=_place, max_length=120)
    thumbnail = models.FileField(upload_to=_thumbnail_place, max_length=120, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(_("checksum"), max_length=64)  # of what is kept
    origin = models.CharField(_("came from"), max_length=12, choices=Party.choices, default=Party.BUYER)
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    by_supplier = models.ForeignKey(
        "suppliers.Supplier", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supplier")
    )
    shared_at = models.DateTimeField(_("shared with the supplier at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)  # never deleted while a case lives
    withdrawn_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_why = models.CharField(_("why withdrawn"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        default_permissions = ()
        permissions = [("add_evidence", _("Can add evidence"))]
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "sha256"], condition=Q(withdrawn_at__isnull=True), name="aftersales_evidence_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_why=""), name="aftersales_evidence_withdrawn_why"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EvidenceKit(models.Model):
    """What was sent to the platform, frozen: the files and their checksums then (CMP-03). PostgreSQL refuses any
    change of a row; `sha256` is that of the index, which names the checksum of each file.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="kits")
    number = models.PositiveSmallIntegerField(_("number"))
    statement = models.TextField(_("our statement"), max_length=4000)
    goods = models.CharField(_("goods then"), max_length=12)
    files = models.JSONField(_("files"), default=list)  # [{key, extension, name, slot, origin, at, sha256, size}]
    facts = models.JSONField(_("the case then"), default=list)  # pairs of words
    missing = models.JSONField(_("missing then"), default=list)
    sha256 = models.CharField(_("checksum"), max_length=64)
    sent_at = models.DateTimeField(_("sent at"))
    sent_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        default_permissions = ()
        ordering = ["case", "number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="aftersales_evidencekit_once")]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.number}"
