"""What the rules say of a case as it stands, beside what they say of a step: of each incident, of each task's subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aftersales.states import IncidentKind, Kind, Subject

if TYPE_CHECKING:
    from aftersales.models import Case

INCIDENTS: dict[str, str | Promise] = {
    IncidentKind.OUT_OF_ZONE: _(
        "First the extra charge with the buyer; if it is refused, decide by the order's amount and profit who bears it,"
        " and let finance approve our share (LOG-10, FIN-10)."
    ),
    IncidentKind.FORCE_MAJEURE: _(
        "Talk it over with the buyer, remark the order, answer the carrier. Who cancels hears what caused it; the cost of"
        " turning back may be charged only where the platform's rules allow it (LOG-11)."
    ),
    IncidentKind.SUSPENDED: _(
        "Tell the buyer the reason at once and agree: wait until a date, then ask again on it, or cancel (LOG-12)."
    ),
    IncidentKind.UNREACHABLE: _(
        "Leave a message on the platform, then phone; note every attempt. The right number goes to the carrier. Other"
        " channels only to deliver this order, never for advertising (LOG-13, SEC-08)."
    ),
    IncidentKind.LOST: _(
        "Tell the buyer at once and send it again if you can, else pay back; the carrier confirms the loss, keep that as a"
        " screenshot (LOG-14)."
    ),
    IncidentKind.DAMAGED: _(
        "Pictures of the box and the goods at once; whether the carrier or the supplier answers for it; then repair, parts"
        " or other goods with the buyer, and the loss confirmed as a screenshot (LOG-15)."
    ),
    IncidentKind.RETURNED: _(
        "When it reaches the station the supplier fetches it and says whether it is whole: nothing is paid back or sent"
        " anew before. A deduction for damage is agreed with the buyer first (LOG-16)."
    ),
    IncidentKind.INTERCEPT: _(
        "Ask the carrier how far it is. Not loaded: cancel, the supplier fetches it. Loaded: the buyer hears the cost, and"
        " it is asked for at once all the same, for before signing the platform supports the refund (LOG-17, LOG-18)."
    ),
    IncidentKind.STUCK: _(
        "Pull the tracking, find the cause (late dispatch, address, courier), urge the courier, apologise. The buyer hears"
        " of it from us first: nobody has to ask twice (LOG-23)."
    ),
    IncidentKind.WRONG_ADDRESS: _(
        "Send the right address at once and have the parcel led on. The seller bears the risk of a wrong address: the"
        " freight is ours, never the buyer's (RET-21)."
    ),
}
SUBJECTS: dict[str, str | Promise] = {
    Subject.DELIVERY: _(
        "Delivery: ask the carrier where it is, explain what delays it. Installing: whether it arrived and a fitter is"
        " assigned; the fitter agrees the time with the buyer beforehand. Note the visit as a promised call (LOG-19)."
    ),
    Subject.ADD_TO_ORDER: _(
        "While nothing has left, the clerk adds it at once. Once it is read or shipped: another order with its own postage;"
        " two orders go in one parcel only with the buyer's consent (ORD-18)."
    ),
    Subject.ORDER_SHEET: _(
        "Whoever made the order sheet checks it; the supplier reads the answer in its portal (SUP-23)."
    ),
    Subject.COMPETITION: _("What others do on the market that hurts us: say where it can be seen (CMP-08)."),
    Subject.OUR_MISTAKE: _(
        "Our own mistakes are told by those who made them: what, since when, who is touched (CMP-08)."
    ),
    Subject.ACCIDENT: _("Major errors, accidents, breaches of trust: a leader hears of it at once (CMP-08)."),
    Subject.DANGER: _("Danger to people goes before everything: phone a leader as well (CMP-08)."),
    Subject.NOT_OURS: _("What is not our duty is passed to those whose it is, and the buyer hears who (CMP-08)."),
    Subject.FEEDBACK: _("What buyers say of goods and service: in their words, and thank them (CMP-08, PHR-09)."),
}
AT_ONCE = (Subject.OUR_MISTAKE, Subject.ACCIDENT, Subject.DANGER)  # leaders hear of these when they are reported


def guide(case: Case) -> list[str | Promise]:
    """What to keep in mind with this case while it is open; nothing for most kinds."""
    if not case.active:
        return []
    if case.kind == Kind.INCIDENT and case.incident in INCIDENTS:
        return [INCIDENTS[case.incident]]
    subject = case.report.get("subject", "")
    return [SUBJECTS[subject]] if subject in SUBJECTS else []
