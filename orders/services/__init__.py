"""What agents do with one order. Each is one transaction: lock, change, clocks, audit, notices; or a refusal.

All take `by` (the user who does it) and `now` (aware; default the product's clock). Those that come from a form take
the `version` it was drawn from and raise `common.exceptions.Conflict` when somebody saved in between; every refusal is
a `common.exceptions.BusinessError` with a sentence for people.
"""

from __future__ import annotations

from orders.services.buyer_notes import note_buyer
from orders.services.buyers import check_address, forget_old_buyers, reveal_buyer
from orders.services.custom import agree_custom_terms
from orders.services.holds import hold_lines
from orders.services.payment import (
    Reminded,
    change_price,
    remind_payment,
    remind_payments,
    tell_payment_round,
)
from orders.services.promises import (
    agree_later_date,
    chase_order,
    consent_to_shipping,
    extend_confirmation,
    is_past_the_platforms,
    set_ship_mode,
)
from orders.services.remarks import serve_order, write_remark, write_supplier_remark
from orders.services.shipped import mark_on_platform, record_tracking_number

__all__ = [
    "Reminded",
    "agree_custom_terms",
    "agree_later_date",
    "change_price",
    "chase_order",
    "check_address",
    "consent_to_shipping",
    "extend_confirmation",
    "forget_old_buyers",
    "hold_lines",
    "is_past_the_platforms",
    "mark_on_platform",
    "note_buyer",
    "record_tracking_number",
    "remind_payment",
    "remind_payments",
    "reveal_buyer",
    "serve_order",
    "set_ship_mode",
    "tell_payment_round",
    "write_remark",
    "write_supplier_remark",
]
