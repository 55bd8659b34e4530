"""Everything that may be done with a case: the steps of its machine, and deeds that move no state. Buttons, forms and
guards of the case page are read off here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aftersales import forms, guards, permissions
from aftersales.guidance import guide
from aftersales.machine import Step
from aftersales.models import Case, CaseLine
from aftersales.services import hands, merging, misdirected, notes, stepping
from aftersales.states import Kind
from aftersales.step_help import help_of
from common import hints
from common.exceptions import BusinessError
from sla.states import Party
from staff.models import HandbookPage, User
from staff.roles import Role

HANDBOOK = "aftersales.handbook"
REMEMBERED = 300  # seconds: a page that was replaced meanwhile leads on to its newer version
TURNS: dict[str, tuple[str, ...]] = {  # whose turn it is when the ball is with whom
    Role.FINANCE: (Party.FINANCE,),
    Role.WAREHOUSE: (Party.WAREHOUSE,),
    Role.QUALITY: (Party.QUALITY, Party.WAREHOUSE),
    Role.OPERATIONS: (Party.OPERATIONS,),
    Role.MANAGER: (Party.AGENT, Party.FINANCE, Party.OPERATIONS, Party.QUALITY),
}
CHECKED_AFTER_ANSWERS = (guards.responsibility_is_shared_out,)  # its form gives what it asks for


@dataclass(frozen=True)
class Deed:
    """A thing to do with a case that is no step: what it is called, its key, what is asked, what does it.

    `service` is called with `case_id`, `version`, `by` and the form's cleaned data.
    """

    label: str | Promise
    letter: str
    service: Callable[..., Any]
    fits: Callable[[Case, User], bool]
    form: type[forms.CaseForm] = forms.NoForm
    rule: str = ""


def _remark(*, case_id: int, version: int, **data: Any) -> Any:
    """The remark has the order's version in its form: the case's says nothing about it."""
    return notes.remark_order(case_id=case_id, **data)


def _merge(*, case_id: int, version: int, into: Case, by: User) -> Case:
    return merging.merge_cases(case_id=case_id, into_id=into.pk, version=version, by=by)


def _split(*, case_id: int, version: int, lines: Iterable[CaseLine], by: User) -> Case:
    return merging.split_case(case_id=case_id, line_ids=[line.pk for line in lines], version=version, by=by)


SENT_BACK = (Kind.RETURN, Kind.EXCHANGE)
DECIDED = (Kind.RETURN, Kind.EXCHANGE, Kind.UNSHIPPED_REFUND, Kind.RESHIP, Kind.COMPENSATION, Kind.DISPUTE)
DEEDS: dict[str, Deed] = {
    "take": Deed(_("Take it over"), "t", hands.take_case, lambda case, user: case.active and case.owner_id != user.pk),
    "talk": Deed(_("Log a talk"), "c", notes.log_contact, lambda case, user: True, forms.ContactForm, "CMP-10, PHR-08"),
    "remark": Deed(
        _("Remark on the platform"), "r", _remark, lambda case, user: case.order_id is not None, forms.RemarkForm
    ),
    "hand_on": Deed(_("Hand on"), "h", hands.hand_on_case, lambda case, user: case.active, forms.HandOnForm),
    "decide": Deed(
        _("Leader's decision"),
        "l",
        notes.decide_as_leader,
        lambda case, user: user.role in hands.LEADERS and case.kind in DECIDED,
        forms.LeaderForm,
    ),
    "wrong_address": Deed(
        _("A wrong address was given"),
        "w",
        misdirected.report_wrong_address,
        lambda case, user: case.active and case.return_address_id is not None and case.kind in SENT_BACK,
        forms.AddressForm,
        "RET-21",
    ),
    "split": Deed(
        _("Split the case"),
        "s",
        _split,
        lambda case, user: case.active and not case.amount and len(case.lines.all()) > 1,
        forms.SplitForm,
    ),
    "merge": Deed(  # offered beside the case that it may be merged into
        _("Merge"),
        "",
        _merge,
        lambda case, user: case.active and case.order_id is not None,
        forms.MergeForm,
    ),
}


@dataclass(frozen=True)
class Known:
    """What the page has read already, so that forms and guards do not ask for it again."""

    initial: dict[str, dict[str, Any]] = field(default_factory=dict)  # by input
    holds: dict[str, bool] = field(default_factory=dict)  # by guard
    missing: dict[str, list[str]] = field(default_factory=dict)  # by guard: the evidence that it waits for


NOTHING_KNOWN = Known()


@dataclass(frozen=True)
class Offer:
    """One thing that a user may do with a case as it stands."""

    key: str
    label: str | Promise
    letter: str  # the key that opens it
    step: Step | None = None
    deed: Deed | None = None

    @property
    def asks(self) -> bool:
        """Whether something has to be filled in: then it is never done by one click."""
        return bool(self.step.asks) if self.step else self.deed is not None and self.deed.form is not forms.NoForm

    @property
    def opens(self) -> str:
        """The kind of case that it opens besides, in words."""
        return str(Kind(self.step.opens).label) if self.step and self.step.opens else ""

    @property
    def rules(self) -> list[str]:
        told = self.step.rule if self.step else self.deed.rule if self.deed else ""
        return [rule.strip() for rule in told.split(",") if rule.strip()]

    @property
    def marks(self) -> list[str]:
        """The rules as the page prints them; a range without a word of any language."""
        return [rule.replace(" to ", "–") for rule in self.rules]

    @property
    def help(self) -> list[str | Promise]:
        """What the rules say of it."""
        return help_of(self.rules)

    def form(self, case: Case, by: User, *data: Any, known: Known | None = None) -> forms.CaseForm:
        """Its form, bound when `data` is given."""
        if self.step:
            told = (known or NOTHING_KNOWN).initial
            return forms.StepForm(*data, case=case, by=by, step=self.step, prefix=self.key, known=told)
        return (self.deed.form if self.deed else forms.NoForm)(*data, case=case, by=by, prefix=self.key)

    def carry_out(self, case: Case, version: int, data: dict[str, Any], by: User) -> Any:
        """Do it. Raises BusinessError or Conflict."""
        if self.step:
            return stepping.take_step(case_id=case.pk, name=self.key, data=data, by=by, version=version)
        if self.deed is None:
            raise BusinessError(str(_("This step is not possible now.")), code="unknown_step")
        return self.deed.service(case_id=case.pk, version=version, by=by, **data)


def step_offers(case: Case, user: User) -> list[Offer]:
    """The steps that `user` may take from where the case is, numbered for the keyboard."""
    found = stepping.steps_of(case, user.role)
    return [
        Offer(step.name, step.label, str(number) if number < 10 else "", step=step)
        for number, step in enumerate(found, start=1)
    ]


def deed_offers(case: Case, user: User) -> list[Offer]:
    """What else `user` may do with the case."""
    if not user.has_perm(permissions.WORK_CASE):
        return []
    return [Offer(key, deed.label, deed.letter, deed=deed) for key, deed in DEEDS.items() if deed.fits(case, user)]


def blocks(case: Case, offer: Offer, known: Known = NOTHING_KNOWN) -> list[str]:
    """Why a step is not open yet, as sentences: asked before anybody fills in its form."""
    if offer.step is None:
        return []
    asked = [guard for guard in offer.step.conditions if guard not in CHECKED_AFTER_ANSWERS]
    if "goods" in offer.step.asks:
        asked = [guard for guard in asked if guard is not guards.goods_are_found]
    names = {guard.__name__: guard for guard in asked}
    held = [name for name, guard in names.items() if not (known.holds[name] if name in known.holds else guard(case))]
    told = (known.missing.get(name, []) for name in held)
    wanted = [_("Still missing: %(what)s.") % {"what": ", ".join(each)} for each in told if each]
    return [*(guards.sentence(name) for name in held), *dict.fromkeys(wanted)]


def handbook_of(rules: list[str]) -> list[tuple[int, str]]:
    """The pages of the handbook that say how a step is done well: key and title. As the house remembers them."""
    pages: list[tuple[int, str, str]] | None = hints.find(HANDBOOK)
    if pages is None:
        pages = list(HandbookPage.objects.filter(current=True).order_by("pk").values_list("pk", "title", "rules"))
        hints.leave(HANDBOOK, pages, REMEMBERED)
    return [(pk, title) for pk, title, own in pages if set(rules) & {rule.strip() for rule in own.split(",")}]


@dataclass(frozen=True)
class Doing:
    """What may be done with a case: the one thing whose form stands open, and all the others by name."""

    steps: list[Offer]
    deeds: list[Offer]
    chosen: Offer | None
    form: forms.CaseForm | None
    blocked: list[str]
    advised: bool  # chosen by the page, not by the user: what is usually done next
    yours: bool  # the ball is with this user, and not with somebody who is waited for
    handbook: list[tuple[int, str]]
    guide: list[str | Promise]  # what the rules say of the case itself


def doing(
    case: Case,
    user: User,
    key: str = "",
    bound: forms.CaseForm | None = None,
    known: Known = NOTHING_KNOWN,
    refused: Offer | None = None,
) -> Doing:
    """What `user` may do; `key` names what stands open, else the main step that nothing stands in the way of.

    `refused` is what was tried in vain with the form `bound`: it stays open, with what was typed, whatever it was.
    """
    steps, deeds = step_offers(case, user), deed_offers(case, user)
    chosen = next((offer for offer in (*steps, *deeds) if offer.key == key), None)
    advised, why = False, list[str]()
    if chosen is None and bound is not None:
        chosen = refused
    elif chosen is None and not key:
        chosen, why = _next(case, steps, known)
        advised = chosen is not None
    elif chosen is not None and bound is None:
        why = blocks(case, chosen, known)
    form = bound or (chosen.form(case, user, known=known) if chosen else None)
    yours = case.ball in TURNS.get(user.role, (Party.AGENT,))
    pages = handbook_of(chosen.rules) if chosen else []
    return Doing(steps, deeds, chosen, form, why, advised, yours, pages, guide(case))


def _next(case: Case, steps: list[Offer], known: Known) -> tuple[Offer | None, list[str]]:
    """The first main step that is open; when all are blocked, what is done meanwhile, or the blocked one and why."""
    found: tuple[Offer | None, list[str]] = None, []
    for offer in steps:
        if offer.step is None or not offer.step.main or (offer.step.unless and offer.step.unless(case)):
            continue
        why = blocks(case, offer, known)
        if not why:
            return offer, []
        found = found if found[0] else (offer, why)
    if found[0] is None:
        return found
    meanwhile = (offer for offer in steps if offer.step and offer.step.detour and not blocks(case, offer, known))
    return next(((offer, found[1]) for offer in meanwhile), found)
