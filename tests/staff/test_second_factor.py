"""TOTP for supervisor, finance and manager (T11)."""

from __future__ import annotations

import threading

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.urls import get_resolver
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from staff import second_factor, services
from staff.models import RecoveryCode, User
from staff.roles import NEEDS_SECOND_FACTOR, Role
from tests import factories

GOOD = "a-good-password"


@pytest.fixture(autouse=True)
def required(settings) -> None:
    settings.TOTP_REQUIRED = True


def code_of(device: TOTPDevice) -> str:
    return f"{TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift).token():06d}"


def log_in(username: str) -> Client:
    client = Client()
    client.post("/login/", {"username": username, "password": GOOD})
    return client


@pytest.fixture
def device(sam: User) -> TOTPDevice:
    return TOTPDevice.objects.create(user=sam, name="app", confirmed=True)


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_the_roles_that_owe_a_second_factor(role: str) -> None:
    client = log_in(factories.UserFactory(role=role).username)
    answer = client.get("/account/")
    assert (answer.status_code == 302) is (role in NEEDS_SECOND_FACTOR)


@pytest.mark.django_db
def test_with_the_setting_off_nobody_owes_one(sam: User, settings) -> None:
    settings.TOTP_REQUIRED = False
    assert log_in("sam").get("/account/").status_code == 200


@pytest.mark.django_db
def test_a_password_alone_reaches_nothing_but_the_second_step(sam: User, device: TOTPDevice) -> None:
    client = log_in("sam")
    paths = {"/", "/account/", "/account/password/", "/admin/", "/admin/staff/user/", "/there-is-none/"}
    paths |= {f"/{entry.pattern}" for entry in get_resolver().url_patterns if "<" not in str(entry.pattern)}
    for path in sorted(paths - {"/login/", "/logout/", "/i18n/setlang/"}):
        if path.startswith("/login/code/"):
            continue
        answer = client.get(path)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/login/code/"), path
    part = client.get("/account/", headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == "/login/code/"


@pytest.mark.django_db
def test_the_right_code_lets_in_under_a_new_session_key(sam: User, device: TOTPDevice) -> None:
    client = log_in("sam")
    before = client.session.session_key
    assert client.post("/login/code/", {"code": code_of(device)}).url == "/"
    assert client.session.session_key != before
    assert client.get("/account/").status_code == 200
    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db
def test_a_code_works_once(sam: User, device: TOTPDevice) -> None:
    code = code_of(device)
    log_in("sam").post("/login/code/", {"code": code})
    second = log_in("sam")
    assert second.post("/login/code/", {"code": code}).status_code == 200
    assert second.get("/account/").status_code == 302


@pytest.mark.django_db
def test_codes_cannot_be_guessed(sam: User, device: TOTPDevice) -> None:
    client = log_in("sam")
    with time_machine.travel(factories.NOON, tick=False) as clock:
        for _n in range(5):
            client.post("/login/code/", {"code": "000000"})
            clock.shift(60)
        device.refresh_from_db()
        client.post("/login/code/", {"code": code_of(device)})
        assert client.get("/account/").status_code == 302


@pytest.mark.django_db
def test_enrolment_gives_a_picture_and_codes_that_are_kept_as_hashes(sam: User) -> None:
    client = log_in("sam")
    assert client.get("/login/code/").url == "/login/code/set-up/"
    assert TOTPDevice.objects.count() == 0  # looking makes nothing
    client.post("/login/code/start/")
    page = client.get("/login/code/set-up/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    assert " style=" not in page
    answer = client.post("/login/code/set-up/", {"code": code_of(TOTPDevice.objects.get())})
    codes = answer.context["codes"]
    assert len(codes) == 10
    assert RecoveryCode.objects.count() == 10
    assert not {code.replace("-", "") for code in codes} & set(RecoveryCode.objects.values_list("digest", flat=True))
    assert client.get("/account/").status_code == 200


@pytest.mark.django_db
def test_a_wrong_first_code_confirms_nothing(sam: User) -> None:
    client = log_in("sam")
    client.post("/login/code/start/")
    client.post("/login/code/set-up/", {"code": "000000"})
    assert TOTPDevice.objects.filter(confirmed=True).count() == 0
    assert client.get("/account/").status_code == 302


@pytest.mark.django_db
def test_a_set_up_factor_is_not_replaced_by_who_knows_the_password(sam: User, device: TOTPDevice) -> None:
    client = log_in("sam")
    client.post("/login/code/start/")
    assert TOTPDevice.objects.count() == 1
    assert client.get("/login/code/set-up/").url == "/login/code/"


@pytest.mark.django_db
def test_a_recovery_code_lets_in_once(sam: User, device: TOTPDevice) -> None:
    code = second_factor.make_recovery_codes(sam)[3]
    first, second = log_in("sam"), log_in("sam")
    assert first.post("/login/code/", {"code": code.upper()}).status_code == 302
    assert first.get("/account/").status_code == 200
    assert second.post("/login/code/", {"code": code}).status_code == 200
    assert second.get("/account/").status_code == 302


@pytest.mark.django_db
def test_somebody_elses_recovery_code_is_none(sam: User, device: TOTPDevice) -> None:
    other = factories.UserFactory(role=Role.FINANCE)
    code = second_factor.make_recovery_codes(other)[0]
    assert second_factor.verify(sam, code) is None
    assert RecoveryCode.objects.filter(used_at=None).count() == 10


@pytest.mark.django_db
def test_a_lost_phone_is_forgotten_by_another_supervisor(sam: User, device: TOTPDevice) -> None:
    boss = factories.UserFactory(role=Role.MANAGER)
    client = log_in("sam")
    services.reset_second_factor(user=sam, by=boss)
    assert client.get("/login/code/").status_code == 302
    assert second_factor.device_of(sam) is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["totp", "recovery"])
def test_of_twenty_uses_of_one_code_at_once_one_is_let_in(kind: str) -> None:
    user = factories.UserFactory(role=Role.SUPERVISOR)
    device = TOTPDevice.objects.create(user=user, name="app", confirmed=True)
    code = code_of(device) if kind == "totp" else second_factor.make_recovery_codes(user)[0]
    let_in: list[bool] = []
    gate = threading.Barrier(20)

    def one() -> None:
        gate.wait()
        try:
            let_in.append(second_factor.verify(user, code) is not None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(let_in), sum(let_in)) == (20, 1)
