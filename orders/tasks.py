"""Jobs of this app: each loads, calls a service, and may run again without harm."""

from __future__ import annotations

from celery import shared_task

from orders import digests
from orders.uploads.jobs import run_waiting_uploads


@shared_task(name="orders.run_waiting_uploads")
def run_waiting_uploads_task() -> int:
    """Suppliers' files that wait, or whose worker died."""
    return run_waiting_uploads()


@shared_task(name="orders.send_supplier_digests")
def send_supplier_digests() -> int:
    """One mail a supplier and round of what is late and what is due soon."""
    return digests.send_supplier_digests()
