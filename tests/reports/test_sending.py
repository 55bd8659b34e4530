"""The nightly mails: once a day and person, a missed night made up, each supplier its own part and nothing else."""

from __future__ import annotations

import datetime as dt
import io
import json
import socket
from typing import Any

import openpyxl
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection

from common.exceptions import BusinessError
from notifications.delivery import send_due
from notifications.models import Message
from orders.models import Order
from reports.models import DailyReport
from reports.services import make_report, recipients, send_due_reports, send_report
from reports.tasks import send_daily
from staff.roles import Role
from tests.factories import NOON, OrderFactory, UserFactory
from tests.reports.conftest import DAY, hour

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def texts_of(letter: Any) -> str:
    """Everything a mail says: subject, both bodies, every cell of its workbook, every header."""
    parts = [letter.subject, letter.mail.text, letter.mail.html, str(letter.message()["To"])]
    for name, content, _mimetype in letter.mail.attachments:
        parts.append(name)
        book = openpyxl.load_workbook(io.BytesIO(content))
        for sheet in book:
            parts.append(sheet.title)
            parts += [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    return "\n".join(parts)


def test_each_person_and_supplier_gets_a_day_once(noon: Any, month: None, ana: Any, sam: Any, petra: Any) -> None:
    UserFactory(username="quiet", role=Role.MANAGER, wants_mail=False)
    UserFactory(username="gone", role=Role.MANAGER, is_active=False)
    UserFactory(username="mute", role=Role.MANAGER, email="")
    for _ in range(3):
        send_daily()
    send_due()
    send_daily()
    send_due()
    assert sorted(letter.to[0] for letter in mail.outbox) == ["gysa@example.com", "gysb@example.com", "sam@example.com"]
    assert DailyReport.objects.get().day == DAY


def test_the_mail_goes_to_four_roles_and_the_page_to_all_who_look(db: None, as_user: Any) -> None:
    people = {role: UserFactory(username=role, role=role) for role in Role.values}
    heard = sorted(user.role for user in recipients())
    assert heard == sorted([Role.SUPERVISOR, Role.FINANCE, Role.OPERATIONS, Role.MANAGER])
    for role, user in people.items():
        assert as_user(user).get("/reports/").status_code == (403 if role == Role.SUPPLIER else 200)


def test_a_supplier_gets_nothing_of_others(
    noon: Any, month: None, supplier_a: Any, supplier_b: Any, promise: Any
) -> None:
    supplier_b.name = "金丝雀供应商"
    supplier_b.save()
    promise(hour(1), hour(5), supplier=supplier_b, title="CANARY-B-ORDER")
    promise(hour(1), hour(30), supplier=supplier_b, title="CANARY-B-SOON")
    mine = promise(hour(1), hour(5), supplier=supplier_a, title="MINE-A-ORDER")
    nobodys = promise(hour(1), hour(5), title="CANARY-NOBODY")
    send_report(DAY)
    send_due()
    letters = {letter.to[0]: texts_of(letter) for letter in mail.outbox}
    told = letters[supplier_a.email]
    assert mine.title in told
    for canary in ("CANARY-B-ORDER", "CANARY-B-SOON", "金丝雀供应商", "GYSB", nobodys.title, "甲店", "乙店", "/desk/"):
        assert canary not in told
    assert "CANARY-B-ORDER" in letters[supplier_b.email]
    figures = DailyReport.objects.get().figures
    share = next(row for row in figures["suppliers"] if row["supplier_id"] == supplier_a.pk)
    assert str(share["started"]) in told


def test_a_supplier_without_news_or_address_gets_none(
    noon: Any, supplier_a: Any, supplier_b: Any, promise: Any
) -> None:
    supplier_b.email = ""
    supplier_b.save()
    promise(hour(1), hour(5), supplier=supplier_b)
    send_report(DAY)
    assert Message.objects.count() == 0


def test_a_missed_night_is_made_up_with_its_date(noon: Any, month: None, sam: Any) -> None:
    DailyReport.objects.create(day=DAY - dt.timedelta(days=3), figures={}, made_at=NOON)
    assert send_due_reports() == [DAY - dt.timedelta(days=2), DAY - dt.timedelta(days=1), DAY]
    assert send_due_reports() == [DAY]
    keys = Message.objects.filter(user=sam).order_by("id").values_list("context", flat=True)
    assert [context["day"] for context in keys] == ["2026-11-17", "2026-11-18", "2026-11-19"]
    send_due()
    assert ["2026-11-17" in letter.subject for letter in mail.outbox if letter.to == [sam.email]].count(True) == 1


def test_a_new_house_reports_yesterday_only_and_a_long_outage_seven_days(noon: Any, month: None, sam: Any) -> None:
    assert send_due_reports() == [DAY]
    DailyReport.objects.all().delete()
    DailyReport.objects.create(day=DAY - dt.timedelta(days=40), figures={}, made_at=NOON)
    assert send_due_reports() == [DAY - dt.timedelta(days=ago) for ago in range(7, -1, -1)]


def test_a_made_report_is_frozen(noon: Any, month: None, promise: Any) -> None:
    before = make_report(DAY).figures
    promise(hour(1), hour(2))
    assert make_report(DAY).figures == before
    assert DailyReport.objects.get().figures == json.loads(json.dumps(before))


def test_a_day_that_is_not_over_is_refused(noon: Any, month: None) -> None:
    with pytest.raises(BusinessError):
        send_report(DAY + dt.timedelta(days=1))
    assert (DailyReport.objects.count(), Message.objects.count()) == (0, 0)


def test_the_command_sends_to_one_address_again(noon: Any, month: None, sam: Any, capsys: Any) -> None:
    for _ in range(2):
        call_command("send_sla_report", "--to", "boss@example.com")
    call_command("send_sla_report", "--date", "2026-11-10")
    assert [letter.to[0] for letter in mail.outbox].count("boss@example.com") == 2
    assert [letter.to[0] for letter in mail.outbox].count(sam.email) == 1
    assert capsys.readouterr().out.splitlines()[0] == "2026-11-19: sent 1, failed 0, given up 0"
    with pytest.raises(CommandError):
        call_command("send_sla_report", "--date", "2026-11-20")
    with pytest.raises(CommandError):
        call_command("send_sla_report", "--to", "nobody")


def test_the_mail_shows_figures_pictures_and_a_workbook(noon: Any, month: None, sam: Any) -> None:
    send_report(DAY)
    send_due()
    letter = next(letter for letter in mail.outbox if letter.to == [sam.email])
    total = DailyReport.objects.get().figures["total"]
    assert f"<strong>{total['started']}</strong>".replace("<strong>", "") in letter.mail.html
    assert [cid for cid, _ in letter.mail.inline] == ["policies", "trend"]
    assert all(png.startswith(b"\x89PNG") and len(png) > 5000 for _, png in letter.mail.inline)
    assert "<style" not in letter.mail.html
    assert "<script" not in letter.mail.html
    book = openpyxl.load_workbook(io.BytesIO(letter.mail.attachments[0][1]))
    sheet = book.worksheets[0]
    last = [cell.value for cell in list(sheet.rows)[-1]]
    assert last[1:5] == [total["started"], total["met"], total["met_late"], total["breached"]]


def test_a_name_that_begins_like_a_formula_is_disarmed(noon: Any, supplier_a: Any, sam: Any, promise: Any) -> None:
    supplier_a.code = "=HYPERLINK(1)"
    supplier_a.save()
    promise(hour(1), hour(5), supplier=supplier_a, title="@SUM(A1)")
    send_report(DAY)
    send_due()
    for letter in mail.outbox:
        book = openpyxl.load_workbook(io.BytesIO(letter.mail.attachments[0][1]))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
        assert not [cell for cell in cells if cell.data_type == "f" or cell.value[:1] in "=+-@"]


def test_no_buyers_data_in_the_outbox(noon: Any, month: None, sam: Any, promise: Any, supplier_a: Any) -> None:
    order: Order = OrderFactory(receiver_name="机密姓名", receiver_phone="13912345678", buyer_nick="secretnick")
    promise(hour(1), hour(5), supplier=supplier_a, title=order.order_no, topic=f"orders.order:{order.pk}")
    send_report(DAY)
    send_due()
    payload = json.dumps(list(Message.objects.values_list("context", flat=True)), ensure_ascii=False)
    told = payload + json.dumps(DailyReport.objects.get().figures, ensure_ascii=False)
    told += "".join(texts_of(letter) for letter in mail.outbox)
    assert order.order_no in told
    for secret in ("机密姓名", "13912345678", "secretnick", "文三路"):
        assert secret not in told


def test_without_a_chinese_font_the_charts_speak_latin_and_the_mail_says_so(
    noon: Any, month: None, sam: Any, settings: Any, tmp_path: Any
) -> None:
    from reports import charts

    settings.CHART_FONT_FOLDERS = [tmp_path]
    charts.font.cache_clear()
    try:
        send_report(DAY)
        send_due()
    finally:
        charts.font.cache_clear()
    letter = next(letter for letter in mail.outbox if letter.to == [sam.email])
    sentence = "no Chinese font is installed"
    from django.utils.translation import gettext, override

    with override(sam.language):
        translated = gettext("The charts use Latin names: no Chinese font is installed where this mail was made.")
    assert translated in letter.mail.html or sentence in letter.mail.html


class Keep(Sink):
    def __init__(self) -> None:
        super().__init__()
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(envelope.content)
        return "250 OK"


def test_a_real_receiver_gets_the_report_whole(noon: Any, month: None, sam: Any, settings: Any) -> None:
    import email
    import email.policy

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    handler = Keep()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        send_report(DAY)
        assert send_due().sent == 3
    finally:
        controller.stop()
    read = [email.message_from_bytes(content, policy=email.policy.default) for content in handler.mails]
    letter = next(letter for letter in read if letter["To"] == sam.email)
    assert "2026-11-19" in letter["Subject"]
    page = letter.get_body(("html",))
    assert page is not None
    assert "GYSA" in page.get_content()
    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "image/png",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]
    attached = next(iter(letter.iter_attachments()))
    assert openpyxl.load_workbook(io.BytesIO(attached.get_content())).worksheets


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_runs_at_once_make_one_report_and_one_mail_a_person(month: None, sam: Any, olli: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def run(_: int) -> None:
        try:
            send_due_reports(now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(run, range(20)))
    assert DailyReport.objects.count() == 1
    assert Message.objects.filter(kind="reports.daily").count() == 2
    assert Message.objects.filter(kind="reports.supplier_daily").count() == 2
