"""Reading daily records: one's own day, and those of the people one leads (STF-28, STF-36)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from common import masking
from staff.measures import Measure, measures
from staff.models import DailyRecord, User
from staff.records.goods import Goods, of_day
from staff.records.services.daily import AMOUNT, DEALS, figures_of, keeps_goods
from staff.selectors import leads


@dataclass(frozen=True)
class Figure:
    """A figure of the system with the page that shows its rows."""

    label: str
    value: str
    unit: str
    url: str


@dataclass(frozen=True)
class DayPage:
    """A day's record: what is written, what the system knows, what follows from both."""

    record: DailyRecord
    figures: list[Figure]
    goods: Goods | None
    deals: int
    amount: Decimal
    corrections: list[dict[str, object]] = field(default_factory=list)

    @property
    def conversion(self) -> Decimal | None:
        """Deals per hundred buyers served (STF-36)."""
        served = self.record.served_buyers
        return (Decimal(self.deals) * 100 / served).quantize(Decimal("0.1")) if served else None

    @property
    def order_value(self) -> Decimal | None:
        """Yuan a deal (STF-36)."""
        return (self.amount / self.deals).quantize(Decimal("0.01")) if self.deals else None


def record_of(user: User, day: dt.date) -> DailyRecord:
    """That person's record of a day; an empty one, not saved, where nothing was written yet."""
    return DailyRecord.objects.filter(user=user, day=day).first() or DailyRecord(user=user, day=day)


def readable(reader: User, record_id: int) -> DailyRecord:
    """A record that `reader` may see: his own, and the handed-in ones of whom he leads. Raises DailyRecord.DoesNotExist
    for everything else, so that a foreign record looks like a missing one."""
    record = DailyRecord.objects.select_related("user").get(pk=record_id)
    if record.user_id != reader.pk and (record.handed_in_at is None or not leads(reader, record.user)):
        raise DailyRecord.DoesNotExist
    return record


def day_page(record: DailyRecord, reader: User) -> DayPage:
    """Frozen figures of a record that was handed in, live ones of a draft."""
    frozen = record.handed_in_at is not None
    values = record.figures if frozen else figures_of(record.user, record.day)
    goods = None
    if frozen and record.goods_out:
        goods = Goods.from_json(record.goods_out)
    elif not frozen and keeps_goods(record.user, record.day):
        goods = of_day(record.day)
    return DayPage(
        record=record,
        figures=[_figure(measure, values[measure.key], record) for measure in measures() if measure.key in values],
        goods=goods,
        deals=record.deals if frozen else int(Decimal(values.get(DEALS, "0"))),
        amount=record.deal_amount if frozen else Decimal(values.get(AMOUNT, "0")),
        corrections=_corrections(record) if frozen else [],
    )


def _figure(measure: Measure, value: str, record: DailyRecord) -> Figure:
    number = Decimal(value).quantize(Decimal(1).scaleb(-measure.decimals))
    url = measure.rows_url(record.user_id, record.day, record.day)
    return Figure(str(measure.label), f"{number:,f}", str(measure.unit), url)


def _corrections(record: DailyRecord) -> list[dict[str, object]]:
    names = {field.name: str(field.verbose_name) for field in DailyRecord._meta.fields}
    return [
        {
            "at": entry.at,
            "by": entry.by.name,
            "reason": entry.reason,
            "changes": [
                {"label": names[change["field"]], "before": change.get("before"), "after": change.get("after")}
                for change in entry.changes
            ],
        }
        for entry in record.corrections.select_related("by")
    ]


def masked_ids(text: str) -> list[str]:
    """Buyers' ids as they are shown unless somebody reveals them (SEC-07)."""
    return [masking.nick(word) for word in text.replace(",", " ").replace("，", " ").split()]


def recent_days(user: User, last: dt.date, *, days: int = 14) -> list[tuple[dt.date, DailyRecord | None]]:
    """The last days with their records, the newest first. One query."""
    first = last - dt.timedelta(days=days - 1)
    found = {record.day: record for record in DailyRecord.objects.filter(user=user, day__gte=first, day__lte=last)}
    return [(last - dt.timedelta(days=back), found.get(last - dt.timedelta(days=back))) for back in range(days)]
