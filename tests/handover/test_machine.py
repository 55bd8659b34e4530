"""The machine of the handover: state × transition × person, and a walk that a plain model follows (STF-08, STF-10)."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django_fsm import TransitionNotAllowed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.exceptions import BusinessError
from sla.models import Clock
from staff.handover import services
from staff.handover.services import Typed
from staff.handover.states import HandoverState
from staff.models import Handover
from staff.roles import Role
from tests.factories import UserFactory
from tests.handover.conftest import FIVE, MINUTE

MOVES = {
    "sign_as_leaver": ({"open"}, "leaver"),
    "take_back": ({"leaver"}, "open"),
    "sign_as_taker": ({"leaver"}, "taker"),
}
NOW = FIVE - 5 * MINUTE


@pytest.mark.parametrize("state", HandoverState.values)
@pytest.mark.parametrize("name", MOVES)
def test_each_state_times_each_transition(name, state):
    allowed, target = MOVES[name]
    row = Handover(state=state)
    if state in allowed:
        getattr(row, name)()
        assert row.state == target
    else:
        with pytest.raises(TransitionNotAllowed):
            getattr(row, name)()
        assert row.state == state


def test_a_state_cannot_be_assigned():
    with pytest.raises(AttributeError):
        Handover().state = "taker"


# Who may do what in which state: everything else is refused.
PEOPLE = ("leaver", "follower", "second", "leader", "stranger", "supplier")
ALLOWED = {
    ("open", "save"): {"leaver"},
    ("open", "refresh"): {"leaver"},
    ("open", "sign"): {"leaver"},
    ("open", "name"): {"leaver", "leader"},
    ("leaver", "take_back"): {"leaver"},
    ("leaver", "name"): {"leaver", "leader"},
    ("leaver", "accept"): {"follower", "second"},
    ("leaver", "give_back"): {"follower", "second"},
    ("leaver", "take"): set(),  # while nothing is decided
}
GESTURES = ("save", "refresh", "sign", "take_back", "name", "accept", "give_back", "take")


def do(gesture: str, page: Handover, by, taker, item_id: int):
    given_ = {"handover_id": page.pk, "version": page.version, "by": by, "now": NOW}
    return {
        "save": lambda: services.save_handover(**given_, typed=Typed()),
        "refresh": lambda: services.refresh_handover(**given_, typed=Typed()),
        "sign": lambda: services.sign_as_leaver(**given_, typed=Typed()),
        "take_back": lambda: services.take_back_handover(**given_),
        "name": lambda: services.name_taker(**given_, taker=taker),
        "accept": lambda: services.accept_item(**given_, item_id=item_id),
        "give_back": lambda: services.give_back_item(**given_, item_id=item_id, note="缺凭证"),
        "take": lambda: services.sign_as_taker(**given_, note=""),
    }[gesture]()


@pytest.fixture
def cast(ana, eve, finn, sam, petra, team):
    stranger = UserFactory(username="stranger", role=Role.AGENT_AFTERSALES)
    people = (ana, eve, finn, sam, stranger, petra)
    return dict(zip(PEOPLE, people, strict=True))


def brought_to(state: str, page: Handover, cast) -> Handover:
    if state != "open":
        do("sign", page, cast["leaver"], None, 0)
        page = Handover.objects.get(pk=page.pk)
    if state == "taker":
        for row in page.items.all():
            do("accept", page, cast["follower"], None, row.pk)
        do("take", page, cast["follower"], None, 0)
    return Handover.objects.get(pk=page.pk)


@pytest.mark.once
@pytest.mark.parametrize("state", HandoverState.values)
def test_stf_10_state_times_gesture_times_person(state, opened, cast):
    page = brought_to(state, opened(), cast)
    item_id = page.items.order_by("position").first().pk
    found = {}
    for gesture in GESTURES:
        for person, user in cast.items():
            with transaction.atomic():
                try:
                    do(gesture, page, user, cast["second"], item_id)
                    found.setdefault((state, gesture), set()).add(person)
                except BusinessError:
                    assert Handover.objects.filter(pk=page.pk).values().get()["version"] == page.version
                transaction.set_rollback(True)
    assert found == {key: people for key, people in ALLOWED.items() if key[0] == state and people}


@dataclass
class Model:
    """The handover as one would keep it on paper."""

    state: str = "open"
    taker: str = ""
    accepted: set[int] = field(default_factory=set)
    returned: set[int] = field(default_factory=set)

    def step(self, gesture: str, person: str, item: int) -> bool:
        """Carries the gesture out; False: refused."""
        writes = person == "leaver" and self.state == "open"
        takes = self.state == "leaver" and person in {"follower", "second"} and self.taker in {"", person}
        if gesture in {"save", "refresh"}:
            return writes
        if gesture == "sign" and writes:
            self.state = "leaver"
            return True
        if gesture == "take_back" and person == "leaver" and self.state == "leaver":
            self.state, self.returned = "open", set()
            return True
        if gesture == "name" and person in {"leaver", "leader"} and self.state != "taker":
            self.taker = "second"
            return True
        if gesture == "accept" and takes:
            self.taker = person
            self.accepted.add(item)
            self.returned.discard(item)
            return True
        if gesture == "give_back" and takes and item not in self.accepted:
            self.taker = person
            self.returned.add(item)
            return True
        if gesture == "take" and takes and len(self.accepted | self.returned) == 3:
            self.state, self.taker = "taker", person
            return True
        return False


STEP = st.tuples(
    st.sampled_from((*GESTURES, "sign", "accept", "accept", "give_back", "take")),  # mostly forward
    st.sampled_from((*PEOPLE[:4], "leaver", "follower")),
    st.sampled_from((1, 2, 3)),
)


@pytest.mark.once
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=50, max_size=50))
def test_stf_10_a_walk_of_fifty_steps_is_what_the_model_says(steps, cast, walk):
    page, works = walk()
    model = Model()
    with transaction.atomic():
        for gesture, person, number in steps:
            page = Handover.objects.get(pk=page.pk)
            item_id = page.items.get(subject_id=number).pk
            try:
                do(gesture, page, cast[person], cast["second"], item_id)
                done = True
            except BusinessError:
                done = False
            assert done == model.step(gesture, person, number), (gesture, person, number, model)
            assert_same(model, cast, works)
        transaction.set_rollback(True)


@pytest.fixture
def walk(opened, works):
    """`walk()` is the page all walks start from, with the work as it lay at the start."""
    page = opened()
    start = dict(works.pieces)

    def begin():
        works.pieces = dict(start)
        return page, works

    return begin


def assert_same(model: Model, cast, works) -> None:
    page = Handover.objects.select_related("taker").get()
    items = list(page.items.all())
    assert page.state == model.state
    assert page.taker == (cast[model.taker] if model.taker else None)
    assert {row.subject_id for row in items if row.accepted_at} == model.accepted
    assert {row.subject_id for row in items if row.returned_at} == model.returned
    assert {number for number in (1, 2, 3) if works.holder(number) != cast["leaver"].pk} == model.accepted
    assert Clock.objects.get().state == ("stopped" if model.state == "taker" else "running")
