"""What happened to clocks, in the past tense, for the floors above. Sent inside the transaction."""

from __future__ import annotations

from django.dispatch import Signal

# Somebody put a clock into somebody's hands, his own or another's. clock: Clock, with its new assignee; by: the user
# who did it; reason: str, why it was given to another, empty for one's own; now: datetime.
clock_changed_hands = Signal()

# Open clocks went from holder to holder by the rule of the house: dealt out, freed, handed on. clock_ids: list[int];
# now: datetime. What is followed behind them is locked.
clocks_dealt = Signal()
