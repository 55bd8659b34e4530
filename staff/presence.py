"""Who else has this page open right now: rows of `Presence`, refreshed by the pages themselves."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from common import clock
from staff.models import Presence, User

REFRESH = dt.timedelta(seconds=20)  # a page says «still here» this often
GONE_AFTER = dt.timedelta(seconds=45)  # two refreshes missed

# One statement; a row that is fresh enough is not written again.
TOUCH = """
    INSERT INTO staff_presence (topic, user_id, seen_at) VALUES (%s, %s, %s)
    ON CONFLICT (topic, user_id) DO UPDATE SET seen_at = excluded.seen_at
    WHERE staff_presence.seen_at < %s
"""


def touch(topic: str, user: User, now: dt.datetime | None = None) -> None:
    """`user` looks at `topic` («orders.order:42») at this moment. Call it from a POST only."""
    now = now or clock.now()
    adapt = connection.ops.adapt_datetimefield_value
    # The pages come every 20 seconds; one second of leave keeps their jitter from skipping every other one.
    stale = now - REFRESH + dt.timedelta(seconds=1)
    with connection.cursor() as cursor:
        cursor.execute(TOUCH, [topic, user.pk, adapt(now), adapt(stale)])


def others(topic: str, user: User, now: dt.datetime | None = None) -> list[User]:
    """The users who had `topic` open within the last 45 seconds, without `user`, by name."""
    since = (now or clock.now()) - GONE_AFTER
    seen = Presence.objects.filter(topic=topic, seen_at__gte=since).exclude(user=user).select_related("user")
    return [row.user for row in seen.order_by("user__name", "user_id")]


def forget_gone(now: dt.datetime | None = None) -> int:
    """Remove what nobody can see any more. Returns the number of rows."""
    deleted, _ = Presence.objects.filter(seen_at__lt=(now or clock.now()) - dt.timedelta(days=1)).delete()
    return deleted
