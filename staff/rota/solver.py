"""Proposes a rota: the best plan that CP-SAT finds in the time given, and always one (STF-04, STF-05, STF-06)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from ortools.sat.python import cp_model

from staff.rota import explain, goals
from staff.rota.draft import Draft
from staff.rota.model import RotaModel
from staff.rota.plan import Plan, PlannedShift

SEED = 20
WORKERS = 2
SMALL = 100  # person-days up to which one thread is enough
FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)


@dataclass(frozen=True)
class Proposal:
    """What is proposed: the kept duties and the new ones. `unmet` says what cannot be covered, why, and what would
    mend it; `notes` what else is worth knowing. `optimal`: nothing better exists."""

    duties: tuple[PlannedShift, ...]
    unmet: list[str]
    notes: list[str]
    optimal: bool


@dataclass(frozen=True)
class Stage:
    """A goal, made as small as the goals before it allow. It has this share of the time; so close to the best possible
    is `enough`. With a `weight` the goal after it counts a little already, so that it need not be mended from scratch."""

    goal: Callable[[RotaModel], goals.Expr]
    share: float
    enough: int = 0
    weight: int = 0


STAGES = (
    Stage(goals.unmet, 0.25),
    Stage(goals.law, 0.2, enough=60, weight=10),
    Stage(goals.rhythm, 0.12),
    Stage(goals.fairness, 0.17, enough=12),
    Stage(goals.wishes, 0.08),
)
EXPLAINING = 0.1  # the share of the time that looks for what would mend a gap
ONE_VARIANT = 0.04  # of it for each thing that is tried
COMPLETING = 0.5  # seconds that are plenty for working out the sums of a given rota


def propose(plan: Plan, *, seconds: float = 20.0) -> Proposal:
    """The best rota found within `seconds`: an easy one in fewer, a hard one as good as the time allows.

    Kept duties stay as they are, all others are planned anew. There always is an answer: what cannot be covered is
    left open and explained. Small teams get the same answer every time; where two threads share the search, equally
    good ones may differ.
    """
    model = RotaModel(plan)
    duties, optimal = _solve(model, seconds)
    planned = plan.with_duties(duties)
    ends = time.monotonic() + EXPLAINING * seconds

    def resolve(variant: Plan) -> Plan | None:
        return _least_unmet(variant, min(ends - time.monotonic(), ONE_VARIANT * seconds))

    return Proposal(duties, explain.gaps(planned, resolve), explain.notes(planned, optimal=optimal), optimal)


def _solve(model: RotaModel, seconds: float) -> tuple[tuple[PlannedShift, ...], bool]:
    """Goes through the goals in their order; what one has reached no later one gives up."""
    reached = [stage.goal(model) for stage in STAGES]
    taken = {choice.duty for choice in Draft(model).choices()}
    optimal = True
    for number, stage in enumerate(STAGES):
        goal = reached[number]
        model.cp.minimize(stage.weight * goal + reached[number + 1] if stage.weight else goal)
        _begin_with(model, taken)
        solver = _solver(model, stage.share * seconds, stage.enough * max(1, stage.weight))
        if solver.solve(model.cp) not in FOUND:
            optimal = False
            continue
        optimal = optimal and solver.objective_value == solver.best_objective_bound
        if isinstance(goal, cp_model.LinearExpr):
            model.cp.add(goal <= solver.value(goal))
        taken = {choice.duty for choice in model.choices() if solver.boolean_value(choice.taken)}
    return model.kept + tuple(sorted(taken, key=lambda duty: (duty.day, duty.user_id))), optimal


def _begin_with(model: RotaModel, taken: set[PlannedShift]) -> None:
    """Hands the solver a whole solution to begin with: these duties and all the sums that follow from them."""
    model.cp.clear_hints()  # type: ignore[no-untyped-call]
    for choice in model.choices():
        model.cp.add_hint(choice.taken, choice.duty in taken)
    solver = _solver(model, COMPLETING)
    solver.parameters.fix_variables_to_their_hinted_value = True
    if solver.solve(model.cp) in FOUND:
        model.cp.clear_hints()  # type: ignore[no-untyped-call]
        for index, value in enumerate(solver.response_proto.solution):
            model.cp.add_hint(model.cp.get_int_var_from_proto_index(index), value)


def _least_unmet(plan: Plan, seconds: float) -> Plan | None:
    """A variant of the plan with the fewest gaps alone in mind; None when there was no time to find one."""
    if seconds <= 0:
        return None
    model = RotaModel(plan)
    solver = _solver(model, seconds)
    model.cp.minimize(goals.unmet(model))
    if solver.solve(model.cp) not in FOUND:
        return None
    return plan.with_duties(model.kept + tuple(c.duty for c in model.choices() if solver.boolean_value(c.taken)))


def _solver(model: RotaModel, seconds: float, enough: float = 0) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = SEED
    solver.parameters.num_workers = 1 if len(model.of_day) <= SMALL else WORKERS
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.absolute_gap_limit = enough
    return solver
