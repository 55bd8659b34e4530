"""What may be said: phrases, forbidden terms with their replacements, guides, the handbook."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.models.people import User
from staff.models.shifts import Team
from staff.models.unique import once
from staff.words.states import PhraseState, Stage, TermKind, TermSeverity


class Phrase(models.Model):
    """A sentence to copy, with variables such as {order_no}. One with an owner is that person's own (PHR-01)."""

    key = models.CharField(max_length=40, blank=True, editable=False)  # of those the rule book brings
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices)
    situation = models.CharField(_("situation"), max_length=40)
    title = models.CharField(_("title"), max_length=60)
    body = models.TextField(_("text"), max_length=1000)
    link = models.URLField(_("link"), blank=True)  # PHR-10
    owner = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="phrases", verbose_name=_("own of")
    )
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("team"))
    shop_id = models.BigIntegerField(_("shop"), null=True, blank=True)
    marketing = models.BooleanField(_("advertises"), default=False)  # only to buyers who consented (SEC-09)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=PhraseState.choices, default=PhraseState.ACTIVE)
    proposed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("proposed by")
    )
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decision_note = models.CharField(_("a word on it"), max_length=200, blank=True)
    reviewed_on = models.DateField(_("last reviewed on"), null=True, blank=True)  # PHR-02
    rule = models.CharField(_("rule"), max_length=60, blank=True)
    uses = models.PositiveIntegerField(_("uses"), default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("phrase")
        verbose_name_plural = _("phrases")
        ordering = ["stage", "situation", "title"]
        constraints = [
            *once(
                "title",
                "owner",
                empty="owner",
                name="staff_phrase_once",
                condition=Q(state__in=[PhraseState.PROPOSED, PhraseState.ACTIVE]),
            ),
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="staff_phrase_key_once"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="staff_phrase_validity",
            ),
        ]
        indexes = [models.Index(fields=["state", "stage"], name="staff_phrase_stage")]

    def __str__(self) -> str:
        return self.title


class PhraseVersion(models.Model):
    """What a phrase said before, who changed it and after which meeting (PHR-02)."""

    phrase = models.ForeignKey(Phrase, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    body = models.TextField(_("text"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    meeting = models.ForeignKey(
        "staff.Meeting", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("meeting")
    )

    class Meta:
        default_permissions = ()
        ordering = ["phrase", "-number"]
        constraints = [models.UniqueConstraint(fields=["phrase", "number"], name="staff_phraseversion_once")]

    def __str__(self) -> str:
        return f"{self.phrase} v{self.number}"


class PhraseCount(models.Model):
    """How often somebody copied a phrase on a day."""

    phrase = models.ForeignKey(Phrase, models.CASCADE, related_name="counts")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    day = models.DateField()
    uses = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["phrase", "user", "day"], name="staff_phrasecount_once")]

    def __str__(self) -> str:
        return f"{self.phrase} {self.day}"


class Term(models.Model):
    """Something that is not said, and what is said instead (PHR-21). `pattern` may offer variants: 不(管|负责)."""

    pattern = models.CharField(_("term"), max_length=300, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=TermKind.choices)
    severity = models.CharField(_("effect"), max_length=4, choices=TermSeverity.choices)
    replacement = models.CharField(_("say instead"), max_length=300, blank=True)
    unless = models.JSONField(_("allowed within"), default=list, blank=True)  # longer phrases in which it is harmless
    source = models.CharField(_("source"), max_length=60, blank=True)  # PHR-21
    enabled = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)  # their sum tells that the list has changed

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["kind", "pattern"]

    def __str__(self) -> str:
        return self.pattern


class Finding(models.Model):
    """The checker spoke up: what for, where, and whether it was sent all the same. The text itself is not kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))
    at = models.DateTimeField(_("at"))
    place = models.CharField(_("place"), max_length=40)  # «phrase», «remark», «copy»
    topic = models.CharField(_("about"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=10)
    severity = models.CharField(_("effect"), max_length=4, choices=TermSeverity.choices)
    term = models.CharField(_("term"), max_length=300)
    reason = models.CharField(_("why it was right all the same"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["at", "user"], name="staff_finding_at")]

    def __str__(self) -> str:
        return self.term


class Guide(models.Model):
    """What to do and say in a hard situation (PHR-05 to PHR-20, PHR-24)."""

    slug = models.SlugField(_("key"), unique=True)
    letter = models.CharField(_("key on the keyboard"), max_length=1, blank=True)  # g, then this: two keystrokes
    title = models.CharField(_("title"), max_length=60)
    keywords = models.CharField(_("keywords"), max_length=200, blank=True)
    do = models.TextField(_("do"))
    say = models.TextField(_("say"), blank=True)  # one sentence a line
    never = models.TextField(_("never"), blank=True)
    rule = models.CharField(_("rule"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")
        ordering = ["position", "title"]
        constraints = [
            models.UniqueConstraint(fields=["letter"], condition=~Q(letter=""), name="staff_guide_letter_once")
        ]

    def __str__(self) -> str:
        return self.title


class HandbookPage(models.Model):
    """A rule in words: drafted, approved, valid from a day, read by everybody it is for (STF-35)."""

    slug = models.SlugField(_("key"))
    version = models.PositiveIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=80)
    chapter = models.CharField(_("chapter"), max_length=40)
    body = models.TextField(_("text"))
    rules = models.CharField(_("rules"), max_length=120, blank=True)  # «STF-31, STF-38»
    valid_from = models.DateField(_("valid from"))
    drafted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("drafted by")
    )
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    current = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("handbook page")
        verbose_name_plural = _("handbook pages")
        ordering = ["chapter", "title"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="staff_handbookpage_version"),
            models.UniqueConstraint(fields=["slug"], condition=Q(current=True), name="staff_handbookpage_current"),
        ]

    def __str__(self) -> str:
        return self.title


class ReadReceipt(models.Model):
    """Somebody has read this version of a page."""

    page = models.ForeignKey(HandbookPage, models.CASCADE, related_name="receipts")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["page", "user"], name="staff_readreceipt_once")]

    def __str__(self) -> str:
        return f"{self.page} {self.user}"
