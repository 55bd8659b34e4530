"""P19, T10: guessing ends after five tries, and nobody can use that to lock the owner out."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connections
from django.test import Client, RequestFactory

from staff import lockout, services
from staff.forms import LoginForm
from staff.lockout import DEVICE_COOKIE, TRIES
from staff.models import LoginFailure, User
from tests import factories

GOOD, BAD = "a-good-password", "wrong"


def guess(client: Client, password: str = BAD, username: str = "ana", **extra: str) -> int:
    return client.post("/login/", {"username": username, "password": password}, **extra).status_code


@pytest.mark.django_db
def test_the_sixth_guess_is_not_tried_even_with_the_right_password(ana: User, client: Client) -> None:
    assert [guess(client) for _n in range(TRIES)] == [200] * TRIES
    assert guess(client, GOOD) == 429
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_a_thousand_guesses_with_forged_addresses_are_five_tries(
    ana: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []
    monkeypatch.setattr(User, "check_password", lambda self, raw: tried.append(raw) or False)
    for number in range(1000):
        forged = {"HTTP_X_FORWARDED_FOR": f"10.{number // 250}.{number % 250}.7"}
        data = {"username": "ana", "password": f"guess-{number}"}
        assert not LoginForm(RequestFactory().post("/login/", data, **forged), data=data).is_valid()
    assert len(tried) == TRIES
    assert guess(client, HTTP_X_FORWARDED_FOR="192.0.2.1") == 429


@pytest.mark.django_db
def test_behind_one_proxy_only_the_address_that_it_wrote_counts(ana: User, client: Client, settings: object) -> None:
    settings.TRUSTED_PROXY_HOPS = 1  # type: ignore[attr-defined]
    for number in range(TRIES):
        guess(client, HTTP_X_FORWARDED_FOR=f"10.0.0.{number}, 203.0.113.9")
    assert guess(client, GOOD, HTTP_X_FORWARDED_FOR="10.9.9.9, 203.0.113.9") == 429
    assert guess(client, GOOD, HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.4") == 302


@pytest.mark.django_db
def test_the_owner_enters_from_a_known_device_while_somebody_guesses(ana: User) -> None:
    desk, attacker = Client(), Client()
    assert guess(desk, GOOD) == 302
    desk.post("/logout/")
    for _n in range(TRIES + 3):
        guess(attacker)
    assert guess(attacker, GOOD) == 429  # the same address, not the device
    assert guess(desk, GOOD) == 302


@pytest.mark.django_db
def test_a_known_device_has_five_tries_too_and_only_for_who_used_it(ana: User, sam: User) -> None:
    desk = Client()
    guess(desk, GOOD)
    desk.post("/logout/")
    for _n in range(TRIES):
        guess(desk)
    assert guess(desk, GOOD) == 429
    assert guess(desk, GOOD, username="sam") == 302


@pytest.mark.django_db
def test_a_forged_device_cookie_is_no_known_device(ana: User) -> None:
    client = Client()
    for number in range(TRIES + 5):
        client.cookies[DEVICE_COOKIE] = f"forged-{number}"
        guess(client)
    assert guess(client, GOOD) == 429
    assert set(LoginFailure.objects.values_list("kind", flat=True)) == {"name", "address"}


@pytest.mark.django_db
def test_a_right_password_gives_the_tries_back_but_not_those_of_the_address(ana: User, sam: User) -> None:
    client = Client()
    guess(client, username="sam")
    guess(client)
    guess(client, GOOD)
    assert LoginFailure.objects.get(kind="address").failures == 2
    assert list(LoginFailure.objects.filter(kind="name").values_list("user__username", flat=True)) == ["sam"]


@pytest.mark.django_db
def test_one_address_that_sprays_many_names_comes_to_an_end(ana: User, client: Client) -> None:
    for number in range(lockout.TRIES_OF_ADDRESS):
        guess(client, username=f"name{number}")
    assert guess(client, GOOD) == 429


@pytest.mark.django_db
def test_a_quarter_of_an_hour_later_tries_are_free_again(ana: User, client: Client) -> None:
    with time_machine.travel(factories.NOON, tick=False) as clock:
        for _n in range(TRIES):
            guess(client)
        clock.shift(dt.timedelta(minutes=14, seconds=59))
        assert guess(client, GOOD) == 429
        clock.shift(1)
        assert guess(client, GOOD) == 302


@pytest.mark.django_db
def test_an_unknown_name_gets_the_same_answer_and_the_same_hashing(
    ana: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, raw, salt: hashed.append(raw) or encode(self, raw, salt)
    )
    known = client.post("/login/", {"username": "ana", "password": BAD})
    unknown = client.post("/login/", {"username": "bob", "password": BAD})
    shut = factories.UserFactory(username="eva", is_active=False)
    inactive = client.post("/login/", {"username": shut.username, "password": GOOD})
    said = {str(answer.context["form"].non_field_errors()) for answer in (known, unknown, inactive)}
    assert len(said) == 1
    assert hashed.count(BAD) == 2


@pytest.mark.django_db
def test_a_supervisor_lifts_a_lock_out_in_the_admin(ana: User, sam: User, client: Client, as_user) -> None:
    for _n in range(TRIES):
        guess(client)
    failure = LoginFailure.objects.get(kind="name")
    admin = as_user(sam)
    assert "127.0.0.1" in admin.get("/admin/staff/loginfailure/").content.decode()
    admin.post("/admin/staff/loginfailure/", {"action": "lift", "_selected_action": [failure.pk]})
    assert guess(client, GOOD) == 302


@pytest.mark.django_db
def test_names_typed_are_not_kept_in_the_clear(client: Client) -> None:
    """People type their password where the name belongs."""
    guess(client, username="my-secret-password")
    for failure in LoginFailure.objects.all():
        assert "secret" not in f"{failure.key} {failure.address} {failure.user}"


def test_ipv6_neighbours_count_as_one() -> None:
    make = RequestFactory().get
    first = lockout.address_of(make("/", REMOTE_ADDR="2001:db8::1"))
    assert lockout.address_of(make("/", REMOTE_ADDR="2001:db8::ffff")) == first == "2001:db8::"


@pytest.mark.django_db
def test_forgetting_old_counters_leaves_the_running_ones(ana: User, client: Client) -> None:
    with time_machine.travel(factories.NOON, tick=False) as clock:
        guess(client, username="bob")
        clock.shift(dt.timedelta(hours=30))
        guess(client)
        assert services.forget_old_failures() == 1  # the address's counter began anew
        assert LoginFailure.objects.count() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_twenty_guesses_at_once_exactly_five_are_tried() -> None:
    user = factories.UserFactory(username="ana")
    results: list[bool] = []
    gate = threading.Barrier(20)

    def one() -> None:
        request = RequestFactory().post("/login/", REMOTE_ADDR="203.0.113.5")
        gate.wait()
        try:
            results.append(lockout.count_try(request, user.username).allowed)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False] * 15 + [True] * 5
