"""Fields of models that every floor uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django_fsm import FSMField


class StateField(FSMField):
    """The state of a machine. In migrations it is a plain CharField, for the column is one and nothing else.

    Migrations render the models of that day again and again, and transitions have no place in them: an FSMField would
    look for the transitions of each rendered model, and listen to every later one, which alone took a third of the
    time of `migrate`. What guards the moves in PostgreSQL stands in migrations of its own, in words.
    """

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """As of a CharField, without `protected`, which says who may set it and nothing of the column."""
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs
