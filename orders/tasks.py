"""Jobs of this app: each loads, calls a service, and may run again without harm."""

from __future__ import annotations

from celery import shared_task

from orders import digests, services
from orders.imports.services import run_waiting_imports
from orders.uploads.jobs import run_waiting_uploads
from orders.waybills import warn_of_waybills


@shared_task(name="orders.run_waiting_uploads")
def run_waiting_uploads_task() -> int:
    """Suppliers' files that wait, or whose worker died."""
    return run_waiting_uploads()


@shared_task(name="orders.send_supplier_digests")
def send_supplier_digests() -> int:
    """One mail a supplier and round of what is late and what is due soon."""
    return digests.send_supplier_digests()


@shared_task(name="orders.payment_round")
def payment_round() -> int:
    """16:00: tell the agents whose payment is to be reminded (ORD-05). Reminds nobody itself."""
    return services.tell_payment_round()


@shared_task(name="orders.forget_old_buyers")
def forget_old_buyers() -> int:
    """Remove the personal data of orders that ended years ago (SEC-07)."""
    return services.forget_old_buyers()


@shared_task(name="orders.run_waiting_imports")
def run_waiting_imports_task() -> int:
    """Imports that wait, or whose worker died."""
    return run_waiting_imports()


@shared_task(name="orders.warn_of_waybills")
def warn_of_waybills_task() -> int:
    """Which waybills run out within two days (LOG-05)."""
    return warn_of_waybills()
