"""How much a supplier may send us in a day, photos and files together: a full disk would stop everybody (T23)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from common import bulk, clock
from common.exceptions import BusinessError
from suppliers.models import Supplier

MB = 1024 * 1024
SPEND = """INSERT INTO suppliers_uploadday (supplier_id, day, files, bytes) VALUES (%s, %s, 1, %s)
 ON CONFLICT (supplier_id, day) DO UPDATE
 SET files = suppliers_uploadday.files + 1, bytes = suppliers_uploadday.bytes + excluded.bytes
 WHERE suppliers_uploadday.files < %s AND suppliers_uploadday.bytes + excluded.bytes <= %s"""


def spend(*, supplier: Supplier, size: int, now: dt.datetime) -> None:
    """Counts one more file of `size` bytes on the supplier's day, in Shanghai; counted exactly across all processes.

    The limits stand with the supplier. Raises BusinessError «quota_spent» when the file would go beyond them; then
    nothing is counted.
    """
    most_files, most_bytes = supplier.files_a_day, supplier.megabytes_a_day * MB
    fits = most_files > 0 and size <= most_bytes
    if fits and bulk.execute(SPEND, [supplier.pk, clock.day_of(now), size, most_files, most_bytes]):
        return
    raise BusinessError(
        _(
            "That is more than is taken from you in one day: %(files)d files, %(megabytes)d MB. "
            "Go on tomorrow, or ask our service to raise it."
        )
        % {"files": most_files, "megabytes": supplier.megabytes_a_day},
        code="quota_spent",
    )
