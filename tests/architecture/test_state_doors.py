"""A state of a machine moves in its workflow, or in set-based SQL that asks `orders.workflow.sources`: nowhere else."""

from __future__ import annotations

import ast

from tests.architecture.source import trees

# A message or a job has a state too, but no machine behind it.
ALLOWED = {
    "notifications/delivery.py",  # queued → sent or dead: the outbox
    "notifications/services.py",  # dead → queued: «send again»
    "orders/claims.py",  # an import or upload waits, runs …
    "orders/imports/services.py",  # … is done
    "orders/uploads/jobs.py",
    "sla/services.py",  # a clock's pause
    "sla/stopping.py",  # … and its end
    "staff/words/services/phrases.py",  # a phrase is proposed, in use, retired
}


def _moves(tree: ast.Module) -> list[int]:
    """Lines that set `.state`, by assignment, `setattr` or `.update(state=…)`."""
    found: list[int] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            flat = [part for target in targets for part in ast.walk(target)]
            found += [part.lineno for part in flat if isinstance(part, ast.Attribute) and part.attr == "state"]
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            named = any(keyword.arg == "state" for keyword in node.keywords)
            second = node.args[1] if name == "setattr" and len(node.args) > 1 else None
            if (name == "update" and named) or (isinstance(second, ast.Constant) and second.value == "state"):
                found.append(node.lineno)
    return found


def test_no_state_is_set_by_hand() -> None:
    found = {path: lines for path, tree in trees() if (lines := _moves(tree)) and path not in ALLOWED}
    assert found == {}


def test_the_finder_finds() -> None:
    """The control: each way to set a state by hand is seen."""
    code = "order.state = 'paid'\nsetattr(order, 'state', 'paid')\nOrder.objects.update(state='paid')\norder.pay()\n"
    assert _moves(ast.parse(code)) == [1, 2, 3]


def test_bulk_paths_ask_the_workflow() -> None:
    """A file that writes the state of an order or a part in SQL takes the legal sources from the workflow."""
    without = []
    for path, tree in trees():
        texts = [
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        writes = any(
            "UPDATE orders_order " in text or "UPDATE orders_fulfilment " in text
            for text in texts
            if "SET state" in text
        )
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        if writes and not {"sources", "may_become"} & (names | attributes):  # may_become() asks sources()
            without.append(path)
    assert without == []
