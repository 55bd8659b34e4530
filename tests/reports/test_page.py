"""The report page and its download: who may see it, what it says, and that looking writes nothing."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest

from reports.models import DailyReport
from reports.services import make_report
from tests.reports.conftest import DAY

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def test_the_page_opens_on_yesterday_and_writes_nothing(noon: Any, month: None, sam: Any, as_user: Any) -> None:
    page = as_user(sam).get("/reports/").content.decode()
    assert 'value="2026-11-19"' in page
    assert "GYSA" in page
    assert "state=late" in page
    assert DailyReport.objects.count() == 0


def test_a_made_day_shows_its_frozen_figures(noon: Any, month: None, sam: Any, as_user: Any) -> None:
    report = make_report(DAY)
    report.figures["total"]["started"] = 987654
    report.save()
    assert "987654" in as_user(sam).get("/reports/", {"day": "2026-11-19"}).content.decode()


@pytest.mark.parametrize("day", ["x", "2026-13-01", "2999-01-01", "0001-01-01", "20261119extra", ""])
def test_an_odd_day_shows_yesterday(noon: Any, month: None, sam: Any, as_user: Any, day: str) -> None:
    assert 'value="2026-11-19"' in as_user(sam).get("/reports/", {"day": day}).content.decode()


def test_only_who_may_see_reports_does(noon: Any, month: None, petra: Any, as_user: Any, client: Any) -> None:
    assert as_user(petra).get("/reports/").status_code == 403
    assert as_user(petra).post("/reports/daily.xlsx").status_code == 403
    assert client.get("/reports/").status_code == 302
    assert client.post("/reports/daily.xlsx").status_code == 302


def test_the_workbook_has_the_pages_figures(noon: Any, month: None, sam: Any, as_user: Any) -> None:
    answer = as_user(sam).post("/reports/daily.xlsx", {"day": "2026-11-19"})
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''SLA-2026-11-19.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    total = make_report(DAY).figures["total"]
    for sheet in book.worksheets[:3]:
        assert [cell.value for cell in list(sheet.rows)[-1]][1:3] == [total["started"], total["met"]]
    assert len(book.worksheets) == 9
    assert "山姆" in str(book.worksheets[-1]["A1"].value)


def test_who_may_not_take_data_out_gets_no_file(noon: Any, month: None, ana: Any, as_user: Any) -> None:
    """SEC-02: an agent reads the report, the file is for others."""
    page = as_user(ana).get("/reports/", {"day": "2026-11-19"})
    assert (page.status_code, "daily.xlsx" in page.content.decode()) == (200, False)
    assert as_user(ana).post("/reports/daily.xlsx", {"day": "2026-11-19"}).status_code == 403


def test_the_page_takes_the_same_queries_at_any_size(
    noon: Any, month: None, sam: Any, as_user: Any, django_assert_max_num_queries: Any
) -> None:
    client = as_user(sam)
    with django_assert_max_num_queries(16):
        client.get("/reports/", {"day": "2026-11-18"})
    make_report(DAY - dt.timedelta(days=1))
    with django_assert_max_num_queries(6):
        client.get("/reports/", {"day": "2026-11-18"})
