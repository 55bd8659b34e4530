"""The rights of the words, by name; `staff.roles` says who has them."""

from __future__ import annotations

USE_WORDS = "staff.use_words"
MANAGE_WORDS = "staff.manage_words"  # the library, the list of terms, the handbook's drafts
APPROVE_HANDBOOK = "staff.approve_handbook"  # STF-35: management puts a page in force
