"""Ladders are data that people edit in the admin (FIN-08); what makes no sense is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from staff.conduct import rulebook
from staff.conduct.admin import checked_ladder
from staff.models import IncidentKind, User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "ladder",
    [
        [],
        {},
        [1],
        [{"points": 1}],
        [{"points": "1", "money": "", "consequence": ""}],
        [{"points": -1, "money": "", "consequence": ""}],
        [{"points": 1, "money": "x", "consequence": ""}],
        [{"points": 1, "money": "-5", "consequence": ""}],
        [{"points": 1, "money": "", "consequence": "leaves"}],
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused(ladder: Any) -> None:
    with pytest.raises(ValidationError):
        checked_ladder(ladder)


def test_the_rule_book_has_the_seeds_ladders() -> None:
    """FIN-08, STF-18, STF-19, STF-21, STF-30, SEC-05, FIN-09: the amounts named, and no «leaves» anywhere."""
    money = {
        key: [rung["money"] for rung in ladder] for key, ladder in IncidentKind.objects.values_list("key", "ladder")
    }
    assert money["negative_talk"] == ["200.00", ""]
    assert money["service_complaint"] == ["50.00", "100.00", ""]
    assert [money[key] for key in ("unrelated", "cleaning", "leaked_contacts")] == [["10.00"]] * 3
    assert [money[f"mentor_{rank}"] for rank in (1, 2, 3)] == [["150.00"], ["100.00"], ["50.00"]]
    for kind in IncidentKind.objects.all():
        assert checked_ladder(kind.ladder) == kind.ladder
        assert kind.kind == "reward" or "法" in kind.law_note


def test_loading_again_keeps_what_people_edited() -> None:
    IncidentKind.objects.filter(key="late").update(name="迟到(本店)", enabled=False)
    IncidentKind.objects.filter(key="praise").delete()
    assert rulebook.load() == 1
    kind = IncidentKind.objects.get(key="late")
    assert (kind.name, kind.enabled) == ("迟到(本店)", False)


def test_a_supervisor_edits_a_ladder(sam: User, as_user: Any) -> None:
    kind = IncidentKind.objects.get(key="late")
    page = f"/admin/staff/incidentkind/{kind.pk}/change/"
    typed = {"name": "迟到", "kind": "penalty", "span": "month", "enabled": "on", "rule": "STF-11"}
    good = '[{"points": 2, "money": "", "consequence": "talk"}]'
    assert as_user(sam).post(page, typed | {"ladder": "[]"}).status_code == 200
    assert as_user(sam).post(page, typed | {"ladder": good}).status_code == 302
    kind.refresh_from_db()
    assert kind.ladder == [{"points": 2, "money": "", "consequence": "talk"}]
