"""The promises of the orders floor. What they mean stands here; lengths, ladders and cut-offs are versioned rows."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock as house_clock
from orders.states import Platform
from sla.explain import length, when
from sla.models import Clock
from sla.policies import Defaults, Facts, Numbers, Policy, plain_due, register
from sla.states import Party, Severity, StepKind
from staff.rota.states import Skill

HOUR = 3_600
DAY = 24 * HOUR
WARN, BREACH, ESCALATE = StepKind.WARN, StepKind.BREACH, StepKind.ESCALATE

FULFILMENT = "orders.fulfilment"
ORDER = "orders.order"
REFUND = "orders.refund"
PARCEL = "orders.parcel"

# Agent → supervisor → manager; a broken shipping promise also goes to operations (SUP-22).
SHIP_LADDER = (
    (WARN, -4 * HOUR, ("agent", "supplier")),
    (WARN, -1 * HOUR, ("agent", "supplier")),
    (BREACH, 0, ("agent", "supplier", "operations")),
    (ESCALATE, 4 * HOUR, ("supervisor",)),
    (ESCALATE, 24 * HOUR, ("manager",)),
)
PLATFORM_LADDER = (
    (WARN, -12 * HOUR, ("agent",)),
    (WARN, -2 * HOUR, ("agent", "supervisor")),
    (BREACH, 0, ("agent", "supervisor", "operations")),
    (ESCALATE, 4 * HOUR, ("manager",)),
)


def _cutoff(numbers: Numbers, facts: Facts) -> dt.time | None:
    """The supplier's own cut-off, else the policy's (SUP-02)."""
    own = facts.get("cutoff")
    return dt.time.fromisoformat(own) if own else numbers.cutoff


def daily_due(paid_at: dt.datetime, numbers: Numbers, facts: Facts) -> dt.datetime:
    """SUP-01, SUP-02: paid by the cut-off → the end of that Shanghai day, every day of the week; later → plus length."""
    cutoff = _cutoff(numbers, facts)
    due = plain_due(paid_at, numbers, facts)
    local = house_clock.local(paid_at)
    if cutoff is None or local.time() > cutoff:
        return due
    return min(due, house_clock.day_end(local.date()))


def reminder_due(ordered_at: dt.datetime, numbers: Numbers, facts: Facts) -> dt.datetime:
    """ORD-03 to ORD-05: the first round (16:00) at or after ordering plus the threshold (12 hours)."""
    ready = house_clock.local(plain_due(ordered_at, numbers, facts))
    round_at = numbers.cutoff or dt.time(16)
    day = ready.date() if ready.time() <= round_at else ready.date() + dt.timedelta(days=1)
    return house_clock.aware(dt.datetime.combine(day, round_at))


def confirm_due(shipped_at: dt.datetime, numbers: Numbers, facts: Facts) -> dt.datetime:
    """LOG-03: so many days after shipping, by kind of delivery and platform; the policy's length where none is set."""
    days = confirm_days(numbers, facts)
    return plain_due(shipped_at, numbers, facts) if days is None else shipped_at + dt.timedelta(days=days)


def confirm_days(numbers: Numbers, facts: Facts) -> int | None:
    mode = "post" if facts.get("post") else "express"
    found = numbers.parameters.get(mode, {}).get(str(facts.get("platform", "")))
    return None if found is None else int(found)


def _daily_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    cutoff = _cutoff(numbers, clock.facts)
    words = {"paid": when(clock.started_at), "length": length(numbers.length_seconds)}
    if cutoff is None:
        return [_("Paid %(paid)s: to be shipped within %(length)s.") % words]
    words["cutoff"] = f"{cutoff:%H:%M}"
    whose = (
        _("The cut-off of this supplier is %(cutoff)s.")
        if clock.facts.get("cutoff")
        else _("The cut-off is %(cutoff)s.")
    )
    if house_clock.local(clock.started_at).time() <= cutoff:
        said = _("Paid %(paid)s, by the cut-off: to be shipped the same day.")
    else:
        said = _("Paid %(paid)s, after the cut-off: to be shipped within %(length)s.")
    return [said % words, whose % words]


