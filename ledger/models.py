"""Money that moves for a buyer, losses and who bears them. What it is about is a topic: cases stand above this floor."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin

from ledger.states import INTERNAL, SPENT, ClaimState, Direction, Liable, PayBy, Purpose, SlipState
from ledger.workflow import ClaimWorkflow, SlipWorkflow
from orders.models.fields import money

USER = settings.AUTH_USER_MODEL


class LineBudget(models.Model):
    """What was paid for a line, and how much of it is set aside or went back. The constraint is the last line (FIN-02).

    The row of an order without a line is its postage.
    """

    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="budgets", verbose_name=_("order"))
    line = models.OneToOneField(
        "orders.OrderLine", models.PROTECT, null=True, blank=True, related_name="budget", verbose_name=_("line")
    )
    paid = money(_("paid"))
    bound = money(_("set aside or paid back"))

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(bound__gte=0, bound__lte=F("paid")), name="ledger_linebudget_never_more"
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(line__isnull=True), name="ledger_linebudget_one_postage"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.bound} / {self.paid}"


class PayBatch(models.Model):
    """Slips that finance pays in one go, packed to the platform's limits (data)."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    platform = models.CharField(_("platform"), max_length=12, blank=True)
    shop = models.ForeignKey(
        "orders.Shop", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shop")
    )
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("by"))
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)

    class Meta:
        verbose_name = _("pay batch")
        verbose_name_plural = _("pay batches")
        ordering = ["-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.number


class PaySlip(FSMModelMixin, SlipWorkflow):
    """Every cent in or out (FIN-02): what for, how much, who asked, who approved, who paid."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    topic = models.CharField(_("about"), max_length=60)  # «aftersales.case:42»
    event_key = models.CharField(max_length=80, unique=True)  # one slip an event, whatever is clicked twice
    order = models.ForeignKey(
        "orders.Order", models.PROTECT, null=True, blank=True, related_name="slips", verbose_name=_("order")
    )
    shop = models.ForeignKey(
        "orders.Shop", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shop")
    )
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices, default=Direction.OUT)
    purpose = models.CharField(_("for"), max_length=12, choices=Purpose.choices)
    amount = money(_("amount"))
    pay_by = models.CharField(_("way"), max_length=8, choices=PayBy.choices, default=PayBy.PLATFORM)
    reason = models.CharField(_("reason"), max_length=200)
    remark = models.CharField(_("remark"), max_length=200)  # 内容_姓名 (FIN-05)
    pay_on = models.DateField(_("planned for"), null=True, blank=True)  # FIN-04
    asked_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    asked_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    approved_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    paid_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    platform_number = models.CharField(_("the platform's number"), max_length=60, blank=True)
    declined_reason = models.CharField(_("why declined"), max_length=200, blank=True)
    refund = models.OneToOneField(  # what the platform's list says of it, once it was found there
        "orders.Refund", models.PROTECT, null=True, blank=True, related_name="slip", verbose_name=_("platform refund")
    )
    difference = models.CharField(_("difference"), max_length=200, blank=True)
    reconciled_at = models.DateTimeField(_("reconciled at"), null=True, blank=True)
    batch = models.ForeignKey(PayBatch, models.SET_NULL, null=True, blank=True, related_name="slips")
    four_eyes = models.BooleanField(_("above the limit"), default=False)  # asker, approver and payer differ
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("pay slip")
        verbose_name_plural = _("pay slips")
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [
            ("ask_slip", _("Can ask for payments")),
            ("approve_slip", _("Can approve payments")),
            ("pay_slip", _("Can pay")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_payslip_amount"),
            models.CheckConstraint(condition=Q(state__in=SlipState.values), name="ledger_payslip_state_known"),
            models.CheckConstraint(
                condition=Q(four_eyes=False)
                | Q(approved_by__isnull=True)
                | (
                    ~Q(approved_by=F("asked_by"))
                    & (Q(paid_by__isnull=True) | (~Q(paid_by=F("asked_by")) & ~Q(paid_by=F("approved_by"))))
                ),
                name="ledger_payslip_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SPENT) | Q(paid_at__isnull=False, approved_at__isnull=False),
                name="ledger_payslip_paid_has_time",
            ),
            models.UniqueConstraint(
                fields=["platform_number"], condition=~Q(platform_number=""), name="ledger_payslip_platform_number_once"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "asked_at", "id"], name="ledger_payslip_queue"),
            models.Index(fields=["paid_at"], condition=Q(paid_at__isnull=False), name="ledger_payslip_paid"),
            models.Index(fields=["topic"], name="ledger_payslip_topic"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("ledger:slip", args=[self.pk])


class SlipLine(models.Model):
    """What of a slip is for which line: bound in the line's budget."""

    slip = models.ForeignKey(PaySlip, models.CASCADE, related_name="lines")
    budget = models.ForeignKey(LineBudget, models.PROTECT, related_name="slip_lines")
    amount = money(_("amount"))

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["slip", "budget"], name="ledger_slipline_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_slipline_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.slip_id}: {self.amount}"


class Loss(models.Model):
    """What a case cost: goods, freight, compensation. Its claims sum to it (SUP-14, FIN-10, FIN-11)."""

    topic = models.CharField(_("about"), max_length=60)
    part = models.PositiveSmallIntegerField(default=1)  # what came on top after a case was reopened is a part more
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="losses")
    goods = money(_("goods"))
    freight = money(_("freight"))
    compensation = money(_("compensation"))
    total = money(_("total"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("loss")
        verbose_name_plural = _("losses")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["topic", "part"], name="ledger_loss_once"),
            models.CheckConstraint(
                condition=Q(goods__gte=0, freight__gte=0, compensation__gte=0, total__gt=0), name="ledger_loss_money"
            ),
            models.CheckConstraint(
                condition=Q(total=Round(F("goods") + F("freight") + F("compensation"), precision=2)),
                name="ledger_loss_sums",
            ),
        ]
        indexes = [models.Index(fields=["at"], name="ledger_loss_at")]

    def __str__(self) -> str:
        return f"{self.topic} {self.total}"


