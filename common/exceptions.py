"""The one exception by which the business refuses something. Pages show it, the API answers 409, commands print it."""

from __future__ import annotations


class BusinessError(Exception):
    """A refusal that people may read: `message` says what is wrong and what to do, `code` names it for programs."""

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code:
            self.code = code


class Conflict(BusinessError):
    """Somebody changed the thing in the meantime; the caller keeps what was typed and shows both."""

    code = "changed_meanwhile"
