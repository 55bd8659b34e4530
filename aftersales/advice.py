"""When the step that is usually next is not: asked of a case before the page proposes it. Nothing is forbidden here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftersales.guards import evidence_is_enough
from aftersales.models import StockQuestion
from aftersales.states import Goods, ReshipState, ReturnState, UnshippedRefundState

if TYPE_CHECKING:
    from aftersales.models import Case


def nothing_comes_back(case: Case) -> bool:
    """SUP-25: only goods that were turned back on the way are waited for."""
    return case.goods != Goods.COMING_BACK


def goods_are_stopped(case: Case) -> bool:
    """RET-33: what was stopped and left all the same is stopped once more."""
    return case.state == UnshippedRefundState.STOPPED and case.goods != Goods.IN_TRANSIT


def supplier_has_none(case: Case) -> bool:
    """SUP-10: of something that is missing the supplier said in this round that there is none. At most one query."""
    if case.state != ReshipState.STOCK_ASKED:
        return False
    answers = case.stock_questions.filter(asked_at__gte=case.entered_at)
    return answers.filter(answer=StockQuestion.Answer.NO).exists()


def supplier_may_have_it(case: Case) -> bool:
    """SUP-09: what is missing is sent after; the money goes back when there is none."""
    return not supplier_has_none(case)


def nothing_to_look_at(case: Case) -> bool:
    """RET-06: photos that were asked for are looked at once all of them are there. At most three queries."""
    return case.state != ReturnState.EVIDENCE_WANTED or not evidence_is_enough(case)
