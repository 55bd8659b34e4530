"""The promises of the staff floor: each subject has its own."""

from __future__ import annotations

from staff.conduct import sla_policies as conduct  # noqa: F401
from staff.exchanges import sla_policies as exchanges  # noqa: F401
from staff.handover import sla_policies as handover  # noqa: F401
from staff.records import sla_policies as records  # noqa: F401
