"""What happens by itself: fines are booked when nobody appealed, trainings are asked after before listing."""

from __future__ import annotations

from celery import shared_task

from common import clock
from staff.conduct import mentoring, services, telling, training


@shared_task(name="staff.book_penalties")
def book_penalties() -> None:
    """Books what was upheld and what nobody appealed in time (FIN-07, STF-34); reminds of appeals."""
    now = clock.now()
    services.book_due(now)
    telling.remind_of_appeals(now)


@shared_task(name="staff.warn_of_trainings")
def warn_of_trainings() -> None:
    """Tells the leaders of products that go live soon without a complete training (STF-26)."""
    training.warn_incomplete(clock.now())


@shared_task(name="staff.rank_intakes")
def rank_intakes() -> None:
    """Ranks the intakes of past months in which everybody has passed (STF-27)."""
    mentoring.rank_intakes(clock.now())
