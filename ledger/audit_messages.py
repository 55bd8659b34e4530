"""How the trail tells what happened to pay slips, batches, losses and claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from audit.messages import register
from ledger.states import Direction, Liable, Purpose

Data = Mapping[str, Any]


def _shares(shares: Mapping[str, str]) -> str:
    return ", ".join(f"{Liable(party).label} {percent} %" for party, percent in shares.items())


def asked(data: Data) -> str:
    purpose = str(Purpose(data["purpose"]).label)
    told = {
        "number": data["number"],
        "amount": data["amount"],
        "purpose": purpose,
        "reason": data["reason"].removeprefix(purpose).strip(),
    }
    if data["direction"] == Direction.IN:
        return _("slip %(number)s: %(amount)s yuan to come in, %(purpose)s: %(reason)s") % told
    if data["alone"]:
        return _("slip %(number)s asked for and approved: %(amount)s yuan, %(purpose)s: %(reason)s") % told
    return _("slip %(number)s asked for: %(amount)s yuan, %(purpose)s: %(reason)s") % told


def paid(data: Data) -> str:
    if data["direction"] == Direction.IN:
        return _("slip %(number)s: %(amount)s yuan came in (%(platform_number)s)") % data
    return _("slip %(number)s paid: %(amount)s yuan (%(platform_number)s)") % data


def sent(data: Data) -> str:
    told = {"number": data["number"], "party": Liable(data["liable"]).label}
    if data["again"]:
        return _("claim %(number)s sent to the %(party)s again") % told
    return _("claim %(number)s sent to the %(party)s") % told


register("ledger.asked", asked)
register("ledger.approved", lambda data: _("slip %(number)s approved") % data)
register("ledger.declined", lambda data: _("slip %(number)s declined: %(reason)s") % data)
register("ledger.planned", lambda data: _("slip %(number)s planned for %(day)s") % data)
register("ledger.paid", paid)
register("ledger.reconciled", lambda data: _("found in the platform's list"))
register("ledger.mismatched", lambda data: _("the platform's list has another amount"))
register(
    "ledger.difference_settled",
    lambda data: _("slip %(number)s: difference explained: %(reason)s") % data,
)
register(
    "ledger.batch_made",
    lambda data: _("batch %(number)s packed: %(cases)d slips, %(amount)s yuan") % data,
)
register("ledger.batch_paid", lambda data: _("batch %(number)s paid") % data)
register("ledger.batch_dissolved", lambda data: _("batch %(number)s: %(cases)d slips taken out") % data)
register(
    "ledger.loss_booked",
    lambda data: (
        _("loss of %(total)s yuan booked: %(shares)s") % {"total": data["total"], "shares": _shares(data["shares"])}
    ),
)
register("ledger.loss_taken_back", lambda data: _("the loss turned out to be none"))
register(
    "ledger.shared_anew",
    lambda data: (
        _("shares of the loss changed: %(before)s → %(shares)s (%(reason)s)")
        % {"before": _shares(data["before"]), "shares": _shares(data["shares"]), "reason": data["reason"]}
    ),
)
register("ledger.claim_proved", lambda data: _("proof of claim %(number)s is complete") % data)
register("ledger.claim_sent", sent)
register("ledger.claim_accepted", lambda data: _("claim %(number)s accepted: %(amount)s yuan") % data)
register("ledger.claim_disputed", lambda data: _("claim %(number)s disputed: %(reason)s") % data)
register("ledger.claim_billed", lambda data: _("slip %(slip)s written for claim %(number)s") % data)
register("ledger.claim_settled", lambda data: _("claim %(number)s settled: %(amount)s yuan") % data)
register("ledger.claim_written_off", lambda data: _("claim %(number)s written off: %(reason)s") % data)
