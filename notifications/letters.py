"""A message of the outbox as the mail that goes over the wire."""

from __future__ import annotations

import email.message
import email.policy
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from common import clock
from notifications.models import Message
from notifications.render import Mail


class RefusedMailError(ValueError):
    """A mail that must never leave: a line break in a header, an address that is none."""


class Letter(EmailMessage):
    """One mail: alternative(text, related(HTML, pictures)) and attachments beside it."""

    def __init__(self, message: Message, mail: Mail) -> None:
        super().__init__(
            subject=mail.subject, body=mail.text, from_email=settings.DEFAULT_FROM_EMAIL, to=[message.address]
        )
        self.mail = mail
        self.wire = _compose(message, mail)

    def message(self, *, policy: Any = None) -> Any:
        return self.wire


class _Wire(email.message.EmailMessage):
    """Python's mail, with the `linesep` that Django's mail backends ask for."""

    def as_bytes(self, unixfrom: bool = False, policy: Any = None, linesep: str = "\n") -> bytes:
        return super().as_bytes(unixfrom, policy=(policy or self.policy).clone(linesep=linesep))


def message_id(message: Message) -> str:
    """Fixed for good: whoever gets a repeated mail sees that it is the same one."""
    return f"<{message.public_id}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


def _compose(message: Message, mail: Mail) -> _Wire:
    wire = _Wire(policy=email.policy.default.clone(cte_type="7bit"))
    try:
        validate_email(message.address)
        for name, value in {
            "Subject": mail.subject,
            "From": settings.DEFAULT_FROM_EMAIL,
            "To": message.address,
            "Message-ID": message_id(message),
            "Date": format_datetime(clock.local(clock.now())),
            "Auto-Submitted": "auto-generated",
        }.items():
            wire[name] = value
    except Exception as error:
        raise RefusedMailError(f"refused: {error}") from error
    wire.set_content(mail.text)
    if mail.html:
        wire.add_alternative(mail.html, subtype="html")
        page: Any = list(wire.iter_parts())[1]
        for cid, picture in mail.inline:
            page.add_related(picture, "image", "png", cid=f"<{cid}>", disposition="inline", filename=f"{cid}.png")
    for name, content, mimetype in mail.attachments:
        main, _, sub = mimetype.partition("/")
        wire.add_attachment(content, main, sub, filename=name)
    wire["Content-Language"] = "zh-CN" if message.language.startswith("zh") else message.language
    return wire
