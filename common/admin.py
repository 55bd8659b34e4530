"""What every admin stands on: no row is deleted, no million is counted, no stale form overwrites."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.admin.widgets import AdminSplitDateTime, RelatedFieldWidgetWrapper
from django.core.paginator import Paginator
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import lazystr
from django.utils.translation import gettext as _

from common import kept

COUNT_AT_MOST = 10_000  # rows that a list counts before it says «that many or more»

AuditHook = Callable[..., None]
_audit_hooks: list[AuditHook] = []


def register_audit(hook: AuditHook) -> None:
    """`hook(obj, by=user, change="added"|"changed", fields=[…])` is called for every save in the admin."""
    if hook not in _audit_hooks:
        _audit_hooks.append(hook)


# ── Figures of the start page ────────────────────────────────────────────────
@dataclass(frozen=True)
class Figure:
    """One figure of the admin's start page. `tone`: "", "fine", "soon" or "late"."""

    label: str
    value: object
    url: str = ""
    tone: str = ""
    due_at: dt.datetime | None = None  # drawn as a countdown beside the value


FigureSource = Callable[[dt.datetime], "list[Figure]"]
_figures: list[FigureSource] = []


def register_figure(source: FigureSource) -> None:
    """`source(now)` gives figures for the start page; each may cost a query or two, never a scan of much."""
    if source not in _figures:
        _figures.append(source)


def figures(now: dt.datetime) -> list[Figure]:
    return [figure for source in _figures for figure in source(now)]


def counted(queryset: QuerySet[Any]) -> int | str:
    """The number of rows, or «10000+»: a start page waits for no scan."""
    number = queryset.order_by()[: COUNT_AT_MOST + 1].count()
    return number if number <= COUNT_AT_MOST else f"{COUNT_AT_MOST}+"


def list_url(model: type[Model], query: str = "") -> str:
    """The admin's list of `model`, filtered by `query`; nothing where the model has no list."""
    if not admin.site.is_registered(model):
        return ""
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{url}?{query}" if query else url


# ── Lists ────────────────────────────────────────────────────────────────────
class EstimatedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts at most 10,000 rows; a whole table of PostgreSQL is estimated from the planner's statistics."""

    @cached_property
    def count(self) -> int:
        queryset: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        if not queryset.query.where:
            estimate = estimated_rows(queryset.model)
            if estimate > COUNT_AT_MOST:
                return estimate
        return int(queryset.order_by()[: COUNT_AT_MOST + 1].count())

    @cached_property
    def num_pages(self) -> int:
        """No page lies deeper than the rows that are counted: further back one filters or searches."""
        return max(1, -(-min(self.count, COUNT_AT_MOST) // self.per_page))


def estimated_rows(model: type[Model]) -> int:
    """How many rows the planner of PostgreSQL believes the table has; -1 where nobody knows."""
    if connection.vendor != "postgresql":
        return -1
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [model._meta.db_table])
        row = cursor.fetchone()
    return int(row[0]) if row else -1


class HouseAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The base of all: nothing is deleted, lists stay cheap, every save is in the audit trail."""

    paginator = EstimatedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False
    save_as = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A choice of another row is a plain choice: that row has its own page. Both halves of a time are named."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is None:
            return None
        widget = field.widget
        if isinstance(widget, RelatedFieldWidgetWrapper):
            field.widget = widget.widget
        elif isinstance(widget, AdminSplitDateTime):
            for half, name in zip(widget.widgets, (_("Date"), _("Time")), strict=True):
                half.attrs["aria-label"] = f"{db_field.verbose_name} {name}"
        return field

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """What happened to the row stands in the trail of the house, not in Django's log."""
        model, key = self.opts.label_lower, unquote(object_id)
        return redirect(reverse("admin:audit_entry_changelist") + "?" + urlencode({"topic": f"{model}:{key}"}))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        for hook in _audit_hooks:
            hook(obj, by=request.user, change="added", fields=[])

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        for hook in _audit_hooks:
            hook(obj, by=request.user, change="changed", fields=changed_fields(message))


def changed_fields(message: Any) -> list[str]:
    """The fields that Django's change message names, its inlines included."""
    parts = message if isinstance(message, list) else []
    return [name for part in parts for what in part.values() for name in what.get("fields", [])]


class KeptAdmin(HouseAdmin):
    """Of rows that every process remembers for seconds (common.kept): the one that changed them reads them anew at once."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        transaction.on_commit(kept.forget_all)


class LookOnlyAdmin(HouseAdmin):
    """Rows that only services write: shown, never edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


# ── No silent overwrite ──────────────────────────────────────────────────────
class RowForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row of a table of forms: its cells carry no labels, so that each field says aloud what it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("aria-label", str(field.label))


class VersionedForm(forms.ModelForm):  # type: ignore[type-arg]
    """Carries the version that was shown; a save on top of somebody else's is refused with the text kept."""

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput, label=lazystr(""))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "seen_version" in self.fields:
            self.initial["seen_version"] = self.instance.version if self.instance.pk else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk and "seen_version" not in self.errors:
            self._refuse_stale(cleaned.get("seen_version"))
        return cleaned

    def _refuse_stale(self, seen: int | None) -> None:
        model = type(self.instance)
        stored = model._default_manager.select_for_update().get(pk=self.instance.pk)  # held until the save is done
        if stored.version == seen:
            return
        self.add_error(
            None, _("Somebody changed this in the meantime. Your text is kept: look at both and save again.")
        )
        for name in self.changed_data:
            if name in self.fields and name != "seen_version":
                self.add_error(name, _("Stored now: %(value)s") % {"value": getattr(stored, name, None) or "—"})
        # The next save is deliberate: it knows what is stored now.
        sent: Any = self.data
        sent = sent.copy()
        sent[self.add_prefix("seen_version")] = stored.version
        self.data = sent


class VersionedAdmin(HouseAdmin):
    """For models with a `version`: counts it up at every save and refuses a save on top of an unseen one."""

    form = VersionedForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = list(super().get_fieldsets(request, obj))
        if "seen_version" in flatten_fieldsets(fieldsets):
            return fieldsets
        title, options = fieldsets[0]
        return [(title, {**options, "fields": [*options["fields"], "seen_version"]}), *fieldsets[1:]]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            obj.version = form.cleaned_data["seen_version"] + 1
        super().save_model(request, obj, form, change)
