"""Saved views: a list's filter under a name, for oneself or for everybody."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from common import bulk
from common.exceptions import BusinessError
from sla.models import SavedView

OF_ONE_MOMENT = ("after", "before", "v", "rows")  # where somebody was in the list is no part of its filter
MAX_VIEWS = 30

_pages: dict[str, str] = {"desk": "sla:desk"}


def register(page: str, *, url_name: str) -> None:
    """A list that people may save views of: its short name and its URL name."""
    _pages[page] = url_name


def url_of(page: str, query: str = "") -> str:
    """The list with that filter. Raises BusinessError for a list that nobody registered."""
    if page not in _pages:
        raise BusinessError(_("There is no such list."), code="unknown_page")
    return reverse(_pages[page]) + (f"?{query}" if query else "")


def cleaned(query: str) -> str:
    """A query string without cursors and empty values."""
    pairs = [(k, v) for k, values in QueryDict(query).lists() for v in values if v and k not in OF_ONE_MOMENT]
    return urlencode(sorted(pairs))


def views_for(user: Any, page: str) -> list[dict[str, Any]]:
    """The views of a list that `user` sees, by name: own and shared ones. One query, by hand: every list asks it."""
    rows = bulk.fetch(
        "SELECT id, name, query, shared, owner_id FROM sla_savedview WHERE page = %s AND (owner_id = %s OR shared)"
        " ORDER BY name, id",
        [page, user.pk],
    )
    return [
        {"id": pk, "name": name, "query": query, "shared": bool(shared), "own": owner_id == user.pk}
        for pk, name, query, shared, owner_id in rows
    ]


@transaction.atomic
def save_view(*, page: str, name: str, query: str, shared: bool, by: Any) -> SavedView:
    """Keep a filter under `name`; one's own view of that name is replaced.

    Raises BusinessError for an unknown list, a missing name, a filter that is too long, or too many views.
    """
    url_of(page)
    label, text = " ".join(name.split())[:40], cleaned(query)
    if not label:
        raise BusinessError(_("Give the view a name."), code="missing")
    if len(text) > 500:
        raise BusinessError(_("This filter is too long to be saved."), code="too_long")
    own = SavedView.objects.filter(owner=by, page=page)
    if not own.filter(name=label).exists() and own.count() >= MAX_VIEWS:
        raise BusinessError(_("You have 30 views already: delete one first."), code="too_many")
    view, _made = SavedView.objects.update_or_create(
        owner=by, page=page, name=label, defaults={"query": text, "shared": shared}
    )
    return view


@transaction.atomic
def delete_view(*, view_id: int, by: Any) -> str:
    """Delete one's own view and answer with the list it was of. Raises SavedView.DoesNotExist for anything else."""
    view = SavedView.objects.get(pk=view_id, owner=by)
    view.delete()
    return view.page