def _promotion_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    return [
        _("Paid %(paid)s in the promotion “%(name)s”: to be shipped within %(length)s, without a cut-off.")
        % {
            "paid": when(clock.started_at),
            "name": clock.facts.get("promotion", ""),
            "length": length(numbers.length_seconds),
        }
    ]


def _promised_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    return [_("The buyer agreed to wait until %(date)s.") % {"date": when(clock.own_due_at)}]


def _chased_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    return [
        _("The buyer chased the order on %(at)s: to be shipped within %(length)s.")
        % {"at": when(clock.started_at), "length": length(numbers.length_seconds)}
    ]


def _platform_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    return [_("The platform's own date: %(date)s. It does not wait for pauses.") % {"date": when(clock.own_due_at)}]


def _reminder_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    return [
        _("Ordered %(ordered)s and not paid: reminded once, in the first %(round)s round after %(length)s.")
        % {
            "ordered": when(clock.started_at),
            "round": f"{numbers.cutoff or dt.time(16):%H:%M}",
            "length": length(numbers.length_seconds),
        }
    ]


def _close_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    return [
        _("Ordered %(ordered)s: the platform closes it if it is not paid within %(length)s.")
        % {"ordered": when(clock.started_at), "length": length(numbers.length_seconds)}
    ]


def _confirm_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    days = confirm_days(numbers, clock.facts)
    words = {"shipped": when(clock.started_at), "length": length(days * DAY if days else numbers.length_seconds)}
    if clock.facts.get("fixed"):
        return [_("The time to confirm was extended to %(date)s.") % {"date": when(clock.own_due_at)}]
    return [_("Shipped %(shipped)s: the platform confirms receipt by itself after %(length)s.") % words]


def _stuck_reasons(clock: Clock, numbers: Numbers) -> list[str]:
    words = {"at": when(clock.started_at), "length": length(numbers.length_seconds)}
    if clock.facts.get("scanned"):
        return [_("Last scan %(at)s: without a new one within %(length)s the parcel counts as stuck.") % words]
    return [_("Handed over %(at)s: without a scan within %(length)s the parcel counts as stuck.") % words]


