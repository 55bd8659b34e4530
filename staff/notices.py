"""How the notices of the staff floor read: each subject has its own."""

from __future__ import annotations

from staff.conduct import notices as conduct  # noqa: F401
from staff.duty import notices as duty  # noqa: F401
from staff.exchanges import notices as exchanges  # noqa: F401
from staff.handover import notices as handover  # noqa: F401
from staff.records import notices as records  # noqa: F401
from staff.rota import notices as rota  # noqa: F401
