"""What happened to orders, in the past tense, for the floors above. Sent inside the transaction."""

from __future__ import annotations

from django.dispatch import Signal

# An import was carried out. batch_id: int; placed: int, orders that are new; paid: int, orders that became
# paid by it (new ones that came paid count in both); now: datetime.
orders_imported = Signal()

# Parts of orders got all their tracking numbers. order_ids, fulfilment_ids: list[int]; now: datetime.
orders_shipped = Signal()

# Platform refunds are new or stand in another state or deadline. refund_ids: list[int]; now: datetime.
refund_changed = Signal()
