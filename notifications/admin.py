"""Messages of the outbox: the failed ones can be sent again."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.admin import LookOnlyAdmin
from common.exceptions import BusinessError
from notifications import services
from notifications.models import Message
from notifications.render import private_kinds


@admin.register(Message)
class MessageAdmin(LookOnlyAdmin):
    list_display = ["id", "kind", "address", "state", "attempts", "created_at", "next_try_at", "sent_at"]
    list_filter = ["state"]
    fields = [
        *("kind", "channel", "address", "user", "language", "state", "attempts", "last_error"),
        *("created_at", "next_try_at", "sent_at", "context", "public_id"),
    ]
    ordering = ["-id"]
    sortable_by = ()
    actions = ["send_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Private notices show to their readers, and to who may see them all (SEC-05)."""
        rows: QuerySet[Message] = super().get_queryset(request)
        if request.user.has_perm("notifications.see_private_message"):
            return rows
        return rows.exclude(~Q(user=request.user.pk) & Q(kind__in=private_kinds()))

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.resend_message")

    @admin.action(description=_("Send again"), permissions=["resend"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        sent = 0
        for message in queryset:
            try:
                services.resend(message.pk, request.user)
                sent += 1
            except BusinessError as refusal:
                self.message_user(request, f"{message}: {refusal.message}", messages.ERROR)
        if sent:
            said = ngettext("%(number)s message will be sent now.", "%(number)s messages will be sent now.", sent)
            self.message_user(request, said % {"number": sent}, messages.SUCCESS)
