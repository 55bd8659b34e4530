"""The legal moves of all machines as rows, so that PostgreSQL itself refuses every other one (a raw UPDATE, too)."""

from __future__ import annotations

from django.db import models


class LegalMove(models.Model):
    """From one state of a kind of case to another; from nothing: a state that the kind has. Written from the machines."""

    kind = models.CharField(max_length=16)
    before = models.CharField(max_length=16, blank=True)
    after = models.CharField(max_length=16)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "before", "after"], name="aftersales_legalmove_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.before} → {self.after}"
