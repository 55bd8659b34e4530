"""The rights of this app by name; `staff.roles` says who has them."""

from __future__ import annotations

VIEW_SLIP = "ledger.view_payslip"
ASK_SLIP = "ledger.ask_slip"
APPROVE_SLIP = "ledger.approve_slip"
PAY_SLIP = "ledger.pay_slip"
VIEW_CLAIM = "ledger.view_claim"
WORK_CLAIM = "ledger.work_claim"  # SUP-27: pursue a claim against a supplier or carrier
EXPORT = "staff.export_data"  # SEC-02
