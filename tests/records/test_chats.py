"""Chat statistics: layouts set up once, cells as platforms write them, rows kept once, trends that respect privacy."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
import xlsxwriter

from audit.models import Entry
from common.exceptions import BusinessError
from staff.models import ChatFile, ChatLayout, ChatStat, ChatUpload, ResponseTarget
from staff.records.chats import columns, selectors, services
from staff.records.chats.columns import Odd
from tests.factories import NOON, ShopFactory, UserFactory
from tests.factories_staff import EmploymentFactory, a_team

TODAY = dt.date(2026, 11, 20)
DAY = dt.timedelta(days=1)
HEADER = "日期,客服昵称,店铺,接待人数,首次响应(秒),平均响应(秒),满意率"
FILE = f"""{HEADER}
2026-11-19,旗舰店:安娜,,120,28.5,45,98.5%
2026-11-19,汇总,,120,28.5,45,98.5%
"""


def stage(by, text=FILE, name="客服数据.csv", day=None) -> ChatUpload:
    return services.stage(file=io.BytesIO(text.encode()), name=name, day=day, by=by)


def layout(upload, by, **changes) -> ChatLayout:
    table = services.table_of(upload)
    return services.set_layout(table=table, name="千牛日报", chosen={**columns.guess(table.header), **changes}, by=by)


def read_in(by, text=FILE, **more) -> ChatFile:
    upload = stage(by, text, **more)
    known = services.layout_of(services.table_of(upload)) or layout(upload, by)
    return services.import_chats(upload=upload, layout=known, by=by)


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("32", "32"), ("32.5秒", "32.5"), ("1:05", "65"), ("00:01:05", "65"), ("1:00:00", "3600"), ("1分5秒", "65"),
        ("２８", "28"), ("2min", "120"), ("-", None), ("", None),
    ],
)  # fmt: skip
def test_phr_03_seconds_as_platforms_write_them(cell, seconds):
    assert columns.seconds(cell) == (None if seconds is None else Decimal(seconds))


@pytest.mark.parametrize("cell", ["快", "1:75", "-5", "1e9", "nan秒"])
def test_what_is_no_length_of_time_is_refused(cell):
    with pytest.raises(Odd):
        columns.seconds(cell)


@pytest.mark.parametrize(
    ("cell", "percent"),
    [
        ("98.5%", "98.5"), ("98.5", "98.5"), ("0.985", "98.5"), ("1", "100"), ("100%", "100"), ("0", "0"), ("—", None),
    ],
)  # fmt: skip
def test_shares_as_platforms_write_them(cell, percent):
    assert columns.percent(cell) == (None if percent is None else Decimal(percent))


@pytest.mark.parametrize(
    "cell", ["2026-11-19", "2026/11/19", "2026.11.19", "20261119", "2026年11月19日", "2026-11-19 00:00:00", "46345"]
)
def test_days_as_platforms_write_them(cell):
    assert columns.day(cell) == dt.date(2026, 11, 19)


def test_the_columns_of_a_known_platform_are_guessed():
    assert columns.guess(HEADER.split(",")) == {
        "person": "客服昵称", "day": "日期", "shop": "店铺", "chats": "接待人数",
        "first_response": "首次响应(秒)", "average_response": "平均响应(秒)", "satisfied_percent": "满意率",
    }  # fmt: skip


def test_phr_03_a_layout_is_set_up_once_and_found_by_its_header(noon, ana, sam):
    upload = stage(sam)
    assert services.layout_of(services.table_of(upload)) is None
    known = layout(upload, sam)
    assert services.layout_of(services.table_of(stage(sam, FILE.replace("11-19", "11-18")))) == known
    assert services.layout_of(services.table_of(stage(sam, FILE.replace("满意率", "满意度")))) is None


@pytest.mark.parametrize(
    ("change", "code"),
    [({"chats": ""}, "missing"), ({"answered": "接待人数"}, "twice"), ({"answered": "没有的"}, "twice")],
)
def test_a_layout_that_makes_no_sense_is_refused(noon, sam, change, code):
    with pytest.raises(BusinessError) as refusal:
        layout(stage(sam), sam, **change)
    assert (refusal.value.code, ChatLayout.objects.count()) == (code, 0)


def test_a_row_is_kept_and_the_sum_left_out(noon, ana, sam):
    file = read_in(sam)
    stat = ChatStat.objects.get()
    assert (stat.user, stat.day, stat.chats, stat.first_response) == (ana, dt.date(2026, 11, 19), 120, Decimal("28.50"))
    assert (file.counts, file.errors) == ({"created": 1, "updated": 0, "unchanged": 0}, [])
    assert ChatUpload.objects.count() == 0
    assert Entry.objects.get(action="staff.chats_imported").data["created"] == 1


def test_reading_a_file_in_again_changes_nothing(noon, ana, sam):
    read_in(sam)
    assert read_in(sam).counts == {"created": 0, "updated": 0, "unchanged": 1}
    assert read_in(sam, FILE.replace("28.5", "31.0")).counts == {"created": 0, "updated": 1, "unchanged": 0}
    assert ChatStat.objects.get().first_response == Decimal("31.00")


def test_people_are_found_by_number_name_and_sub_account(noon, ana, sam):
    text = f"{HEADER}\n2026-11-17,K01,,1,,,\n2026-11-18,安娜,,2,,,\n2026-11-19,店:安娜,,3,,,\n"
    assert read_in(sam, text).counts["created"] == 3


def test_each_bad_line_says_what_is_wrong_and_the_rest_is_kept(noon, ana, sam):
    UserFactory(name="小红")
    UserFactory(name="小红")
    text = (
        f"{HEADER}\n2026-11-19,安娜,,5,,,\n2026-11-19,没人,,5,,,\n2026-11-19,小红,,5,,,\n2026-11-18,安娜,,多,,,\n"
        "2026-11-19,安娜,,6,,,\n2026-11-21,安娜,,5,,,\n2026-11-18,安娜,没有的店,5,,,\n2026-11-18,安娜,,5,很快,,\n"
    )
    file = read_in(sam, text)
    assert [(error["row"], error["column"]) for error in file.errors] == [
        (3, "客服昵称"), (4, "客服昵称"), (5, "接待人数"), (6, "客服昵称"), (7, "日期"), (8, "店铺"), (9, "首次响应(秒)"),
    ]  # fmt: skip
    assert ChatStat.objects.get().chats == 5


def test_a_file_without_a_good_line_is_refused_whole(noon, sam):
    with pytest.raises(BusinessError) as refusal:
        read_in(sam)
    assert (refusal.value.code, ChatFile.objects.count(), ChatUpload.objects.count()) == ("no_rows", 0, 1)


def test_shop_shift_and_day_of_the_form(noon, ana, sam):
    shop = ShopFactory(name="家居店")
    read_in(sam, "客服,店铺,班次,接待人数\n安娜,家居店,夜班,9\n安娜,家居店,白班,5\n", day=dt.date(2026, 11, 18))
    found = ChatStat.objects.order_by("chats").values_list("day", "shop_id", "night", "chats")
    assert list(found) == [(dt.date(2026, 11, 18), shop.pk, False, 5), (dt.date(2026, 11, 18), shop.pk, True, 9)]


def test_a_workbook_is_read_like_a_list(noon, ana, sam):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet()
    for number, row in enumerate([HEADER.split(","), ["2026-11-19", "安娜", "", 7, "00:00:32", "1:05", 0.97]]):
        sheet.write_row(number, 0, row)
    book.close()
    stream.seek(0)
    upload = services.stage(file=stream, name="客服.xlsx", day=None, by=sam)
    services.import_chats(upload=upload, layout=layout(upload, sam), by=sam)
    stat = ChatStat.objects.get()
    assert (stat.first_response, stat.average_response, stat.satisfied_percent) == (32, 65, 97)


def test_what_is_no_table_is_refused(noon, sam):
    with pytest.raises(BusinessError):
        services.stage(file=io.BytesIO(b"%PDF-1.7 x"), name="a.pdf", day=None, by=sam)
    assert ChatUpload.objects.count() == 0


def test_a_file_nobody_read_in_goes_after_a_day(noon, sam):
    stage(sam)
    assert services.forget_uploads(NOON + dt.timedelta(hours=24)) == 0
    assert services.forget_uploads(NOON + dt.timedelta(hours=24, seconds=1)) == 1


def stat(user, seconds, chats=10, night=False, shop_id=None, day=TODAY) -> ChatStat:
    file = ChatFile.objects.first() or ChatFile.objects.create(
        name="f", sha256="", imported_at=NOON, imported_by=user,
        layout=ChatLayout.objects.create(name="l", fingerprint="f", made_by=user, made_at=NOON),
    )  # fmt: skip
    return ChatStat.objects.create(
        user=user, day=day, chats=chats, first_response=Decimal(seconds), night=night, shop_id=shop_id, file=file
    )


def test_phr_03_targets_differ_by_shift_and_shop(noon, sam):
    services.set_target(shop_id=None, night=True, seconds=90, by=sam)
    services.set_target(shop_id=7, night=False, seconds=30, by=sam)
    targets = selectors.Targets()
    assert [targets.of(*which) for which in ((None, False), (7, False), (7, True), (8, False))] == [60, 30, 90, 60]


@pytest.mark.parametrize("seconds", [4, 601])
def test_a_target_out_of_all_reason_is_refused(noon, sam, seconds):
    with pytest.raises(BusinessError):
        services.set_target(shop_id=None, night=False, seconds=seconds, by=sam)
    assert ResponseTarget.objects.count() == 0


def test_aft_08_means_are_weighted_by_chats_and_marked_over_target(noon, ana, sam):
    a_team(ana, leader=sam)
    stat(ana, "30", chats=10)
    stat(ana, "90", chats=30, night=True)
    lines, team = selectors.trends(ana, TODAY, TODAY)
    assert (lines[0].whole.seconds, lines[0].whole.over, lines[0].whole.is_over) == (Decimal("75.0"), 30, True)
    assert team is not None
    assert team.whole.seconds == Decimal("75.0")


def test_an_agent_sees_his_own_line_and_the_teams_average(noon, ana, sam):
    team = a_team(ana, leader=sam)
    bob, eva = (EmploymentFactory(team=team, user__name=name).user for name in ("宝宝", "依娃"))
    stat(ana, "30")
    stat(bob, "50")
    stat(eva, "70")
    names = {who.username: [line.name for line in selectors.trends(who, TODAY, TODAY)[0]] for who in (ana, sam)}
    assert names == {"ana": ["安娜"], "sam": ["依娃", "安娜", "宝宝"]}
    average = selectors.trends(ana, TODAY, TODAY)[1]
    assert average is not None
    assert average.whole.seconds == Decimal("50.0")
    assert [mean.seconds for mean in average.by_day.values()] == [Decimal("50.0")]


def test_an_average_of_two_is_no_average_to_either_of_them(noon, ana, sam):
    """Shows 7: of two people's average each could work out the other's figure; whoever leads both reads it."""
    team = a_team(ana, leader=sam)
    bob = EmploymentFactory(team=team).user
    stat(ana, "30")
    stat(bob, "50")
    assert selectors.trends(ana, TODAY, TODAY)[1] is None
    average = selectors.trends(sam, TODAY, TODAY)[1]
    assert average is not None
    assert average.whole.seconds == Decimal("40.0")


def test_a_day_of_two_people_is_left_out_of_the_average_s_line(noon, ana, sam):
    team = a_team(ana, leader=sam)
    bob, eva = (EmploymentFactory(team=team).user for _number in range(2))
    for user in (ana, bob, eva):
        stat(user, "30")
    stat(bob, "50", day=TODAY - DAY)
    average = selectors.trends(ana, TODAY - DAY, TODAY)[1]
    assert average is not None
    assert list(average.by_day) == [TODAY]


def test_the_meeting_hears_who_is_over_target(noon, ana, sam):
    team = a_team(ana, leader=sam)
    stat(ana, "61")
    assert selectors.over_target(team, TODAY, TODAY) == ["安娜"]


def test_the_pages_from_upload_to_trend(noon, ana, sam, as_user):
    client = as_user(sam)
    a_team(ana, leader=sam)
    upload = client.post("/records/chats/files/", {"file": io.BytesIO(FILE.encode())})
    page = client.get(upload.url)
    assert "首次响应(秒)" in page.content.decode()
    guessed = {**columns.guess(HEADER.split(",")), "name": "千牛日报", "answered": "", "night": ""}
    assert client.post(upload.url, guessed).status_code == 302
    assert "安娜" in client.get(upload.url).content.decode()
    assert client.post(f"{upload.url}read/").status_code == 302
    assert "28.5" in as_user(ana).get("/records/chats/?from=2026-11-15&to=2026-11-20").content.decode()


def test_agents_read_no_files_in(noon, ana, as_user):
    assert [
        as_user(ana).get("/records/chats/files/").status_code,
        as_user(ana).post("/records/chats/targets/").status_code,
    ] == [403, 403]