SHIP_DAILY = register(
    Policy(
        key="orders.ship_daily",
        label=gettext_lazy("ship, daily order"),
        subject_type=FULFILMENT,
        party=Party.SUPPLIER,
        defaults=Defaults(24 * HOUR, SHIP_LADDER, cutoff=dt.time(16)),
        due=daily_due,
        reasons=_daily_reasons,
        rule="SUP-01, SUP-02, SUP-04",
        skill=Skill.AFTERSALES,
    )
)
SHIP_PROMOTION = register(
    Policy(
        key="orders.ship_promotion",
        label=gettext_lazy("ship, promotion order"),
        subject_type=FULFILMENT,
        party=Party.SUPPLIER,
        defaults=Defaults(48 * HOUR, SHIP_LADDER),
        reasons=_promotion_reasons,
        rule="SUP-03",
        skill=Skill.AFTERSALES,
    )
)
SHIP_PROMISED = register(
    Policy(
        key="orders.ship_promised",
        label=gettext_lazy("ship, date agreed with the buyer"),
        subject_type=FULFILMENT,
        party=Party.SUPPLIER,
        defaults=Defaults(24 * HOUR, SHIP_LADDER),
        reasons=_promised_reasons,
        rule="SUP-12",
        skill=Skill.AFTERSALES,
    )
)
CHASED = register(
    Policy(
        key="orders.chased",
        label=gettext_lazy("chased order"),
        subject_type=FULFILMENT,
        party=Party.SUPPLIER,
        defaults=Defaults(24 * HOUR, SHIP_LADDER),
        reasons=_chased_reasons,
        rule="AFT-02, SUP-30",
        skill=Skill.AFTERSALES,
    )
)
PLATFORM_SHIP_BY = register(
    Policy(
        key="orders.platform_ship_by",
        label=gettext_lazy("ship, the platform's date"),
        subject_type=FULFILMENT,
        party=Party.SUPPLIER,
        defaults=Defaults(48 * HOUR, PLATFORM_LADDER, severity=Severity.MONEY),
        reasons=_platform_reasons,
        follows_platform=True,
        rule="SUP-01",
        skill=Skill.AFTERSALES,
    )
)
PLATFORM_REFUND = register(
    Policy(
        key="orders.platform_refund",
        label=gettext_lazy("refund, the platform's deadline"),
        subject_type=REFUND,
        party=Party.AGENT,
        defaults=Defaults(48 * HOUR, PLATFORM_LADDER, severity=Severity.MONEY),
        reasons=_platform_reasons,
        follows_platform=True,
        rule="RET-36",
        skill=Skill.AFTERSALES,
    )
)
UNPAID_REMINDER = register(
    Policy(
        key="orders.unpaid_reminder",
        label=gettext_lazy("remind of payment"),
        subject_type=ORDER,
        party=Party.AGENT,
        defaults=Defaults(
            12 * HOUR,
            # The round begins at the due time and has the rest of the day.
            ((WARN, 0, ("agent",)), (BREACH, 8 * HOUR - 1, ("agent",)), (ESCALATE, DAY, ("supervisor",))),
            cutoff=dt.time(16),
            severity=Severity.INFO,
        ),
        due=reminder_due,
        reasons=_reminder_reasons,
        rule="ORD-03, ORD-04, ORD-05",
        skill=Skill.PRESALES,
    )
)
UNPAID_CLOSE = register(
    Policy(
        key="orders.unpaid_close",
        label=gettext_lazy("closes unpaid"),
        subject_type=ORDER,
        party=Party.PLATFORM,
        defaults=Defaults(7 * DAY, severity=Severity.INFO),
        reasons=_close_reasons,
        rule="ORD-06",
        skill=Skill.PRESALES,
    )
)
AUTO_CONFIRM = register(
    Policy(
        key="orders.auto_confirm",
        label=gettext_lazy("platform confirms receipt"),
        subject_type=ORDER,
        party=Party.PLATFORM,
        defaults=Defaults(
            10 * DAY,
            ((WARN, -2 * DAY, ("agent",)),),
            severity=Severity.INFO,
            parameters={
                "express": dict.fromkeys(Platform.values, 10),
                "post": dict.fromkeys(Platform.values, 30),
            },
        ),
        due=confirm_due,
        reasons=_confirm_reasons,
        rule="LOG-03, LOG-04",
        skill=Skill.AFTERSALES,
    )
)
PARCEL_STUCK = register(
    Policy(
        key="orders.parcel_stuck",
        label=gettext_lazy("parcel without a scan"),
        subject_type=PARCEL,
        party=Party.CARRIER,
        defaults=Defaults(48 * HOUR, ((BREACH, 0, ("operations",)), (ESCALATE, 48 * HOUR, ("supervisor",)))),
        reasons=_stuck_reasons,
        rule="LOG-08, SUP-22",
        skill=Skill.AFTERSALES,
    )
)

SHIP_KEYS = (SHIP_DAILY.key, SHIP_PROMOTION.key, SHIP_PROMISED.key)
STOPPED_BY_SHIPPING = (*SHIP_KEYS, CHASED.key, PLATFORM_SHIP_BY.key)
CANCELLED_SHORT = "orders.cancelled_short"  # of those of parts whose goods ran out and were cancelled (SUP-11)
HOLD = "orders.hold"  # the cause of the pauses that «wait for notice» makes (SUP-26)
CAPPED_BY_PLATFORM = (SHIP_DAILY.key, SHIP_PROMOTION.key, PLATFORM_SHIP_BY.key)
