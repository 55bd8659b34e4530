"""The rights of this app by name, so that nobody types one twice; `staff.roles` says who has them.

Who may take which step is not a right of its own: the machines say it (aftersales.workflows).
"""

from __future__ import annotations

VIEW_CASE = "aftersales.view_case"
WORK_CASE = "aftersales.work_case"  # open, take over, hand on, log a talk, remark, merge, split
JUDGE_QUALITY = "aftersales.judge_quality"  # QA-08
ADD_EVIDENCE = "aftersales.add_evidence"  # RET-06: agents, the return desk, quality
