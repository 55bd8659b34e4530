"""What is done to shifts and rotas. Every change stands in the trail; only publishing binds anybody."""

from __future__ import annotations

from staff.rota.services.consequences import consequences
from staff.rota.services.duties import cancel_duty, reassign_duties, reassign_duty
from staff.rota.services.own import (
    add_wish,
    finish_cleaning,
    give_cleaning,
    make_feed,
    plan_cleaning,
    remove_wish,
    revoke_feed,
)
from staff.rota.services.planning import create_rota, lock_duty, move_duty, remove_duty, set_duty
from staff.rota.services.proposing import propose_rota, run_waiting_proposals
from staff.rota.services.publishing import publish_rota
from staff.rota.services.setup import (
    add_special_day,
    remove_special_day,
    save_rules,
    save_shift,
    set_shift_enabled,
    use_set,
)
from staff.rota.services.teams import save_demand, save_member, save_team

__all__ = [
    "add_special_day",
    "add_wish",
    "cancel_duty",
    "consequences",
    "create_rota",
    "finish_cleaning",
    "give_cleaning",
    "lock_duty",
    "make_feed",
    "move_duty",
    "plan_cleaning",
    "propose_rota",
    "publish_rota",
    "reassign_duties",
    "reassign_duty",
    "remove_duty",
    "remove_special_day",
    "remove_wish",
    "revoke_feed",
    "run_waiting_proposals",
    "save_demand",
    "save_member",
    "save_rules",
    "save_shift",
    "save_team",
    "set_duty",
    "set_shift_enabled",
    "use_set",
]
