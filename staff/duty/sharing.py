"""To whom the next piece goes: on shift, able to do it, fewest open pieces, and the longest without a new one. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from staff.duty.selectors import Member

LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class Chosen:
    """Who gets a piece, and how many he held before."""

    member: Member
    load: int


class Sharing:
    """Deals pieces out one by one. Those who are clocked in come before those who are only planned."""

    def __init__(self, members: Iterable[Member], loads: Mapping[int, int], last: Mapping[int, dt.datetime]) -> None:
        self._members = sorted(members, key=lambda member: (last.get(member.user.pk, LONG_AGO), member.user.pk))
        # How many pieces one has, then how long one has gone without: the smaller, the longer. A new piece puts one
        # behind everybody.
        self._rank = [(loads.get(member.user.pk, 0), turn) for turn, member in enumerate(self._members)]
        self._next = len(self._members)
        self._able: dict[tuple[str, int | None], list[int]] = {}

    def choose(self, skill: str, shop_id: int | None) -> Chosen | None:
        """The next one for a piece of this skill and shop; None when nobody here can do it."""
        able = self._who_can(skill, shop_id)
        if not able:
            return None
        place = min(able, key=self._rank.__getitem__)
        load = self._rank[place][0]
        self._rank[place] = (load + 1, self._next)
        self._next += 1
        return Chosen(self._members[place], load)

    def _who_can(self, skill: str, shop_id: int | None) -> list[int]:
        """The places in the list of those who can, the clocked in before all others."""
        key = (skill, shop_id)
        if key not in self._able:
            fit = [place for place, member in enumerate(self._members) if member.fits(skill, shop_id)]
            self._able[key] = [place for place in fit if self._members[place].present] or fit
        return self._able[key]
