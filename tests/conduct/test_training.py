"""Training before a product is listed (STF-26), and one-to-one mentoring with its ranking (STF-27, FIN-09)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from common.exceptions import BusinessError, Conflict
from notifications.models import BellItem
from staff.conduct import mentoring, training
from staff.models import Employment, Mentoring, Penalty, ProductTraining, Team, User
from staff.roles import Role
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

TODAY = dt.date(2026, 11, 20)


def write(by: User, **changes: Any) -> ProductTraining:
    data: dict[str, Any] = {
        "training_id": None,
        "product_code": "SKU-1",
        "title": "保温杯",
        "held_on": TODAY,
        "trainer": by,
        "selling_points": "12 小时保温",
        "competitor_notes": [f"店{n}:好评多" for n in range(10)],
        "phrases_made": True,
        "listing_on": TODAY + dt.timedelta(days=2),
        "attendees": [],
        "passed": [by],
    }
    return training.save_training(by=by, now=NOON, **data | changes)


def gaps(row: ProductTraining) -> list[str]:
    return training.missing(row, list(row.attendances.all()))


def test_a_complete_training_lacks_nothing(sam: User, ana: User) -> None:
    """STF-26: date, trainer, attendees who know it, ten competing shops, phrases."""
    assert gaps(write(sam)) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"held_on": None}, "no date"),
        ({"trainer": None}, "Nobody is named"),
        ({"selling_points": " "}, "selling points"),
        ({"competitor_notes": ["店1"] * 9}, "1 competing shop is missing"),
        ({"phrases_made": False}, "quick phrases"),
        ({"passed": []}, "Nobody has attended"),
    ],
)
def test_what_is_missing_is_said(change: dict[str, Any], words: str, sam: User) -> None:
    """STF-26: each point of the checklist by itself."""
    found = gaps(write(sam, **change))
    assert len(found) == 1
    assert words in found[0]


def test_who_was_there_must_know_it(sam: User, ana: User) -> None:
    row = write(sam, attendees=[ana])
    assert ["1 person" in gap for gap in gaps(row)] == [True]


def test_a_product_has_one_training(sam: User) -> None:
    row = write(sam)
    with pytest.raises(BusinessError, match="already"):
        write(sam)
    with pytest.raises(Conflict):
        write(sam, training_id=row.pk, version=row.version - 1)
    assert ProductTraining.objects.count() == 1


def test_the_listing_warns_once_while_something_is_missing(sam: User, olli: User, ana: User) -> None:
    """STF-26: supervisors and operations hear of it three days ahead, once a listing date."""
    write(sam, phrases_made=False)
    write(sam, product_code="SKU-2")
    write(sam, product_code="SKU-3", phrases_made=False, listing_on=TODAY + dt.timedelta(days=4))
    assert training.warn_incomplete(NOON) == 1
    training.warn_incomplete(NOON + dt.timedelta(hours=5))
    told = BellItem.objects.filter(kind="staff.training_incomplete").values_list("user__username", flat=True)
    assert sorted(told) == ["olli", "sam"]


def pair(team: Team, sam: User, days: int) -> Mentoring:
    mentor, trainee = factories.UserFactory(), factories.UserFactory()
    Employment.objects.create(user=trainee, team=team)
    started = dt.date(2026, 11, 2)
    made = mentoring.start_mentoring(mentor=mentor, trainee=trainee, started_on=started, by=sam, now=NOON)
    if days:
        mentoring.pass_trainee(mentoring_id=made.pk, on=started + dt.timedelta(days=days), by=sam, now=NOON)
    return made


DECEMBER = NOON + dt.timedelta(days=11)


def test_an_intake_is_ranked_when_all_have_passed(team: Team, sam: User) -> None:
    """STF-27, FIN-09: after its month, the mentors of the three fastest are proposed for their rewards, once."""
    slow, still, fast, last = pair(team, sam, 15), pair(team, sam, 0), pair(team, sam, 6), pair(team, sam, 17)
    mentoring.rank_intakes(DECEMBER)
    assert set(Mentoring.objects.values_list("rank", flat=True)) == {None}
    mentoring.pass_trainee(mentoring_id=still.pk, on=dt.date(2026, 11, 12), by=sam, now=NOON)
    mentoring.rank_intakes(NOON)
    assert set(Mentoring.objects.values_list("rank", flat=True)) == {None}
    for _ in range(2):
        mentoring.rank_intakes(DECEMBER)
    ranks = dict(Mentoring.objects.values_list("pk", "rank"))
    assert ranks == {fast.pk: 1, still.pk: 2, slow.pk: 3, last.pk: 4}
    proposed = sorted(Penalty.objects.values_list("kind__key", "user_id"))
    assert proposed == [("mentor_1", fast.mentor_id), ("mentor_2", still.mentor_id), ("mentor_3", slow.mentor_id)]


def test_the_last_one_to_pass_ranks_the_intake(team: Team, sam: User) -> None:
    first, late = pair(team, sam, 15), pair(team, sam, 0)
    mentoring.pass_trainee(mentoring_id=late.pk, on=dt.date(2026, 12, 1), by=sam, now=DECEMBER)
    assert dict(Mentoring.objects.values_list("pk", "rank")) == {first.pk: 1, late.pk: 2}


def test_one_mentor_a_trainee(team: Team, sam: User, ana: User, ben: User, tina: User) -> None:
    """STF-27: one to one; only who leads the trainee arranges it."""
    mentoring.start_mentoring(mentor=ben, trainee=ana, started_on=TODAY, by=sam, now=NOON)
    for mentor, trainee, by in ((ben, ana, sam), (ana, ana, sam), (ana, ben, sam)):
        with pytest.raises(BusinessError):
            mentoring.start_mentoring(mentor=mentor, trainee=trainee, started_on=TODAY, by=by, now=NOON)
    assert Mentoring.objects.count() == 1


@pytest.mark.parametrize("on", [dt.date(2026, 11, 21), dt.date(2026, 10, 31)])
def test_the_day_lies_between_start_and_today(on: dt.date, team: Team, sam: User) -> None:
    row = pair(team, sam, 0)
    with pytest.raises(BusinessError, match="between"):
        mentoring.pass_trainee(mentoring_id=row.pk, on=on, by=sam, now=NOON)
    assert Mentoring.objects.get().passed_on is None


def test_the_mentor_does_not_pass_the_own_trainee(team: Team, sam: User, ana: User) -> None:
    row = mentoring.start_mentoring(mentor=sam, trainee=ana, started_on=TODAY, by=sam, now=NOON)
    with pytest.raises(BusinessError, match="else"):
        mentoring.pass_trainee(mentoring_id=row.pk, on=TODAY, by=sam, now=NOON)


def test_the_pages_write(team: Team, sam: User, ana: User, olli: User, as_user: Any) -> None:
    """STF-26: operations write a training down; agents read it."""
    client = as_user(olli)
    typed = {"product_code": "SKU-7", "title": "雨伞", "competitor_notes": "店1\n\n店2", "attendees": [ana.pk]}
    assert client.post("/people/training/new/", typed).status_code == 302
    row = ProductTraining.objects.get()
    assert (row.competitor_notes, list(row.attendances.values_list("user_id", "passed"))) == (
        ["店1", "店2"],
        [(ana.pk, False)],
    )
    again = client.post(f"/people/training/{row.pk}/", typed | {"version": "0"})
    assert again.status_code == 422
    reader = as_user(ana)
    assert "雨伞" in reader.get("/people/training/").content.decode()
    assert reader.get(f"/people/training/{row.pk}/").status_code == 403
    new = factories.UserFactory(role=Role.AGENT_PRESALES)
    Employment.objects.create(user=new, team=team)
    leader = as_user(sam)
    typed = {"mentor": ana.pk, "trainee": new.pk, "started_on": "2026-11-10"}
    assert leader.post("/people/mentoring/", typed).status_code == 302
    pair_ = Mentoring.objects.get()
    assert as_user(olli).post(f"/people/mentoring/{pair_.pk}/pass/", {"on": "2026-11-20"}).status_code == 403
    assert leader.post(f"/people/mentoring/{pair_.pk}/pass/", {"on": "2026-11-20"}).status_code == 302
    pair_.refresh_from_db()
    assert (pair_.passed_on, pair_.passed_by) == (dt.date(2026, 11, 20), sam)
