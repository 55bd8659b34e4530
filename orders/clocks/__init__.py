"""The orders' clocks: facts are read in one SELECT a chunk, due times are pure, writing is sla's set-based path.

All take ids of any number and `now`; where one takes `table`, a (temporary table, column) may stand for the ids.
"""

from orders.clocks.parcels import restart_parcel_stuck, start_parcel_stuck, stop_parcel_stuck, void_parcel_stuck
from orders.clocks.payment import start_auto_confirm, start_unpaid, stop_auto_confirm, stop_reminder, stop_unpaid
from orders.clocks.refunds import sync_refunds
from orders.clocks.shipping import restart_ship, start_ship, stop_ship, sync_platform_ship_by, void_ship

__all__ = [
    "restart_parcel_stuck",
    "restart_ship",
    "start_auto_confirm",
    "start_parcel_stuck",
    "start_ship",
    "start_unpaid",
    "stop_auto_confirm",
    "stop_parcel_stuck",
    "stop_reminder",
    "stop_ship",
    "stop_unpaid",
    "sync_platform_ship_by",
    "sync_refunds",
    "void_parcel_stuck",
    "void_ship",
]
