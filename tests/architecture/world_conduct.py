"""What the world holds of conduct: the agent's penalty under the supervisor's lead, the fund, a mentoring, a training."""

from __future__ import annotations

from typing import Any

from common import clock
from staff.conduct.proposing import propose
from staff.models import Employment, FundEntry, Mentoring, ProductTraining, Team, User
from tests import factories


def add_conduct(leader: User, agent: User, number: int) -> dict[str, dict[str, Any]]:
    """One row more of each list; what the arguments of the routes are."""
    now = clock.now()
    team, _made = Team.objects.get_or_create(leader=leader, defaults={"name": "客服一组"})
    Employment.objects.update_or_create(user=agent, defaults={"team": team})
    penalty = propose(kind="late", user=agent, event_key=f"w:{number}", topic="", happened_at=now, by=leader, now=now)
    assert penalty is not None
    trainee = factories.UserFactory()
    Employment.objects.create(user=trainee, team=team)
    pair = Mentoring.objects.create(intake="2026-10", mentor=agent, trainee=trainee, started_on=clock.day_of(now))
    training = ProductTraining.objects.create(product_code=f"SKU-W{number}", title="保温杯")
    last = FundEntry.objects.filter(team=team).count()
    entry = FundEntry.objects.create(
        team=team, number=last + 1, on=clock.day_of(now), amount=1, balance=last + 1, text="经费", by=leader
    )
    person = {"pk": agent.pk, "team_pk": team.pk, "key": "findings"}
    return {
        "conduct": person,
        "conduct:penalty": {"pk": penalty.pk},
        "conduct:act": {"pk": penalty.pk, "action": "confirm"},
        "conduct:fund_enter": {"pk": team.pk},
        "conduct:fund_correct": {"pk": entry.pk},
        "conduct:training_edit": {"pk": training.pk},
        "conduct:mentoring_pass": {"pk": pair.pk},
    }
