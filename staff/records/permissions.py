"""The rights of the records by name; `staff.roles` says who has them. Whom one leads is asked beside `LEAD_TEAM`."""

from __future__ import annotations

KEEP_RECORDS = "staff.keep_records"  # one's own records, memos, tasks, checklists
LEAD_TEAM = "staff.lead_team"  # those of the team one leads
VIEW_SERVED_IDS = "staff.view_served_ids"  # STF-28: buyers' ids in the records of those one leads
VIEW_WEEKLY_SUMMARY = "staff.view_weekly_summary"  # STF-29: operations
IMPORT_CHAT_STATS = "staff.import_chat_stats"  # PHR-03
