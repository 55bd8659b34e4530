"""Reading the handover book: who sees it, what waits for whom, one page, whether somebody may leave."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from common.bulk import fetch
from sla.selectors import clocks_of
from staff.duty import selectors as duty
from staff.handover.following import Following, followers, following, names, team_id
from staff.handover.gathering import AHEAD, gather
from staff.handover.permissions import HAND_OVER
from staff.handover.states import HandoverState, ItemKind
from staff.models import Duty, Employment, Handover, HandoverItem, User
from staff.roles import Role
from staff.selectors import active_users, leads

UNREAD_FOR = dt.timedelta(hours=48)  # a page nobody was named for is offered this long at the top of the desk


def visible_to(user: User) -> QuerySet[Handover]:
    """The pages of the book that `user` may read: one's own, one's team's, those of the people one leads; a manager
    all. Those in no team share theirs."""
    book = Handover.objects.all()
    if user.role == Role.MANAGER:
        return book
    team = Employment.objects.filter(user=user).values_list("team_id", flat=True).first()
    mates = Q(leaver__employment__team=team) if team else Q(leaver__employment__team__isnull=True)
    return book.filter(Q(leaver=user) | Q(taker=user) | mates | Q(leaver__employment__team__leader=user))


def may_take(user: User, handover: Handover, at: dt.datetime) -> bool:
    """Whether `user` may take this over: the one who was named; nobody named: who is on the next shift, or on shift
    at `at` with the skill; in a house without a rota everybody of the team (STF-10). Never the leaver."""
    if user.pk == handover.leaver_id or not user.is_active or not user.has_perm(HAND_OVER):
        return False
    if handover.taker_id is not None:
        return handover.taker_id == user.pk
    if user.pk in {follower.pk for follower in followers(handover).users}:
        return True
    if not duty.has_rota(at):
        return team_id(user) == team_id(handover.leaver)
    skill = handover.duty.skill if handover.duty else ""
    return team_id(user) == team_id(handover.leaver) and user.pk in {
        member.pk for member in duty.on_shift(at, skill=skill)
    }


def waiting_for(user: User, at: dt.datetime) -> list[Handover]:
    """What `user` has to sign now, the oldest first: the page he is writing, and those that wait for him to take over
    (STF-08). One query, and a few more only while an unclaimed page waits."""
    found = _perhaps_for(user, at).select_related("leaver__employment", "duty").order_by("shift_ends_at", "pk")
    return [page for page in found if page.leaver_id == user.pk or may_take(user, page, at)]


def may_wait_for(user: User, at: dt.datetime) -> bool:
    """Whether `waiting_for` is worth asking: one query, written out, because it stands at the top of every desk."""
    opened, signed = HandoverState.OPEN, HandoverState.SIGNED_BY_LEAVER
    params = (user.pk, opened, signed, user.pk, user.pk, at - UNREAD_FOR)
    return bool(fetch(WORTH_ASKING, params)[0][0])


# `_perhaps_for` has anything: a test holds the two against each other.
WORTH_ASKING = """SELECT EXISTS (SELECT 1 FROM staff_handover WHERE leaver_id = %s AND state = %s
    OR state = %s AND leaver_id <> %s AND (taker_id = %s OR taker_id IS NULL AND shift_ends_at > %s))"""


def _perhaps_for(user: User, at: dt.datetime) -> QuerySet[Handover]:
    unclaimed = Q(taker__isnull=True, shift_ends_at__gt=at - UNREAD_FOR)
    return Handover.objects.exclude(state=HandoverState.SIGNED_BY_TAKER).filter(
        Q(leaver=user, state=HandoverState.OPEN)
        | (Q(state=HandoverState.SIGNED_BY_LEAVER) & (Q(taker=user) | unclaimed) & ~Q(leaver=user))
    )


def may_leave(user: User, at: dt.datetime) -> str:
    """Why somebody may not end the shift at `at` yet, as a sentence; empty: he may (STF-08, STF-10).

    A page that is not written and signed holds him; so does a signed one while somebody who is there to take over
    has not signed it. When the next shift only starts later, the leaver's own signature is enough.
    """
    shift = duty.shift_of(user, at)
    mine = Q(duty=shift) if shift else Q(duty__isnull=True, shift_ends_at__gt=at)
    pages = Handover.objects.filter(leaver=user).filter(mine | Q(duty__isnull=True, shift_ends_at__gt=at))
    signed = False
    for page in pages.select_related("leaver__employment", "taker", "duty"):
        if page.state == HandoverState.OPEN:
            return _("Your handover is not signed yet: write it and sign it before you leave.")
        if page.state == HandoverState.SIGNED_BY_LEAVER and (sentence := _holds(page)):
            return sentence
        signed |= page.duty_id is not None
    if shift and not signed and shift.starts_at <= at and _has_to_hand_over(shift, user, at):
        return _("Open your handover and sign it before you leave.")
    return ""


def _holds(page: Handover) -> str:
    next_shift = followers(page)
    if not next_shift.at_once:
        return ""
    who = page.taker.name if page.taker else names(next_shift.users)
    return _("Your handover still waits for %(name)s to take over.") % {"name": who}


def _has_to_hand_over(shift: Duty, user: User, at: dt.datetime) -> bool:
    """Whether anybody follows, or anything is left that the next shift must know."""
    next_shift = following(user, shift.ends_at, shift.skill)
    until = next_shift.ends_at or shift.ends_at + AHEAD
    return bool(next_shift.users or gather(user, since=shift.starts_at, until=until, now=at))


@dataclass(frozen=True)
class Page:
    """One page of the book as somebody sees it."""

    handover: Handover
    items: list[HandoverItem]
    due_at: dt.datetime | None  # while the clock runs
    explanation: list[str]
    next_shift: Following
    writes: bool
    may_take_back: bool
    takes: bool
    may_name: bool

    @property
    def undecided(self) -> int:
        return sum(item.accepted_at is None and item.returned_at is None for item in self.items)

    @property
    def waits_for(self) -> str:
        """Who is to sign next."""
        if self.handover.state == HandoverState.OPEN:
            return self.handover.leaver.name
        return self.handover.taker.name if self.handover.taker else names(self.next_shift.users)


def page_of(pk: int, user: User, now: dt.datetime) -> Page:
    """Everything a page shows. Raises Handover.DoesNotExist for what `user` may not see, as for what is not there."""
    handover = Handover.objects.select_related("leaver__employment__team__leader", "taker", "duty").filter(pk=pk).get()
    takes = handover.state == HandoverState.SIGNED_BY_LEAVER and may_take(user, handover, now)
    if not takes and not visible_to(user).filter(pk=pk).exists():
        raise Handover.DoesNotExist
    running = next((clock for clock in clocks_of(f"staff.handover:{pk}") if clock.stopped_at is None), None)
    own, open_to_name = handover.leaver_id == user.pk, handover.state != HandoverState.SIGNED_BY_TAKER
    return Page(
        handover=handover,
        items=list(handover.items.order_by("position")),
        due_at=running.due_at if running else None,
        explanation=running.explanation if running else [],
        next_shift=followers(handover) if open_to_name else Following(),
        writes=own and handover.state == HandoverState.OPEN,
        may_take_back=own and handover.state == HandoverState.SIGNED_BY_LEAVER,
        takes=takes,
        may_name=open_to_name and (own or leads(user, handover.leaver)),
    )


def possible_takers(handover: Handover) -> QuerySet[User]:
    """Everybody of the house who may be named as the taker, by name."""
    roles = [role.value for role in Role if role != Role.SUPPLIER]
    able = [role for role in roles if User(role=role, is_active=True).has_perm(HAND_OVER)]
    return active_users(*able).exclude(pk=handover.leaver_id)


def counts(items: list[HandoverItem]) -> list[tuple[str, int]]:
    """How many items of each kind, in the order of the kinds, without the empty ones."""
    found = {kind: sum(item.kind == kind for item in items) for kind in ItemKind}
    return [(str(kind.label), number) for kind, number in found.items() if number]
