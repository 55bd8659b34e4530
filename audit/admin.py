"""The trail, to look at; and what the admin itself writes into it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import messages, services
from audit.models import Entry
from common.admin import LookOnlyAdmin, register_audit
from common.privacy import hidden_from


def record_edit(obj: Any, *, by: Any, change: str, fields: list[str]) -> None:
    services.record(f"admin.{change}", about=obj, by=by, what=str(obj)[:100], fields=fields)


register_audit(record_edit)
messages.register("admin.added", lambda data: _("Added %(what)s") % {"what": data["what"]})
messages.register(
    "admin.changed",
    lambda data: _("Changed %(what)s: %(fields)s") % {"what": data["what"], "fields": ", ".join(data["fields"])},
)


@admin.register(Entry)
class EntryAdmin(LookOnlyAdmin):
    list_display = ["recorded_at", "sentence", "actor_label", "topic", "action"]
    fields = ["recorded_at", "sentence", "actor_label", "topic", "action", "data", "gesture"]
    search_fields = ["topic__exact", "action__exact"]
    search_help_text = gettext_lazy("The whole topic (orders.order:42) or action (orders.shipped)")
    ordering = ["-id"]
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        """Without what is about people whom the reader does not lead (SEC-05)."""
        rows: QuerySet[Entry] = super().get_queryset(request)
        return rows.exclude(hidden_from(request.user))

    @admin.display(description=gettext_lazy("what"))
    def sentence(self, entry: Entry) -> str:
        return messages.sentence(entry.action, entry.data)
