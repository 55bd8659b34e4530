"""The trail: told in sentences, grouped by gesture, and never changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from audit import messages
from audit.context import gesture
from audit.models import Entry
from audit.selectors import gestures, timeline
from audit.services import record

pytestmark = pytest.mark.django_db

messages.register("test.flagged", lambda data: f"插旗 {data['flag']}")


def test_the_timeline_tells_newest_first_in_one_query(noon: Any, ana: Any, django_assert_num_queries: Any) -> None:
    with gesture():
        record("test.flagged", about="orders.order:1", by=ana, flag="red")
        record("test.flagged", about="orders.order:1", by=ana, flag="blue")
    record("test.flagged", about="orders.order:1", flag="green")
    record("test.flagged", about="orders.order:12", flag="grey")
    with django_assert_num_queries(1):
        told = timeline("orders.order:1")
    assert [(entry.sentence, entry.actor_label, entry.continues) for entry in told] == [
        ("插旗 green", "系统", False),
        ("插旗 blue", "安娜", False),
        ("插旗 red", "安娜", True),
    ]
    assert [len(group.entries) for group in gestures(told)] == [1, 2]


def test_an_action_without_sentence_or_with_old_data_is_still_told(noon: Any) -> None:
    record("nobody.knows", about="x:1", amount=3)
    record("test.flagged", about="x:1", colour="red")
    assert [entry.sentence for entry in timeline("x:1")] == ["test.flagged（colour: red）", "nobody.knows（amount: 3）"]


@pytest.mark.postgres
def test_postgresql_refuses_to_change_or_delete_the_trail(noon: Any) -> None:
    record("test.flagged", about="x:1", flag="red")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.update(actor_label="nobody")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.all().delete()
    assert Entry.objects.get().actor_label == "system"
