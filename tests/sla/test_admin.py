"""The supervisors' pages of clocks and policies."""

from __future__ import annotations

import pytest
from django.urls import reverse

from sla.models import Calendar, Clock, PolicyVersion
from tests.sla.conftest import PLAIN

LIST = "admin:sla_clock_changelist"


@pytest.mark.parametrize("model", ["clock", "policyversion", "calendar", "calendarday"])
def test_lists_open(as_user, sam, start, model):
    start()
    assert as_user(sam).get(reverse(f"admin:sla_{model}_changelist")).status_code == 200


def test_a_clock_shows_why_it_is_due(as_user, sam, start):
    answer = as_user(sam).get(reverse("admin:sla_clock_change", args=[start().pk]), headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert "2026-11-20 12:00" in answer.content.decode()


def test_set_aside_clocks_are_listed_and_looked_at_again(as_user, sam, start):
    clock = start()
    Clock.objects.update(failures=5, next_look_at=None, last_error="boom")
    client = as_user(sam)
    assert "boom" in client.get(reverse(LIST) + "?aside=1").content.decode()
    client.post(reverse(LIST), {"action": "look_again", "_selected_action": [clock.pk], "confirmed": "1"})
    clock.refresh_from_db()
    assert (clock.failures, clock.last_error) == (0, "")
    assert clock.next_look_at is not None


def test_pausing_asks_for_a_reason_first(as_user, sam, start, noon):
    clock, client = start(), as_user(sam)
    chosen = {"action": "pause", "_selected_action": [clock.pk]}
    assert client.post(reverse(LIST), chosen).status_code == 200
    clock.refresh_from_db()
    assert clock.state == "running"
    client.post(reverse(LIST), {**chosen, "confirmed": "1", "reason": "waits", "party": "buyer", "proof": ""})
    clock.refresh_from_db()
    assert clock.state == "paused"


def policy_form(**more):
    rows = [("warn", "-60", ["agent"]), ("breach", "0", ["agent"])]
    data = {"hours": "12", "cutoff": "", "calendar": "", "severity": "warning", "enabled": "on", "parameters": "{}"}
    data |= {"note": "shorter", "steps-TOTAL_FORMS": "3", "steps-INITIAL_FORMS": "0"}
    for number, (kind, minutes, who) in enumerate(rows):
        data |= {f"steps-{number}-kind": kind, f"steps-{number}-minutes": minutes, f"steps-{number}-audiences": who}
    return {**data, **more}


def test_a_policy_shows_its_impact_before_it_changes(as_user, sam, start, noon):
    start()
    client, page = as_user(sam), reverse("admin:sla_policy_edit", args=[PLAIN.key])
    assert client.get(page).status_code == 200
    preview = client.post(page, policy_form())
    assert preview.context["preview"].moved == 1
    assert PolicyVersion.objects.filter(policy=PLAIN.key).count() == 1
    assert client.post(page, policy_form(confirmed="1")).status_code == 302
    version = PolicyVersion.objects.get(policy=PLAIN.key, version=2)
    assert (version.length_seconds, version.created_by, version.steps.count()) == (43_200, sam, 2)


def test_an_agent_does_not_get_in(as_user, ana, start):
    assert as_user(ana).get(reverse("admin:sla_policy_edit", args=[PLAIN.key])).status_code == 302


def test_windows_are_written_as_people_write_them(as_user, sam, db):
    data = {"key": "office", "name": "office", "day0": "09:00-12:00, 22:00-06:00"}
    data |= {f"day{number}": "" for number in range(1, 7)}
    assert as_user(sam).post(reverse("admin:sla_calendar_add"), data).status_code == 302
    assert Calendar.objects.get().windows["0"] == [[540, 720], [1320, 360]]
