"""Django's sessions in the database, with the user beside them: one query knows who asks (SESSION_ENGINE)."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from common.prepared import Prepared
from common.rows import Columns
from staff.models import Session, User

SEEN = "seen_at"  # in a session's data: seconds since 1970, written at most once a minute
OWNER = Columns(User)
FIND = Prepared(
    f"SELECT s.session_data, {OWNER.sql('u')} FROM {Session._meta.db_table} s"
    f" LEFT JOIN {User._meta.db_table} u ON u.id = s.user_id WHERE s.session_key = %s AND s.expire_date > %s"
)


class SessionStore(db.SessionStore):
    """`owner` is the user whom a session that was read belongs to."""

    owner: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        now = dt.datetime.fromtimestamp(time.time(), dt.UTC)  # sessions live by the machine's clock (staff.sessions)
        found = FIND.fetch([self.session_key, now])
        if not found:
            self._session_key = None
            return {}
        data, *user = found[0]
        self.owner = OWNER.row(user)
        return self.decode(data)

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Not signed as Django does it: whoever can write these rows can write those of the users beside them."""
        return str(self.serializer().dumps(session_dict).decode())

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """What Django signed, before sessions stood beside their users, is read until it is over."""
        text = session_data if isinstance(session_data, str) else session_data.decode()
        return dict(self.serializer().loads(text.encode()) if text.startswith("{") else super().decode(text))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = cast(Session, super().create_model_instance(data))
        seen = data.get(SEEN)
        session.user_id = data.get(SESSION_KEY)
        session.seen_at = None if seen is None else dt.datetime.fromtimestamp(seen, dt.UTC)
        return session
