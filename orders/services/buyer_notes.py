"""What is remembered of a buyer: VIP, group, consent to advertising, stop list (AFT-04, STF-41, SEC-09)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError, Conflict
from common.locking import lock_alone
from orders.models import BuyerNote, Order
from orders.services.base import required
from orders.services.remarks import for_the_trail
from orders.states import Consent
from staff.models import User


@transaction.atomic
def note_buyer(
    *,
    order_id: int,
    version: int,
    vip: bool,
    group: str,
    tag: str,
    marketing_consent: str,
    consent_how: str,
    stop_list: bool,
    by: User,
    now: dt.datetime | None = None,
) -> BuyerNote:
    """Remember this of the buyer of an order. `version` is that of the note, 0 when there is none yet.

    A consent, and its refusal, need how it was said. The stop list takes a consent back (SEC-09). Raises Conflict;
    BusinessError when the order names no buyer or the proof is missing.
    """
    now = now or clock.now()
    order = Order.objects.only("pk", "shop_id", "buyer_nick").get(pk=order_id)
    if not order.buyer_nick:
        raise BusinessError(_("The order names no buyer."), code="no_buyer")
    lock_alone(f"buyer-note:{order.shop_id}:{order.buyer_nick}")
    found = BuyerNote.objects.filter(shop_id=order.shop_id, buyer_nick=order.buyer_nick).first()
    note = found or BuyerNote(shop_id=order.shop_id, buyer_nick=order.buyer_nick, version=0)
    if note.version != version:
        raise Conflict(_("Somebody changed this in the meantime. Your text is kept: look at both and save again."))
    before = note.consent
    note.vip, note.group, note.tag, note.stop_list = vip, group.strip(), tag.strip(), stop_list
    _consent(note, Consent(marketing_consent), consent_how, now)
    note.updated_at, note.updated_by = now, by
    note.version += 1
    note.save()
    audit.record(
        "orders.buyer_noted", about=order, by=by, now=now, vip=vip, before=before, consent=note.consent,
        how=for_the_trail(note.consent_how),
    )  # fmt: skip
    return note


def _consent(note: BuyerNote, consent: Consent, how: str, now: dt.datetime) -> None:
    if note.stop_list and consent == Consent.GIVEN:
        consent = Consent.REFUSED
    if consent == Consent.NONE:
        note.marketing_consent, note.consent_at, note.consent_how = consent, None, ""
        return
    proof = required(how, _("Say how the buyer agreed or refused."))
    if consent != note.marketing_consent or proof != note.consent_how:
        note.consent_at = now
    note.marketing_consent, note.consent_how = consent, proof
