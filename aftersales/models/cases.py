"""The case: what is to be put right, its lines, who answers for it, whom we spoke to, what it hangs together with."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin

from aftersales.models.rules import FreightRule, Reason, ReturnAddress
from aftersales.states import Bearer, Channel, Goods, IncidentKind, Judgement, Kind
from common.fields import StateField
from orders.models.fields import money
from sla import topics
from sla.states import Party

if TYPE_CHECKING:
    from aftersales.machine import Place

USER = settings.AUTH_USER_MODEL
NOTHING_DUE = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)  # a value to sort by: lists page by columns without nulls
DUE_LISTS: dict[str, list[str]] = {  # a filter of the worklist, and the columns that its index begins with
    "open": [],
    "kind": ["kind"],
    "state": ["kind", "state"],
    "ball": ["ball"],
    "owner": ["owner"],
    "supplier": ["supplier"],
    "shop": ["shop"],
}


class Case(FSMModelMixin, models.Model):
    """One case of one kind. Its machine is a proxy of this table (aftersales.workflows) and alone moves `state`.

    Kinds turn into one another by opening a linked case, never by rewriting history.
    """

    number = models.CharField(_("case number"), max_length=20)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    state = StateField(_("state"), max_length=16, protected=True)
    active = models.BooleanField(_("open"), default=True)  # false in a machine's last states
    ball = models.CharField(_("ball with"), max_length=12, choices=Party.choices, default=Party.AGENT)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    order = models.ForeignKey(
        "orders.Order", models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("order")
    )
    shop = models.ForeignKey(
        "orders.Shop",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("shop"),
    )
    supplier = models.ForeignKey(
        "suppliers.Supplier",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        db_index=False,
        verbose_name=_("supplier"),
    )
    refund = models.OneToOneField(
        "orders.Refund", models.PROTECT, null=True, blank=True, related_name="case", verbose_name=_("platform refund")
    )
    reason = models.ForeignKey(
        Reason, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("reason"), db_index=False
    )
    summary = models.CharField(_("what it is about"), max_length=200, blank=True)
    buyer_words = models.TextField(_("buyer's words"), max_length=2000, blank=True)
    goods = models.CharField(_("goods"), max_length=12, choices=Goods.choices, default=Goods.WITH_BUYER)  # RET-37
    judgement = models.CharField(_("judgement"), max_length=8, choices=Judgement.choices, blank=True)  # RET-07
    judged_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    owner = models.ForeignKey(
        USER, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("in charge")
    )
    amount = money(_("amount"))  # what the buyer gets back or is paid, as approved
    freight_amount = money(_("freight paid back"))  # RET-24, FIN-03
    freight_rule = models.ForeignKey(
        FreightRule, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    return_address = models.ForeignKey(
        ReturnAddress,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("address sent"),
    )
    address_sent_at = models.DateTimeField(_("address sent at"), null=True, blank=True)  # RET-21
    address_sent_by = models.ForeignKey(
        USER,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("address sent by"),
    )
    supplier_consents = models.BooleanField(_("the supplier agrees"), null=True, blank=True)  # RET-23: information
    incident = models.CharField(_("kind of incident"), max_length=14, choices=IncidentKind.choices, blank=True)
    payer = models.CharField(_("paid by"), max_length=10, choices=Bearer.choices, blank=True)  # LOG-10, LOG-22
    extra_cost = money(_("extra cost"))
    promised_at = models.DateTimeField(_("date promised"), null=True, blank=True)  # SUP-12, LOG-13
    result = models.CharField(_("result"), max_length=500, blank=True)
    report = models.JSONField(
        _("report"), default=dict, blank=True
    )  # QA-10: facts, cause, responsible, measures, answer
    leader_note = models.CharField(_("leader's decision"), max_length=300, blank=True)  # 领导批示 (RET-20)
    leader_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    platform_due_at = models.DateTimeField(_("the platform's deadline"), null=True, blank=True)
    evidence_due_at = models.DateTimeField(_("deadline for evidence"), null=True, blank=True)
    buyer_told_at = models.DateTimeField(_("buyer told at"), null=True, blank=True)  # AFT-09
    due_at = models.DateTimeField(_("due at"), default=NOTHING_DUE, editable=False)  # aftersales.due keeps it
    opened_at = models.DateTimeField(_("opened at"))
    opened_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    entered_at = models.DateTimeField(_("in this state since"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(_("reopened"), default=0)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(_("last changed at"))

    # What a machine says of itself (aftersales.workflows).
    KIND: ClassVar[str] = ""
    START: ClassVar[str] = ""
    STATES: ClassVar[type[models.TextChoices]]
    PLACES: ClassVar[dict[str, Place]] = {}

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions = [("work_case", _("Can work on cases")), ("judge_quality", _("Can judge quality"))]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="aftersales_case_number_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="aftersales_case_kind_known"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, freight_amount__gte=0, extra_cost__gte=0), name="aftersales_case_money"
            ),
            models.CheckConstraint(
                condition=Q(active=True) | Q(closed_at__isnull=False), name="aftersales_case_closed_has_time"
            ),
        ]
        # Each is kept up to date by every opening and step: what a list begins with has none of its own besides, nor
        # have columns that lead to hardly ever deleted rows and that nobody looks for.
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="aftersales_case_list"),
            models.Index(fields=["-opened_at", "-id"], condition=Q(active=True), name="aftersales_case_open"),
            models.Index(
                fields=["kind", "-opened_at", "-id"], condition=Q(active=True), name="aftersales_case_open_kind"
            ),
            models.Index(fields=["kind", "state", "-opened_at", "-id"], name="aftersales_case_state"),
            models.Index(fields=["ball", "-opened_at", "-id"], condition=Q(active=True), name="aftersales_case_ball"),
            models.Index(fields=["owner", "-opened_at", "-id"], condition=Q(active=True), name="aftersales_case_owner"),
            models.Index(fields=["supplier", "-opened_at", "-id"], name="aftersales_case_supplier"),
            models.Index(fields=["shop", "-opened_at", "-id"], name="aftersales_case_shop"),
            *(
                models.Index(
                    fields=[*first, "due_at", "opened_at", "id"],
                    condition=Q(active=True),
                    name=f"aftersales_due_{name}",
                )
                for name, first in DUE_LISTS.items()
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return topics.fill("aftersales:case", self.pk)


class CaseLine(models.Model):
    """A line of the order that the case is about, and how many of it. One open case a line and kind."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="lines", db_index=False)  # has aftersales_caseline_once
    line = models.ForeignKey("orders.OrderLine", models.PROTECT, related_name="case_lines", verbose_name=_("line"))
    kind = models.CharField(max_length=16, choices=Kind.choices)  # a copy of the case's, for the constraint
    active = models.BooleanField(default=True)  # likewise
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    wanted = models.CharField(_("wanted instead"), max_length=120, blank=True)  # of an exchange
    amount = money(_("amount"))

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "line"], name="aftersales_caseline_once"),
            models.UniqueConstraint(
                fields=["line", "kind"], condition=Q(active=True), name="aftersales_caseline_one_open"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="aftersales_caseline_quantity"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="aftersales_caseline_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.line_id}"


class CaseLink(models.Model):
    """One case grew out of another, or was merged into it, or split from it."""

    class Why(models.TextChoices):
        GREW = "grew", _("grew out of it")
        MERGED = "merged", _("merged into it")
        SPLIT = "split", _("split from it")

    case = models.ForeignKey(Case, models.CASCADE, related_name="links_from")
    origin = models.ForeignKey(Case, models.CASCADE, related_name="links_to")
    why = models.CharField(_("why"), max_length=6, choices=Why.choices)
    at = models.DateTimeField(_("at"))

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "origin"], name="aftersales_caselink_once"),
            models.CheckConstraint(condition=~Q(case=F("origin")), name="aftersales_caselink_two"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} ← {self.origin_id}"


