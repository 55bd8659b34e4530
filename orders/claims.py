"""Staged files, imports and uploads alike: who carries one out, whether he still may, and what is said when it fails."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet

from common import clock
from common.locking import lock_one
from orders.models import ImportBatch, ShipmentUpload
from orders.states import JobState

Job = TypeVar("Job", ImportBatch, ShipmentUpload)


def claim(jobs: QuerySet[Job], *, now: dt.datetime, silence: dt.timedelta) -> Job | None:
    """The oldest that waits, or that has said nothing for `silence`: it runs from `now` on. Nobody else gets it."""
    silent = Q(state=JobState.RUNNING) & (Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lte=now - silence))
    with transaction.atomic():
        free = jobs.select_for_update(skip_locked=True, of=("self",))
        job = free.filter(Q(state=JobState.WAITING) | silent).order_by("id").first()
        if job is not None:
            job.state, job.heartbeat_at = JobState.RUNNING, now
            job.save(update_fields=["state", "heartbeat_at"])
    return job


def lock_if_ours(job: Job, jobs: QuerySet[Job]) -> Job | None:
    """The row of `job`, locked until the transaction ends; nothing when another worker took it up meanwhile."""
    mine = lock_one(jobs.filter(pk=job.pk))
    ours = mine.state == JobState.RUNNING and mine.heartbeat_at == job.heartbeat_at
    return mine if ours else None


def refuse(job: Job, reason: str) -> None:
    """Ends a running job that cannot be carried out; `reason` is a sentence for whoever sent it."""
    type(job).objects.filter(pk=job.pk, state=JobState.RUNNING).update(
        state=JobState.FAILED, refusal=reason, finished_at=clock.now()
    )
