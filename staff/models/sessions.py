"""Sessions of browsers, by the people they belong to."""

from __future__ import annotations

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.models.people import User


class Session(AbstractBaseSession):
    """A browser's session. Whose it is and when it was last used stand in its data, too: the columns are asked for."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+", verbose_name=_("user"))
    seen_at = models.DateTimeField(null=True)

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from staff.session_store import SessionStore

        return SessionStore
