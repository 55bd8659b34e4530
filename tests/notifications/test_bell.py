"""The bell and the inbox: everybody sees his own, unread first; looking never writes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from notifications import render
from notifications.models import BellItem
from notifications.selectors import inbox
from notifications.services import notify
from staff.models import User
from staff.selectors import whoever_has
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kinds() -> None:
    render.register_bell("test.bell", lambda context: f"{context['n']} 张订单")


def bells(user: Any, count: int, read: bool = False, url: str = "/desk/?state=late") -> list[BellItem]:
    return BellItem.objects.bulk_create(
        BellItem(
            user=user,
            kind="test.bell",
            context={"n": n},
            url=url,
            dedupe_key=f"{read}{n}",
            created_at=NOON - dt.timedelta(hours=count - n),
            read_at=NOON if read else None,
        )
        for n in range(count)
    )


def test_the_bell_counts_up_to_99(ana: Any, as_user: Any, noon: Any) -> None:
    client = as_user(ana)
    assert 'class="count"' not in client.get("/notices/bell/").content.decode()
    bells(ana, 99)
    assert '<span class="count">99</span>' in client.get("/notices/bell/").content.decode()
    bells(ana, 5, read=True)
    BellItem.objects.filter(read_at__isnull=False).update(read_at=None)
    assert '<span class="count">99+</span>' in client.get("/notices/bell/").content.decode()


def test_the_inbox_shows_unread_first_by_day_and_pages_through_all(ana: Any, sam: Any, noon: Any) -> None:
    bells(ana, 70, read=True)
    bells(ana, 40)
    bells(sam, 3)
    seen: list[BellItem] = []
    cursor = ""
    while True:
        page = inbox(ana, cursor)
        seen += [item for day in page.days for item in day.items]
        cursor = page.next_cursor
        if not cursor:
            break
    assert len({item.pk for item in seen}) == len(seen) == 110
    assert [item.read_at is None for item in seen] == [True] * 40 + [False] * 70


def test_an_odd_cursor_shows_the_first_page(ana: Any, as_user: Any, noon: Any) -> None:
    bells(ana, 3)
    for cursor in ("x", "u-1", "u9999999999999999999999", "r٣", "u'"):
        assert "2 张订单" in as_user(ana).get("/notices/", {"after": cursor}).content.decode()


def test_looking_never_writes(ana: Any, as_user: Any, noon: Any) -> None:
    item = bells(ana, 1)[0]
    client = as_user(ana)
    client.get("/notices/")
    client.get("/notices/bell/")
    assert client.get(f"/notices/{item.pk}/open/").status_code == 405
    assert client.get("/notices/read/").status_code == 405
    assert BellItem.objects.get().read_at is None


def test_opening_marks_as_read_and_goes_there(ana: Any, as_user: Any, noon: Any) -> None:
    item = bells(ana, 1)[0]
    answer = as_user(ana).post(f"/notices/{item.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, "/desk/?state=late")
    assert BellItem.objects.get().read_at == NOON


def test_a_link_that_leads_out_is_not_followed(ana: Any, as_user: Any, noon: Any) -> None:
    item = bells(ana, 1, url="//evil.example/")[0]
    assert as_user(ana).post(f"/notices/{item.pk}/open/")["Location"] == "/notices/"


def test_somebody_elses_notice_is_not_there(ana: Any, sam: Any, as_user: Any, noon: Any) -> None:
    item = bells(ana, 1)[0]
    assert as_user(sam).post(f"/notices/{item.pk}/open/").status_code == 404
    assert BellItem.objects.get().read_at is None


def test_mark_all_leaves_what_came_meanwhile(ana: Any, sam: Any, as_user: Any, noon: Any) -> None:
    bells(sam, 2)
    shown = bells(ana, 3)
    later = BellItem.objects.create(user=ana, kind="test.bell", context={"n": 9}, dedupe_key="later", created_at=NOON)
    as_user(ana).post("/notices/read/", {"up_to": max(item.pk for item in shown)})
    assert list(BellItem.objects.filter(user=ana, read_at=None)) == [later]
    assert BellItem.objects.filter(user=sam, read_at=None).count() == 2


def test_the_inbox_takes_two_queries(ana: Any, noon: Any, django_assert_num_queries: Any) -> None:
    bells(ana, 60)
    bells(ana, 60, read=True)
    with django_assert_num_queries(1):
        inbox(ana)
    page = inbox(ana)
    with django_assert_num_queries(2):
        inbox(ana, page.next_cursor)


def test_an_ended_session_does_not_put_the_login_page_into_the_bell(client: Any, db: Any) -> None:
    assert client.get("/notices/bell/").status_code == 302
    answer = client.get("/notices/bell/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.get("HX-Refresh"), answer.content) == (200, "true", b"")


def test_a_query_of_users_is_told_without_reading_them(
    ana: Any, sam: Any, noon: Any, django_assert_num_queries: Any
) -> None:
    """Once each, and nobody who has left."""
    sam.is_active = False
    sam.save()
    told = {"kind": "test.bell", "context": {"n": 1}, "dedupe_key": "k", "mail": False}
    with django_assert_num_queries(1):
        notify(users=User.objects.order_by("name"), **told)
    notify(users=User.objects.all(), **told)
    notify(users=User.objects.none(), **told)
    item = BellItem.objects.get()
    assert (item.user, item.context, item.created_at, item.read_at) == (ana, {"n": 1}, NOON, None)


def test_those_of_a_role_are_told_without_reading_them_and_by_no_mail(
    ana: Any, sam: Any, noon: Any, django_assert_num_queries: Any
) -> None:
    told = {"kind": "test.bell", "context": {}, "dedupe_key": "k"}
    agents = whoever_has(ana.role)
    with django_assert_num_queries(1):
        notify(users=agents, **told, mail=False)
    assert BellItem.objects.get().user == ana
    with pytest.raises(ValueError, match="no address"):
        notify(users=agents, **told)
