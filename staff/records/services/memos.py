"""The memo book, which nobody else reads, and the register of office material (STF-25)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from staff.conduct.proposing import propose
from staff.models import Material, Memo, User
from staff.records.services.base import must_lead, required


@transaction.atomic
def write_memo(*, text: str, by: User, topic: str = "", now: dt.datetime | None = None) -> Memo:
    """A line in one's own book. It leaves no trail: nobody else is to know. Raises BusinessError for an empty one."""
    required(text, _("Write something."))
    return Memo.objects.create(user=by, at=now or clock.now(), text=text.strip()[:1000], topic=topic[:60])


@transaction.atomic
def tick_memo(*, memo_id: int, by: User, now: dt.datetime | None = None) -> Memo:
    """Tick one's own line off, or take the tick back. Raises Memo.DoesNotExist for anybody else's."""
    memo = lock_one(Memo.objects.filter(pk=memo_id, user=by))
    memo.done_at = None if memo.done_at else now or clock.now()
    memo.save(update_fields=["done_at"])
    return memo


def forget_memo(*, memo_id: int, by: User) -> None:
    """Tear one's own line out. Raises Memo.DoesNotExist for anybody else's."""
    with transaction.atomic():
        lock_one(Memo.objects.filter(pk=memo_id, user=by)).delete()


@transaction.atomic
def give_material(*, name: str, holder: User, given_on: dt.date, by: User, now: dt.datetime | None = None) -> Material:
    """Note what somebody has from the office. Raises BusinessError unless `by` leads them."""
    must_lead(by, holder)
    thing = required(name, _("Say what it is."), longest=60)
    material = Material.objects.create(name=thing, holder=holder, given_on=given_on)
    audit.record("staff.material_given", about=material, by=by, now=now, thing=thing, holder=holder.name)
    return material


@transaction.atomic
def take_material_back(*, material_id: int, by: User, now: dt.datetime | None = None) -> Material:
    """It is back. Raises BusinessError when it is not out any more."""
    now = now or clock.now()
    material = _out(material_id, by)
    material.returned_on = clock.day_of(now)
    material.save(update_fields=["returned_on"])
    audit.record("staff.material_returned", about=material, by=by, now=now, thing=material.name)
    return material


@transaction.atomic
def report_material_lost(*, material_id: int, by: User, now: dt.datetime | None = None) -> Material:
    """It is lost: proposed as an incident, which a supervisor confirms or drops (STF-25). Raises BusinessError."""
    now = now or clock.now()
    material = _out(material_id, by)
    material.lost_on = clock.day_of(now)
    material.save(update_fields=["lost_on"])
    audit.record("staff.material_lost", about=material, by=by, now=now, thing=material.name)
    propose(
        kind="lost_material",
        user=material.holder,
        event_key=f"staff.material:{material.pk}",
        topic=f"staff.material:{material.pk}",
        happened_at=now,
        description=material.name,
        by=by,
        now=now,
    )
    return material


def _out(material_id: int, by: User) -> Material:
    material = lock_one(Material.objects.select_related("holder").filter(pk=material_id))
    must_lead(by, material.holder)
    if material.returned_on or material.lost_on:
        raise BusinessError(_("It is not out any more."), code="not_out")
    return material
