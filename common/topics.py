"""A topic names the thing that rows of different tables are about: `orders.order:42`."""

from __future__ import annotations

from django.db.models import Model


def topic_of(subject: Model) -> str:
    return f"{subject._meta.label_lower}:{subject.pk}"
