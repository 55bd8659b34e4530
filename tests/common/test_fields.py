"""A machine's state: in the code it is guarded, in a migration it is a column."""

from __future__ import annotations

from django.apps import apps
from django.db import models
from django_fsm import FSMFieldMixin

from common.fields import StateField
from orders.states import OrderState


def test_a_state_is_a_plain_column_in_a_migration():
    told = {"default": OrderState.UNPAID, "choices": OrderState.choices}
    state = StateField("state", protected=True, **told)
    assert state.deconstruct() == models.CharField("state", max_length=50, **told).deconstruct()
    assert state.protected is True


def test_every_machine_keeps_its_state_in_such_a_field():
    states = [field for model in apps.get_models() for field in model._meta.fields if isinstance(field, FSMFieldMixin)]
    assert {type(field) for field in states} == {StateField}
