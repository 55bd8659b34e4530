"""Login, account, start pages, language and sessions."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from audit.models import Entry
from staff import services
from staff.models import User
from staff.roles import START_PAGE, Role
from tests import factories

GOOD = "a-good-password"


def log_in(username: str = "ana", **data: str) -> tuple[Client, object]:
    client = Client()
    return client, client.post("/login/", {"username": username, "password": GOOD, **data})


@pytest.mark.django_db
def test_the_login_page_is_chinese_first(client: Client) -> None:
    page = client.get("/login/", headers={"accept-language": "en"})
    assert '<html lang="zh-CN"' in page.content.decode()


@pytest.mark.django_db
def test_after_the_login_the_session_has_a_new_key(ana: User) -> None:
    client = Client()
    client.session.save()
    session = client.session
    session["planted"] = 1
    session.save()
    planted = session.session_key
    client.cookies["houtai"] = planted
    client.post("/login/", {"username": "ana", "password": GOOD})
    assert client.session["_auth_user_id"] == str(ana.pk)
    assert client.session.session_key != planted


@pytest.mark.django_db
def test_next_leads_back_but_never_to_another_site(ana: User) -> None:
    assert log_in(next="/account/")[1].url == "/account/"
    assert log_in(next="https://evil.example/")[1].url == "/"
    assert log_in(next="//evil.example/")[1].url == "/"


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_every_role_has_its_start_page(role: str, as_user) -> None:
    from django.urls import reverse

    client = as_user(factories.UserFactory(role=role))
    assert client.get("/").url == reverse(START_PAGE[role])


@pytest.mark.django_db
def test_home_sends_strangers_to_the_login(client: Client) -> None:
    assert client.get("/").url == "/login/?next=/"


@pytest.mark.django_db
def test_logout_ends_the_session(ana: User) -> None:
    client, _answer = log_in()
    assert client.post("/logout/").status_code == 302
    assert client.get("/account/").status_code == 302


@pytest.mark.django_db
def test_the_chosen_language_is_kept_with_the_user(ana: User, as_user) -> None:
    client = as_user(ana)
    client.post("/i18n/setlang/", {"language": "en", "next": "/account/"})
    ana.refresh_from_db()
    assert ana.language == "en"
    assert '<html lang="en"' in client.get("/account/").content.decode()


@pytest.mark.django_db
def test_an_unknown_language_changes_nothing(ana: User, as_user) -> None:
    as_user(ana).post("/i18n/setlang/", {"language": "xx", "next": "/account/"})
    ana.refresh_from_db()
    assert ana.language == "zh-hans"


@pytest.mark.django_db
def test_the_account_keeps_preferences(ana: User, as_user) -> None:
    as_user(ana).post("/account/", {"language": "en", "email": "new@example.com"})
    ana.refresh_from_db()
    assert (ana.language, ana.email, ana.wants_mail) == ("en", "new@example.com", False)
    assert sorted(Entry.objects.get().data["fields"]) == ["email", "language", "wants_mail"]


@pytest.mark.django_db
def test_the_account_cannot_raise_the_own_role(ana: User, as_user) -> None:
    as_user(ana).post("/account/", {"language": "en", "email": "a@example.com", "role": "manager", "is_staff": "1"})
    ana.refresh_from_db()
    assert (ana.role, ana.is_staff) == (Role.AGENT_AFTERSALES, False)


@pytest.mark.django_db
def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(ana: User) -> None:
    (here, _a), (there, _b) = log_in(), log_in()
    new = "fresh-and-long-7"
    answer = here.post("/account/password/", {"old_password": GOOD, "new_password1": new, "new_password2": new})
    assert answer.status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert Entry.objects.filter(action="staff.password_set").count() == 1


@pytest.mark.django_db
def test_the_old_password_cannot_be_guessed_from_an_open_session(ana: User, as_user) -> None:
    client, new = as_user(ana), "fresh-and-long-7"
    for _n in range(5):
        client.post("/account/password/", {"old_password": "x", "new_password1": new, "new_password2": new})
    client.post("/account/password/", {"old_password": GOOD, "new_password1": new, "new_password2": new})
    ana.refresh_from_db()
    assert ana.check_password(GOOD)


@pytest.mark.django_db
def test_the_account_counts_the_own_logins_and_ends_the_others(ana: User, sam: User) -> None:
    (here, _a), (there, _b), (sams, _c) = log_in(), log_in(), log_in("sam")
    assert here.get("/account/").context["session_count"] == 2
    here.post("/account/sessions/end/")
    assert here.get("/account/").context["session_count"] == 1
    assert there.get("/account/").status_code == 302
    assert sams.get("/account/").status_code == 200


@pytest.mark.django_db
def test_a_disabled_user_is_out_with_the_next_request(ana: User, sam: User) -> None:
    client, _answer = log_in()
    assert client.get("/account/").status_code == 200
    services.disable_user(user=ana, by=sam)
    assert client.get("/account/").status_code == 302
    assert "_auth_user_id" not in log_in()[0].session


@pytest.mark.django_db
def test_a_user_disabled_behind_the_services_is_out_as_well(ana: User) -> None:
    client, _answer = log_in()
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert client.get("/account/").status_code == 302


@pytest.mark.django_db
def test_an_idle_session_ends(ana: User, settings) -> None:
    settings.SESSION_IDLE_SECONDS = 3600
    with time_machine.travel(factories.NOON, tick=False) as clock:
        client, _answer = log_in()
        clock.shift(3600)
        assert client.get("/account/").status_code == 200
        clock.shift(3601)
        assert client.get("/account/").status_code == 302


@pytest.mark.django_db
def test_a_session_never_lives_longer_than_its_age_however_busy(ana: User, settings) -> None:
    with time_machine.travel(factories.NOON, tick=False) as clock:
        client, _answer = log_in()
        for _hour in range(11):
            clock.shift(dt.timedelta(hours=1))
            assert client.get("/account/").status_code == 200
        clock.shift(dt.timedelta(hours=1))
        assert client.get("/account/").status_code == 302


@pytest.mark.django_db
def test_a_busy_minute_writes_the_session_once(ana: User, django_assert_num_queries) -> None:
    with time_machine.travel(factories.NOON, tick=False) as clock:
        client, _answer = log_in()
        clock.shift(59)
        with django_assert_num_queries(1):  # session and user
            client.get("/")


@pytest.mark.django_db
def test_a_form_without_its_csrf_token_gets_our_page(ana: User) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/login/", {"username": "ana", "password": GOOD})
    assert answer.status_code == 403
    assert "Houtai" in answer.content.decode()


@pytest.mark.django_db
def test_pages_of_refusal_are_in_house_style(client: Client, settings) -> None:
    from django.template.loader import render_to_string

    missing = client.get("/there-is-no-such-page/")
    assert missing.status_code == 404
    assert "components.css" in missing.content.decode()
    assert "出错了" in render_to_string("500.html")
