"""Ends the guessing of passwords without locking out those who know theirs.

A browser that has logged in as somebody keeps a signed device cookie: its tries for that name are counted by
themselves. Everybody else's tries are counted by name and address, and by address alone. So a stranger's
guesses never use up the tries of the owner at his own desk, whatever name or address the stranger takes.
A try is counted before the password is looked at, in one statement: of any number at once, five pass.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string, salted_hmac

from common import clock
from staff.models import LoginFailure, User

Kind = LoginFailure.Kind
WINDOW = dt.timedelta(minutes=15)
TRIES = 5
# An office shares one address: its people may mistype together, a sprayer of many names still ends.
TRIES_OF_ADDRESS = 30
DEVICE_COOKIE = "__Host-device" if settings.PRODUCTION else "device"
DEVICE_AGE = 365 * 24 * 3600
DEVICE_SALT = "staff.lockout.device"
NAMES_A_DEVICE = 8  # the last ones who logged in here

COUNT = """
    INSERT INTO staff_loginfailure (key, kind, user_id, address, failures, window_started_at)
    VALUES (%s, %s, %s, %s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN staff_loginfailure.window_started_at <= %s THEN 1
                        ELSE staff_loginfailure.failures + 1 END,
        window_started_at = CASE WHEN staff_loginfailure.window_started_at <= %s
                                 THEN excluded.window_started_at
                                 ELSE staff_loginfailure.window_started_at END
    RETURNING failures
"""


@dataclass(frozen=True)
class Try:
    """One try at a password: whether it is let through, and the counters that it raised."""

    allowed: bool
    own_key: str
    shared_key: str = ""


def count_try(request: HttpRequest, username: str, now: dt.datetime | None = None) -> Try:
    """Counts this try to log in as `username`, before the password is looked at."""
    now = now or clock.now()
    name = User.normalize_username(username).lower()
    # The same one query whether or not somebody has that name.
    user_id = User.objects.filter(username=username).values_list("pk", flat=True).first()
    device, names = device_of(request)
    if device and hashed(name) in names:
        key = hashed(Kind.DEVICE, name, device)
        return Try(count(key, Kind.DEVICE, user_id=user_id, now=now) <= TRIES, key)
    address = address_of(request)
    own, shared = hashed(Kind.NAME, name, address), hashed(Kind.ADDRESS, address)
    if count(own, Kind.NAME, user_id=user_id, address=address, now=now) > TRIES:
        return Try(False, own)
    allowed = count(shared, Kind.ADDRESS, address=address, now=now) <= TRIES_OF_ADDRESS
    return Try(allowed, own, shared)


def count_code(user: User, kind: str, now: dt.datetime | None = None) -> Try:
    """Counts a try at the second step, or at the old password, of somebody whose session is known."""
    key = hashed(kind, str(user.pk))
    return Try(count(key, kind, user_id=user.pk, now=now or clock.now()) <= TRIES, key)


def forgive(tried: Try) -> None:
    """The password was right. The address gets this one try back, or one account would free guesses."""
    LoginFailure.objects.filter(key=tried.own_key).delete()
    if tried.shared_key:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE staff_loginfailure SET failures = failures - 1 WHERE key = %s AND failures > 0",
                [tried.shared_key],
            )


def count(key: str, kind: str, *, now: dt.datetime, user_id: int | None = None, address: str = "") -> int:
    """Raises the counter of `key` by one and returns it; 15 minutes after its first try it begins anew."""
    adapt = connection.ops.adapt_datetimefield_value
    ended = adapt(now - WINDOW)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [key, kind, user_id, address, adapt(now), ended, ended])
        return int(cursor.fetchone()[0])


def is_locked(failure: LoginFailure, now: dt.datetime | None = None) -> bool:
    """Whether the next try that `failure` counts would be refused."""
    most = TRIES_OF_ADDRESS if failure.kind == Kind.ADDRESS else TRIES
    return failure.failures >= most and failure.window_started_at > (now or clock.now()) - WINDOW


def hashed(*parts: str) -> str:
    return salted_hmac("staff.lockout", "\0".join(parts), algorithm="sha256").hexdigest()


# ── Where a request comes from ───────────────────────────────────────────────
def address_of(request: HttpRequest) -> str:
    """The sender's address; X-Forwarded-For counts as far as our own proxies wrote it. IPv6 as its /64."""
    address = request.META.get("REMOTE_ADDR", "")
    hops = settings.TRUSTED_PROXY_HOPS
    header = request.META.get("HTTP_X_FORWARDED_FOR", "")
    forwarded = [part.strip() for part in header.split(",") if part.strip()]
    if hops and len(forwarded) >= hops:
        address = forwarded[-hops]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)


def device_of(request: HttpRequest) -> tuple[str, list[str]]:
    """The browser's id and the hashed names that logged in from it; nothing if the cookie is not ours."""
    try:
        content = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_SALT, max_age=DEVICE_AGE)
        return str(content["device"]), list(content["names"])
    except (signing.BadSignature, KeyError, TypeError):
        return "", []


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """After a login: this browser is known for `user` from now on."""
    device, names = device_of(request)
    name = hashed(user.username.lower())
    names = [*(kept for kept in names if kept != name), name][-NAMES_A_DEVICE:]
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps({"device": device or get_random_string(32), "names": names}, salt=DEVICE_SALT),
        max_age=DEVICE_AGE,
        httponly=True,
        secure=settings.PRODUCTION,
        samesite="Lax",
    )
