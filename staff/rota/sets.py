"""Shift sets that houses use, as data: made by one button and free to be changed afterwards (STF-01)."""

from __future__ import annotations

from dataclasses import dataclass

from staff.rota.states import ShiftKind


@dataclass(frozen=True)
class SetShift:
    """A shift of a set: its windows as «09:00–17:00» in local time."""

    name: str
    short: str
    windows: tuple[tuple[str, str], ...]
    kind: str = ShiftKind.DAY
    break_minutes: int = 0
    color: str = "blue"


SETS: dict[str, tuple[SetShift, ...]] = {
    "早晚两班": (
        SetShift("早班", "早", (("09:00", "17:00"),), color="amber"),
        SetShift("晚班", "晚", (("14:30", "22:30"),), ShiftKind.NIGHT, color="blue"),
    ),
    "白班与两段晚班": (
        SetShift("白班", "白", (("08:30", "17:30"),), break_minutes=60, color="green"),
        SetShift("两段晚班", "段", (("10:00", "14:00"), ("17:30", "23:00")), ShiftKind.NIGHT, color="purple"),
    ),
    "白班与跨夜晚班": (
        SetShift("白班", "白", (("08:30", "17:30"),), break_minutes=60, color="green"),
        SetShift("跨夜晚班", "夜", (("17:30", "01:00"),), ShiftKind.NIGHT, color="teal"),
    ),
}
COLORS = ("blue", "amber", "green", "purple", "teal", "red", "grey")
