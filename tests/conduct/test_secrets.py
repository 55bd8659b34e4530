"""Money and words of a penalty stand on its page alone (Shows 7)."""

from __future__ import annotations

import json
import logging
from decimal import Decimal
from itertools import product
from typing import Any

from audit.models import Entry
from notifications.models import BellItem, Message
from notifications.render import render
from staff.conduct import fund, rulebook, services
from staff.conduct.proposing import propose
from staff.models import Appeal, Employment, IncidentKind, Team
from staff.roles import Role
from tests import factories
from tests.conduct.helpers import MARKS, play
from tests.factories import NOON


def test_no_amount_and_no_text_in_trail_mails_and_logs(db: None, caplog: Any) -> None:
    """Shows 7: fines, rewards and the fund's money stand on their pages, in no trail, outbox, bell or log."""
    caplog.set_level(logging.DEBUG)
    rulebook.load()
    leader = factories.UserFactory(role=Role.SUPERVISOR)
    manager = factories.UserFactory(role=Role.MANAGER)
    vera = factories.UserFactory()
    team = Team.objects.create(name="甲队", leader=leader)
    Employment.objects.create(user=vera, team=team)
    penalty = play(vera, leader, manager, NOON)
    reward = propose(kind="mentor_1", user=vera, event_key="m", topic="", happened_at=NOON, now=NOON)
    assert reward is not None
    IncidentKind.objects.filter(key="mentor_1").update(ladder=[{"points": 1, "money": "8765.43", "consequence": ""}])
    reward = services.confirm_penalty(penalty_id=reward.pk, version=0, by=leader, now=NOON)
    fund.enter(team=team, amount=Decimal("1234.56"), text="聚餐", by=leader, now=NOON)
    assert (penalty.money, reward.money, penalty.fund_entry.amount) == (
        Decimal(MARKS["fine"]), Decimal("8765.43"), Decimal(MARKS["fine"])
    )  # fmt: skip
    assert Appeal.objects.get().text == MARKS["appeal"]
    assert Message.objects.count() >= 4
    told = [json.dumps(entry.data, ensure_ascii=False) for entry in Entry.objects.all()]
    told += [json.dumps(message.context, ensure_ascii=False) for message in Message.objects.all()]
    told += [json.dumps(item.context, ensure_ascii=False) for item in BellItem.objects.all()]
    told += [render(message.kind, message.context, "zh-hans").text for message in Message.objects.all()]
    told += [record.getMessage() for record in caplog.records]
    secrets = {*MARKS.values(), "8765", "1234.56", "4321"}
    assert [(secret, line) for secret, line in product(secrets, told) if secret in line] == []
