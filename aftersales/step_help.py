"""What the rules say of a step, one sentence a rule, beside the form where it matters."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HELP: dict[str, str | Promise] = {
    "AFT-14": _("Say who answers for it and why; it is talked over on Monday. The shares sum to 100 %."),
    "AFT-16": _("Answer whoever asked, and remark the order."),
    "AFT-19": _(
        "Apologise. Look at the chat, the order, split parcels and our own mistakes before anything is missing."
    ),
    "AFT-20": _("A coupon is for our own mistake, never for a review (REV-15)."),
    "AFT-23": _("Photos or a video of goods and packing first; then it is confirmed with the supplier or the carrier."),
    "CMP-02": _("A message or a result the same day."),
    "CMP-03": _("Within 24 hours: what the list asks for, with a statement of facts. What is sent is frozen."),
    "CMP-05": _("Record it in the buyer's words, pass it on, tell the buyer the result and ask whether that is well."),
    "CMP-06": _("Every complaint is recorded and answered, those by phone too."),
    "CMP-07": _(
        "Keep calm; listen to the end; repeat what you heard and feel with the buyer; apologise; offer what is done and by"
        " when, and thank for the complaint."
    ),
    "CMP-10": _("An angry caller: listen, write it down, repeat it, show that you understand. Never hang up first."),
    "LOG-09": _(
        "That nobody looked into the parcel before signing, or told it after 24 hours, is no reason to refuse: both are"
        " advice to the buyer, the law gives more."
    ),
    "LOG-10 to LOG-18": _(
        "First tell the buyer, then decide with the carrier and the supplier what is done and who pays."
    ),
    "LOG-17": _(
        "If it is loaded, the buyer hears what turning it back costs and is asked to agree. Without that it is asked for all"
        " the same: before signing the platform supports the refund (Taobao dispute rule 23)."
    ),
    "LOG-18": _("Ask the carrier again at the expected time, until somebody has it in hand."),
    "LOG-20": _(
        "Wrong or too few: ask the carrier what it delivered, then other goods, the rest or money; remark the order."
    ),
    "LOG-21": _("Broken or flawed: ask the carrier at once who answers for it, keep its answer as a screenshot."),
    "LOG-23": _("The buyer hears of it from us before asking; whoever has to ask twice is told to a leader."),
    "LOG-22": _("Who pays is agreed before parts or a visit are ordered."),
    "ORD-25": _("Ask for the reason and try to keep the order; pay back if the buyer insists."),
    "PHR-08": _("Not solved now: note the number and the matter and promise a time; it runs as a clock."),
    "QA-10": _("Facts, cause, who answers for it, what is done, what the buyer is told."),
    "RET-01": _("Within seven days it is refused for a legal exception only: say which."),
    "RET-02": _("A fault of quality is taken back without conditions."),
    "RET-05": _("Call within 24 hours, go through what was counted, write down what was agreed."),
    "RET-06": _("Understand what happened, and ask for photos: the goods, the box, the waybill."),
    "RET-07": _("Judge from the photos: a fault of quality, made by people, or it cannot be told."),
    "RET-08": _("The photos are looked at before the buyer is told to send it back."),
    "RET-12": _("Goods that are back are looked at once more; others leave within the promise."),
    "RET-14": _("If the buyer is still not satisfied, it becomes a return."),
    "RET-18": _("Ask the buyer for the carrier and the number as soon as it is sent."),
    "RET-19": _(
        "Money or other goods, as the buyer chooses. Only what is like new goes back to stock as new; anything else is"
        " labelled when it is sold."
    ),
    "RET-22": _("Go through the number and the condition of the pieces with the buyer before they are sent."),
    "RET-34": _(
        "Look at the chat, say what is lost by turning it back, try to keep the order. Who insists is not refused."
    ),
    "RET-21": _("Pick the address, never type it: a wrong one costs us the freight."),
    "RET-25": _("Tell the buyer who pays the freight before it is sent; the sentence is the one to say."),
    "RET-27": _("Apologise, explain what it can do; then compensation, exchange, return, in that order."),
    "RET-28": _("Signed for and broken: photos, then money or other goods; claim it from the carrier."),
    "RET-32": _("Not yet with the carrier: cancel it at the supplier."),
    "RET-33": _("With the carrier already: have it intercepted."),
    "RET-37": _("Where the goods are decides everything: say what you know."),
    "SUP-05": _("First ask whether the right one is in stock."),
    "SUP-07": _("Without stock: compensation, or take it back."),
    "SUP-09": _("The supplier sends it within 24 hours; tell the buyer the number."),
    "SUP-10": _("Finance pays within 24 hours; the supplier bears it."),
    "SUP-11": _("Contact the buyer at once: wait, or cancel."),
    "SUP-12": _("Promise a date that the supplier keeps; it runs as a clock."),
    "SUP-28": _(
        "Pictures of goods and packing with its logo, and the supplier's answer: both before anything is sent or paid."
    ),
    "SUP-25": _("Follow it until it is certain where the goods are; only then pay back."),
}


def help_of(rules: list[str]) -> list[str | Promise]:
    """The sentences of these rules that have one, in their order."""
    return [HELP[rule] for rule in rules if rule in HELP]
