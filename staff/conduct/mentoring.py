"""One to one: who teaches whom, ranked within an intake by who passed fastest, with the rewards (STF-27, FIN-09)."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock
from common.topics import topic_of
from staff import selectors
from staff.conduct.proposing import propose
from staff.models import Mentoring, User

REWARDED = 3  # mentors of the fastest, the second and the third


@transaction.atomic
def start_mentoring(
    *, mentor: User, trainee: User, started_on: dt.date, by: User, now: dt.datetime | None = None
) -> Mentoring:
    """The leader puts a trainee into the hands of a mentor; the intake is the month of the start (STF-27).

    Raises BusinessError when `by` does not lead the trainee, both are one person, or the trainee has a mentor.
    """
    if not selectors.leads(by, trainee):
        raise BusinessError(_("Only who leads this person decides here."), code="not_leader")
    if mentor.pk == trainee.pk:
        raise BusinessError(_("Mentor and trainee are two people."), code="one_person")
    try:
        with transaction.atomic():
            made = Mentoring.objects.create(
                intake=started_on.strftime("%Y-%m"), mentor=mentor, trainee=trainee, started_on=started_on
            )
    except IntegrityError:
        raise BusinessError(_("This trainee has a mentor already."), code="once") from None
    audit.record("staff.mentoring_started", about=made, by=by, now=now or clock.now())
    return made


@transaction.atomic
def pass_trainee(*, mentoring_id: int, on: dt.date, by: User, now: dt.datetime | None = None) -> Mentoring:
    """The trainee has learnt it, in `on` minus `started_on` days. The intake is ranked once its month is over and all
    of it have passed; the three fastest then propose rewards for their mentors. Raises BusinessError when `by` does not
    lead the trainee, the mentor passes the own trainee, or the day lies ahead or before the start.
    """
    now = now or clock.now()
    intake = Mentoring.objects.values_list("intake", flat=True).get(pk=mentoring_id)
    rows = {row.pk: row for row in lock(Mentoring.objects.filter(intake=intake))}
    row = rows[mentoring_id]
    if not selectors.leads(by, row.trainee):
        raise BusinessError(_("Only who leads this person decides here."), code="not_leader")
    if row.mentor_id == by.pk:
        raise BusinessError(_("Somebody else than the mentor says that it is learnt."), code="mentor")
    if row.passed_on is not None:
        raise BusinessError(_("This trainee has passed already."), code="already")
    if not row.started_on <= on <= clock.day_of(now):
        raise BusinessError(_("The day lies between the start and today."), code="day")
    row.passed_on, row.passed_by = on, by
    row.save(update_fields=["passed_on", "passed_by"])
    audit.record("staff.mentoring_passed", about=row, by=by, now=now)
    _rank(list(rows.values()), now)
    return row


@transaction.atomic
def rank_intakes(now: dt.datetime) -> int:
    """Rank the intakes of past months in which everybody has passed; answers how many were looked at (task)."""
    waiting = Mentoring.objects.filter(rank__isnull=True, intake__lt=_month(now)).order_by("intake")
    intakes = list(waiting.values_list("intake", flat=True).distinct())
    for intake in intakes:
        _rank(lock(Mentoring.objects.filter(intake=intake)), now)
    return len(intakes)


def _month(now: dt.datetime) -> str:
    return clock.day_of(now).strftime("%Y-%m")


def _rank(rows: list[Mentoring], now: dt.datetime) -> None:
    """The fewest days first, equal ones by who began earlier; who was put into a ranked intake later comes behind."""
    if any(row.passed_on is None or row.intake >= _month(now) for row in rows):
        return
    ranked = max((row.rank or 0 for row in rows), default=0)
    waiting = sorted((row for row in rows if row.rank is None), key=days_of)
    for rank, row in enumerate(waiting, start=ranked + 1):
        row.rank = rank
        row.save(update_fields=["rank"])
        if rank <= REWARDED:
            propose(
                kind=f"mentor_{rank}",
                user=row.mentor,
                event_key=f"mentoring:{row.pk}",
                topic=topic_of(row),
                happened_at=now,
                description=f"{row.intake} · {row.trainee.name}",
                now=now,
            )


def days_of(row: Mentoring) -> tuple[int, dt.date, int]:
    """How many days it took, for ranking; those still learning come last."""
    taken = (row.passed_on - row.started_on).days if row.passed_on else 10_000
    return taken, row.started_on, row.pk
