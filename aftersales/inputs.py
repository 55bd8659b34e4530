"""What steps ask for, as one table: fields of the form, and what is done with the answers before the state moves.

The page's form, the API's serializer and the admin's refusals are all read off it (aftersales.forms).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from aftersales import amounts
from aftersales.models import Case, FreightRule, ReturnAddress
from aftersales.services import answers, inspecting
from aftersales.services.turning_back import goods_once_stopped
from aftersales.states import Bearer, Errand, Goods, IncidentKind, Judgement, Kind
from orders.carriers import CARRIERS
from sla.states import Party
from staff.selectors import active_users

Fields = dict[str, forms.Field]


@dataclass(frozen=True)
class Input:
    """One thing that a step asks. `fields` are made anew for each form; `apply` runs inside the step's transaction."""

    fields: Callable[[Case], Fields]
    apply: Callable[[Case, dict[str, Any], Any, dt.datetime], list[str]]  # answers the case's changed columns
    initial: Callable[[Case], dict[str, Any]] = field(default=lambda case: {})
    uploads: bool = False


def carriers() -> list[tuple[str, str]]:
    return [(carrier.code, carrier.name) for carrier in CARRIERS.values()]


def _text(label: Any, *, required: bool = True, rows: int = 2, most: int = 500) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=most, widget=forms.Textarea(attrs={"rows": rows, "maxlength": most})
    )


def addresses_for(case: Case) -> QuerySet[ReturnAddress]:
    """The addresses of the master list that fit this case, the likeliest first (RET-21).

    They are its supplier's and those of the house. What is exchanged goes to the supplier that sends the right thing
    (SUP-06), if it takes returns itself.
    """
    rows = ReturnAddress.objects.filter(retired_at__isnull=True)
    fitting = rows.filter(supplier=case.supplier) | rows.filter(supplier__isnull=True)
    own_first = [F("supplier").asc(nulls_last=True)] if case.kind == Kind.EXCHANGE else []
    return fitting.order_by(*own_first, "-is_default", "name")


def _return_address(case: Case) -> Fields:
    """Picked, never typed (RET-21); the most fitting one is proposed. One query."""
    rows = list(addresses_for(case))
    first = rows[0].pk if rows else None
    field = forms.ModelChoiceField(
        label=_("return address"), queryset=addresses_for(case), initial=case.return_address_id or first
    )
    field.choices = [(row.pk, row.name) for row in rows] or [("", "—")]
    return {"return_address": field}


def _freight(case: Case) -> Fields:
    """Who pays the freight, as the table says it unless somebody chooses another row (RET-25). One query."""
    rules = list(FreightRule.objects.order_by("pk"))
    field = forms.ModelChoiceField(
        label=_("freight"),
        queryset=FreightRule.objects.order_by("pk"),
        required=False,
        initial=amounts.freight_rule_of(case, rules),
    )
    field.choices = [("", "—"), *((rule.pk, rule.sentence) for rule in rules)]
    return {"freight_rule": field}


def _contact(case: Case) -> Fields:
    from aftersales.models import Contact

    return {
        "contact_way": forms.ChoiceField(
            label=_("by what way"), choices=Contact.Way.choices, initial=Contact.Way.PHONE
        ),
        "contact_reached": forms.BooleanField(label=_("reached"), required=False, initial=True),
        "contact_result": _text(_("what was said")),
        "call_back_at": forms.DateTimeField(label=_("call back promised for"), required=False),
    }


def _follow_up(case: Case) -> Fields:
    """When somebody asks again; what waits or stands still has no other end (LOG-12, LOG-18, LOG-23)."""
    waits = case.incident in (IncidentKind.STUCK, IncidentKind.SUSPENDED, IncidentKind.INTERCEPT)
    return {"follow_up_at": forms.DateTimeField(label=_("asked again at"), required=waits)}


def _shares(case: Case) -> Fields:
    """Who answers for it, in percent of the whole (AFT-14)."""
    return {
        f"share_{value}": forms.DecimalField(
            label=format_lazy("{} %", label), max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False
        )
        for value, label in Bearer.choices
    }


