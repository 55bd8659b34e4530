"""The rights of this app by name, so that nobody types one twice; `staff.roles` says who has them."""

from __future__ import annotations

VIEW_ORDER = "orders.view_order"
CHANGE_ORDER = "orders.change_order"  # remarks, flags, chase, hold, later date, mark as shipped
REVEAL_BUYER = "orders.reveal_buyer"  # SEC-07
REMIND_PAYMENT = "orders.remind_payment"  # ORD-05
CHANGE_PRICE = "orders.change_order"  # ORD-02
CHANGE_PRICE_FREELY = "orders.change_price_freely"  # ORD-02: a discount beyond the limit of the settings
IMPORT_ORDERS = "orders.import_orders"  # SUP-24: who brings orders in is a role of its own
IMPORT_CATALOGUE = "suppliers.import_catalogue"
ASSIGN_CODE = "orders.assign_code"
