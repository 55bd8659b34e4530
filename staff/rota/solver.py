"""Proposes a rota: the best plan that CP-SAT finds in the time given, and always one (STF-04, STF-05, STF-06)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from ortools.sat.python import cp_model

from staff.rota import explain, goals
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
    """A goal, made as small as the goals before it allow. It has this share of the time;
    `enough`: so close to the best possible is good enough."""

    name: str
    goal: Callable[[RotaModel], cp_model.LinearExprT]
    share: float
    enough: float = 0


STAGES = (
    Stage("unmet", goals.unmet, 0.25),
    Stage("law", goals.law, 0.2, 60),
    Stage("rhythm", goals.rhythm, 0.1),
    Stage("fairness", goals.fairness, 0.2, 12),
    Stage("wishes", goals.wishes, 0.1),
)
EXPLAINING = 0.12  # the share of the time that looks for what would mend a gap
ONE_VARIANT = 0.04  # of it for each thing that is tried


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
    optimal = True
    taken: tuple[PlannedShift, ...] = ()
    for stage, goal in [(stage, stage.goal(model)) for stage in STAGES]:
        solver = _solver(model, stage.share * seconds, stage.enough)
        model.cp.minimize(goal)
        if solver.solve(model.cp) not in FOUND:
            optimal = False
            continue
        optimal = optimal and solver.objective_value == solver.best_objective_bound
        if isinstance(goal, cp_model.LinearExpr):
            model.cp.add(goal <= round(solver.objective_value))
        model.cp.clear_hints()
        for choice in model.choices():
            model.cp.add_hint(choice.taken, solver.boolean_value(choice.taken))
        taken = tuple(choice.duty for choice in model.choices() if solver.boolean_value(choice.taken))
    return model.kept + taken, optimal


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
