"""Strict readers of the environment: an odd value stops the start with a sentence, it is never guessed at."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """The variable NAME, or the content of the file that NAME_FILE points to (Docker secrets)."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def number(name: str, default: int) -> int:
    value = text(name, str(default)).strip()
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(url: str) -> dict[str, Any]:
    """`postgres://user:password@host:port/name?option=value` or `sqlite:///path` as a Django database.

    CONN_MAX_AGE 0 is for a pooler in transaction mode, which lends each transaction another connection.
    """
    parts = urlsplit(url)
    if parts.scheme in {"postgres", "postgresql"}:
        age = number("CONN_MAX_AGE", 60)
        return {
            "ENGINE": "common.postgres",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": age,
            "CONN_HEALTH_CHECKS": True,
            "DISABLE_SERVER_SIDE_CURSORS": age == 0,
            "OPTIONS": {"connect_timeout": 5, **dict(parse_qsl(parts.query))},
        }
    if parts.scheme == "sqlite":
        # Without IMMEDIATE and WAL, two writers at once end in "database is locked" (docs/adr/0002).
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(url.removeprefix("sqlite:///")),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
                    "PRAGMA cache_size=-16000;PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    raise ImproperlyConfigured(f"DATABASE_URL must begin with postgres:// or sqlite:///, not {url!r}.")


def email(url: str) -> dict[str, Any]:
    """`smtp://user:password@host:port` (`smtps://` for TLS from the start, `?tls=1` for STARTTLS) as settings."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"}:
        raise ImproperlyConfigured(f"EMAIL_URL must begin with smtp:// or smtps://, not {url!r}.")
    options = dict(parse_qsl(parts.query))
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": options.get("tls", "0") in TRUE,
        "EMAIL_TIMEOUT": 20,
    }
