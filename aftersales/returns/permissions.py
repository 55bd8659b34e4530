"""The rights of the return desk, named once; `staff.roles` hands them out."""

from __future__ import annotations

LOOK = "aftersales.view_returnparcel"
COUNT = "aftersales.count_return"
JUDGE = "aftersales.judge_quality"
