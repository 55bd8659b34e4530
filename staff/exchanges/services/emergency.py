"""Somebody cannot come today: another takes the shift at once (STF-09, STF-15)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_alone, lock_one
from common.topics import topic_of
from staff.duty.people import leaders_of
from staff.exchanges import telling
from staff.exchanges.people import may_move
from staff.exchanges.services.base import required, weigh
from staff.models import Duty, HandedDuty, User
from staff.rota.services import reassign_duty
from staff.rota.services.duties import SECTION
from staff.rota.states import Origin
from staff.selectors import service_rules

HOUR = dt.timedelta(hours=1)


@transaction.atomic
def assign_at_once(*, duty_id: int, to: User, reason: str, by: User, now: dt.datetime | None = None) -> HandedDuty:
    """`to` takes the duty at once, inside the notice of the rules of service: who leads the holder does it, or the
    holder himself (STF-09). Both and the leader are told, both sides stand in the trail.

    Raises BusinessError when `by` may not, the duty is over, changed meanwhile or far ahead, a reason is missing, or
    it breaks what nobody can take on; what law and coverage say was shown, and the reason takes it on.
    """
    now = now or clock.now()
    lock_alone(SECTION)
    duty = lock_one(Duty.objects.select_related("user", "template").filter(pk=duty_id))
    if not may_move(by, duty.user):
        raise BusinessError(_("Only who leads this person decides here."), code="not_leader")
    if duty.cancelled_at is not None:
        raise BusinessError(_("This duty was taken back or changed in the meantime."), code="gone")
    notice = service_rules().swap_notice_hours
    if duty.starts_at >= now + notice * HOUR:
        raise BusinessError(_("There is time for a swap or leave: use those."), code="early")
    words = required(reason, _("Give a reason."))
    weigh([(duty, to)], acknowledged=True)
    made = reassign_duty(duty=duty, to=to, origin=Origin.EMERGENCY, by=by, now=now)
    row = HandedDuty.objects.create(before=duty, after=made, at=now, by=by, reason=words)
    told = {"name": duty.user.name, "to": to.name, "shift": duty.template.name, "day": duty.day.isoformat()}
    for topic in (topic_of(duty), topic_of(duty.user), topic_of(to)):
        audit.record("staff.emergency", about=topic, by=by, now=now, **told)
    telling.duty("staff.duty_given", made, [to], now, name=duty.user.name)
    others = {user.pk: user for user in [duty.user, *leaders_of(duty.user, now)]}
    others.pop(by.pk, None)
    others.pop(to.pk, None)
    telling.duty("staff.emergency_told", made, others.values(), now, name=duty.user.name, to=to.name)
    return row
