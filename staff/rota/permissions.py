"""The rights of the rota's pages. Whom and which teams one leads is asked beside them (staff.selectors)."""

from __future__ import annotations

VIEW_ROTA = "staff.view_rota"
PLAN_ROTA = "staff.plan_rota"