class Claim(FSMModelMixin, ClaimWorkflow):
    """One party's share of a loss, from the draft to the settled or written-off sum."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    loss = models.ForeignKey(Loss, models.PROTECT, related_name="claims")
    liable = models.CharField(_("party"), max_length=10, choices=Liable.choices)
    supplier = models.ForeignKey(
        "suppliers.Supplier", models.PROTECT, null=True, blank=True, related_name="claims", verbose_name=_("supplier")
    )
    percent = models.DecimalField(_("share, %"), max_digits=5, decimal_places=2)
    amount = money(_("amount"))
    agreed_amount = money(_("agreed"))  # what the party said it pays; the rest of the amount is borne by the house
    settled_amount = money(_("settled"))
    proof = models.JSONField(_("proof"), default=list, blank=True)  # «goods:…», «reply:…» (AFT-22, SUP-28)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)  # why it was written off
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    month = models.DateField(_("month of the statement"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        default_permissions = ("view",)
        permissions = [("work_claim", _("Can pursue claims"))]
        constraints = [
            models.UniqueConstraint(fields=["loss", "liable"], name="ledger_claim_once"),
            models.CheckConstraint(condition=Q(state__in=ClaimState.values), name="ledger_claim_state_known"),
            models.CheckConstraint(
                condition=Q(
                    settled_amount__gte=0, settled_amount__lte=F("agreed_amount"), agreed_amount__lte=F("amount")
                ),
                name="ledger_claim_money",
            ),
            models.CheckConstraint(
                condition=~Q(liable=Liable.SUPPLIER) | Q(supplier__isnull=False), name="ledger_claim_names_supplier"
            ),
        ]
        indexes = [
            models.Index(fields=["supplier", "month"], name="ledger_claim_statement"),
            models.Index(fields=["state", "id"], name="ledger_claim_state"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("ledger:claim", args=[self.pk])

    @property
    def is_internal(self) -> bool:
        """Whether there is nobody to collect it from (STF-34)."""
        return self.liable in INTERNAL


class PlatformLimit(models.Model):
    """How much a platform takes in one batch: Taobao 20 cases or 6,000 yuan, as data with a day from which it holds."""

    platform = models.CharField(_("platform"), max_length=12)
    valid_from = models.DateField(_("valid from"))
    cases = models.PositiveSmallIntegerField(_("cases a batch"))
    amount = money(_("yuan a batch"))

    class Meta:
        verbose_name = _("limit of a platform")
        verbose_name_plural = _("limits of platforms")
        constraints = [models.UniqueConstraint(fields=["platform", "valid_from"], name="ledger_platformlimit_once")]

    def __str__(self) -> str:
        return f"{self.platform} {self.valid_from}"


class MoneyLimit(models.Model):
    """Up to how much a role decides alone (FIN-06); above it three people are needed (FIN-02)."""

    role = models.CharField(_("role"), max_length=20, unique=True)
    amount = money(_("up to, yuan"))

    class Meta:
        verbose_name = _("money limit")
        verbose_name_plural = _("money limits")

    def __str__(self) -> str:
        return f"{self.role} {self.amount}"