class Responsibility(models.Model):
    """The share of one party in what went wrong; the shares of a case sum to 100 (SUP-14, AFT-14)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="responsibilities")
    bearer = models.CharField(_("party"), max_length=10, choices=Bearer.choices)
    percent = models.DecimalField(_("share, %"), max_digits=5, decimal_places=2)
    user = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who"))
    note = models.CharField(_("why"), max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "bearer"], name="aftersales_responsibility_once"),
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100), name="aftersales_responsibility_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bearer} {self.percent} %"


class Contact(models.Model):
    """One talk with the buyer, the supplier, the carrier or the platform, and what was promised (CMP-04, PHR-08)."""

    class Way(models.TextChoices):
        CHAT = "chat", _("chat")
        PHONE = "phone", _("phone")
        SMS = "sms", _("text message")
        PLATFORM = "platform", _("platform's agent")
        MAIL = "mail", _("e-mail")

    case = models.ForeignKey(Case, models.CASCADE, related_name="contacts")
    party = models.CharField(_("with"), max_length=12, choices=Party.choices)
    way = models.CharField(_("by"), max_length=8, choices=Way.choices)
    reached = models.BooleanField(_("reached"), default=True)
    result = models.CharField(_("result"), max_length=500)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("by"))
    call_back_at = models.DateTimeField(_("call back promised for"), null=True, blank=True)  # PHR-08
    called_back_at = models.DateTimeField(_("called back at"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(
                fields=["call_back_at"],
                condition=Q(call_back_at__isnull=False, called_back_at__isnull=True),
                name="aftersales_contact_call_back",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.at}"
