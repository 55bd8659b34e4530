"""How a notice reads: renderers by kind, registered in `<app>/notices.py`, run when it is sent or shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _


class UnknownKindError(LookupError):
    """Nobody registered how this kind of notice reads."""


@dataclass(frozen=True)
class Mail:
    """A mail ready to be sent. `inline`: pictures by content id; `attachments`: name, bytes, MIME type."""

    subject: str
    text: str
    html: str = ""
    inline: tuple[tuple[str, bytes], ...] = ()
    attachments: tuple[tuple[str, bytes, str], ...] = ()


Renderer = Callable[[Mapping[str, Any], str], Mail]
BellText = Callable[[Mapping[str, Any]], str]

_renderers: dict[str, Renderer] = {}
_bells: dict[str, BellText] = {}
_private: set[str] = set()


def register(kind: str, renderer: Renderer) -> None:
    """How `kind` reads as a mail: `renderer(context, language)`, called with that language active."""
    _renderers[kind] = renderer


def register_bell(kind: str, text: BellText) -> None:
    """How `kind` reads in the bell: one plain line, in the reader's language."""
    _bells[kind] = text


def keep_private(kind: str) -> None:
    """Notices of `kind` are between the house and their reader: the admin's outbox does not list them."""
    _private.add(kind)


def private_kinds() -> frozenset[str]:
    return frozenset(_private)


def bell_text(kind: str, context: Mapping[str, Any]) -> str:
    """The line of a bell item, in the active language; the kind's own name when its app is gone."""
    text = _bells.get(kind)
    return text(context) if text else kind


def render(kind: str, context: Mapping[str, Any], language: str) -> Mail:
    """The mail of `kind` in `language`. A kind with a bell line only is sent as that line and its link.

    Raises UnknownKindError, and whatever a renderer raises: delivery keeps the message and says why.
    """
    with translation.override(language):
        if kind in _renderers:
            return _renderers[kind](context, language)
        if kind in _bells:
            return _plain(bell_text(kind, context), str(context.get("url", "")))
    raise UnknownKindError(kind)


def absolute(url: str) -> str:
    """A path of the product as an address that works from a mail."""
    return f"{settings.SITE_URL}{url}" if url.startswith("/") else url


def html_of(template: str, context: Mapping[str, Any]) -> str:
    """A mail's HTML: the template, with the rules of the mail style sheet moved into its elements."""
    return css_inline.inline(
        render_to_string(template, {**context, "site_url": settings.SITE_URL}),
        extra_css=_mail_css(),
        load_remote_stylesheets=False,
        keep_style_tags=False,
    )


@cache
def _mail_css() -> str:
    found = finders.find("css/mail.css")
    if found is None:
        raise FileNotFoundError("css/mail.css")
    return Path(str(found)).read_text(encoding="utf-8")


def _plain(line: str, url: str) -> Mail:
    link = absolute(url) if url else ""
    footer = _("You can turn these mails off under your account.")
    text = "\n\n".join(part for part in (line, link, f"— \n{footer}") if part) + "\n"
    html = html_of("notifications/mail/plain.html", {"line": line, "link": link, "footer": footer})
    return Mail(subject=line, text=text, html=html)