INPUTS: dict[str, Input] = {
    "contact": Input(_contact, answers.note_contact),
    "result": Input(lambda case: {"result": _text(_("result"))}, answers.set_result),
    "why": Input(lambda case: {"why": _text(_("why"), most=200)}, answers.nothing),
    "evidence_wanted": Input(lambda case: {"wanted": _text(_("what is missing"), most=200)}, answers.nothing),
    "judgement": Input(
        lambda case: {"judgement": forms.ChoiceField(label=_("judgement"), choices=Judgement.choices, required=False)},
        answers.judge,
        lambda case: {"judgement": case.judgement},
    ),
    "return_address": Input(_return_address, answers.send_address),
    "freight": Input(_freight, answers.set_freight),
    "return_tracking": Input(
        lambda case: {
            "carrier": forms.ChoiceField(label=_("carrier"), choices=carriers()),
            "tracking_no": forms.CharField(label=_("tracking number"), max_length=40),
        },
        answers.note_return_parcel,
    ),
    "resend": Input(
        lambda case: {
            "carrier": forms.ChoiceField(label=_("carrier"), choices=carriers()),
            "tracking_no": forms.CharField(label=_("tracking number"), max_length=40),
        },
        answers.note_resend,
    ),
    "inspection": Input(inspecting.count_fields, inspecting.note_inspection),
    "amount": Input(
        lambda case: {
            "amount": forms.DecimalField(label=_("amount"), max_digits=12, decimal_places=2, min_value=0),
            "freight_amount": forms.DecimalField(
                label=_("freight paid back"), max_digits=12, decimal_places=2, min_value=0, required=False
            ),
        },
        answers.set_amount,
        lambda case: {"amount": amounts.proposal(case).total},
    ),
    "ruled_amount": Input(
        lambda case: {"amount": forms.DecimalField(label=_("amount"), max_digits=12, decimal_places=2, min_value=0)},
        answers.set_ruled_amount,
        lambda case: {"amount": case.refund.amount if case.refund else case.amount},
    ),
    "declined": Input(lambda case: {"why": _text(_("why"), most=200)}, answers.take_amount_back),
    "not_for_a_review": Input(
        lambda case: {"not_for_a_review": forms.BooleanField(label=_("It is not paid for a review (REV-15)."))},
        answers.nothing,
    ),
    "responsibility": Input(
        _shares,
        answers.share_out,
        answers.shares_of,
    ),
    "goods": Input(
        lambda case: {"goods": forms.ChoiceField(label=_("Where the goods are"), choices=Goods.choices)},
        answers.set_goods,
        lambda case: {"goods": goods_once_stopped(case)},
    ),
    "stop_how": Input(answers.stop_fields, answers.ask_to_stop),
    "missing_check": Input(
        lambda case: {
            "checked_chat": forms.BooleanField(label=_("chat looked at"), required=False),
            "checked_order": forms.BooleanField(label=_("order looked at"), required=False),
            "checked_parcels": forms.BooleanField(label=_("split parcels looked at"), required=False),
            "checked_staff": forms.BooleanField(label=_("our own mistake ruled out"), required=False),
            "own_mistake": forms.BooleanField(label=_("it was our own mistake: sent at once"), required=False),
            "check_result": _text(_("what was found"), most=300),
        },
        answers.note_check,
        answers.checked_so_far,
    ),
    "payer": Input(
        lambda case: {
            "payer": forms.ChoiceField(label=_("paid by"), choices=Bearer.choices),
            "extra_cost": forms.DecimalField(
                label=_("cost"), max_digits=12, decimal_places=2, min_value=0, required=False
            ),
        },
        answers.set_payer,
        lambda case: {"payer": case.payer, "extra_cost": case.extra_cost},
    ),
    "promised": Input(
        lambda case: {"promised_at": forms.DateTimeField(label=_("date promised"))},
        answers.promise,
        answers.date_to_promise,
    ),
    "errand": Input(
        lambda case: {
            "errand": forms.ChoiceField(label=_("what is ordered"), choices=Errand.choices),
            "provider": forms.CharField(label=_("from whom"), max_length=80),
        },
        answers.note_errand,
    ),
    "incident_decision": Input(
        lambda case: {
            "result": _text(_("what is done")),
            "payer": forms.ChoiceField(label=_("paid by"), choices=Bearer.choices),
            "extra_cost": forms.DecimalField(
                label=_("extra cost"), max_digits=12, decimal_places=2, min_value=0, required=False
            ),
            **_follow_up(case),
        },
        answers.decide_incident,
        lambda case: {"follow_up_at": case.promised_at},
    ),
    "follow_up": Input(
        lambda case: {
            "contact_party": forms.ChoiceField(label=_("with"), choices=Party.choices, initial=Party.CARRIER),
            **_follow_up(case),
        },
        answers.set_follow_up,
        lambda case: {"contact_party": Party.CARRIER},
    ),
    "evidence_deadline": Input(
        lambda case: {"evidence_due_at": forms.DateTimeField(label=_("deadline for evidence"), required=False)},
        answers.set_evidence_deadline,
    ),
    "kit": Input(lambda case: {"statement": _text(_("our statement"), rows=6, most=4000)}, answers.freeze_kit),
    "report": Input(
        lambda case: {
            "facts": _text(_("facts of the case"), most=1000),
            "cause": _text(_("cause"), most=500),
            "measures": _text(_("measures"), most=500),
            "answer": _text(_("answer to the buyer"), most=500),
        },
        answers.write_report,
        lambda case: dict(case.report),
    ),
    "colleague": Input(
        lambda case: {
            "colleague": forms.ModelChoiceField(label=_("colleague"), queryset=active_users().exclude(role="supplier")),
            "why": _text(_("what is asked"), most=200),
        },
        answers.pass_on,
    ),
}
