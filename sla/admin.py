"""Clocks to look at, pause, resume and extend; policies edited with their impact shown first; calendars."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock as house_clock
from common.admin import KeptAdmin, LookOnlyAdmin
from common.exceptions import BusinessError
from common.privacy import hidden_from
from sla import admin_forms, policies, services
from sla.models import Calendar, CalendarDay, Clock, ClockEvent, PauseSegment, PolicyStep, PolicyVersion
from sla.policy_admin import edit_page
from sla.selectors import GIVE_UP_AFTER, calendar_warnings, explanation
from sla.states import ClockState


class PolicyFilter(admin.SimpleListFilter):
    """The promises of the registry: no million rows are read for the list of choices."""

    title = gettext_lazy("promise")
    parameter_name = "policy"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return policies.choices()

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(policy=self.value()) if self.value() else queryset


class SetAsideFilter(admin.SimpleListFilter):
    title = gettext_lazy("set aside")
    parameter_name = "aside"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", _("set aside")), ("2", _("failed and tried again"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "1":
            return queryset.filter(
                state=ClockState.RUNNING, next_look_at__isnull=True, failures__gt=0, failures__gte=GIVE_UP_AFTER
            )
        return queryset.filter(failures__gt=0) if self.value() == "2" else queryset


class LookOnlyInline(admin.TabularInline):  # type: ignore[type-arg]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PauseInline(LookOnlyInline):
    model = PauseSegment
    fields = ["started_at", "ended_at", "reason", "party", "proof", "by"]


class EventInline(LookOnlyInline):
    model = ClockEvent
    fields = ["step", "kind", "at", "recorded_at", "collapsed", "audiences", "announced_at"]


@admin.register(Clock)
class ClockAdmin(LookOnlyAdmin):
    """Looked at, never edited: the actions call the services with a reason."""

    list_display = ["title", "promise", "party", "state", "verdict", "due_at", "next_look_at", "failures", "last_error"]
    list_filter = [SetAsideFilter, PolicyFilter, "state", "party"]
    ordering = ["-id"]
    sortable_by = ()
    inlines = [PauseInline, EventInline]
    actions = ["pause", "resume", "extend", "look_again"]
    fields = [
        *("title", "promise", "why", "topic", "party", "state", "verdict", "started_at", "own_due_at"),
        *("platform_due_at", "due_at", "next_look_at", "step", "stopped_at", "late_seconds", "paused_seconds"),
        *("stop_reason", "version", "failures", "last_error"),
    ]
    readonly_fields = ["promise", "why"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Clock]:
        """Without what is about people whom the reader does not lead (SEC-05)."""
        rows: QuerySet[Clock] = super().get_queryset(request)
        return rows.exclude(hidden_from(request.user))

    @admin.display(description=gettext_lazy("promise"))
    def promise(self, row: Clock) -> str:
        return policies.label_of(row.policy)

    @admin.display(description=gettext_lazy("why it is due then"))
    def why(self, row: Clock) -> str:
        return "\n".join(explanation(row))

    def has_manage_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("sla.manage_clock"))

    @admin.action(description=gettext_lazy("Pause"), permissions=["manage"])
    def pause(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._act("pause", _("Pause clocks"), request, queryset)

    @admin.action(description=gettext_lazy("Resume"), permissions=["manage"])
    def resume(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._act("resume", _("Resume clocks"), request, queryset)

    @admin.action(description=gettext_lazy("Extend"), permissions=["manage"])
    def extend(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._act("extend", _("Extend clocks"), request, queryset)

    @admin.action(description=gettext_lazy("Look again"), permissions=["manage"])
    def look_again(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._act("look_again", _("Look at the clocks again"), request, queryset)

    def _act(self, name: str, title: str, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Asks for the reason on a page of its own, then does it clock by clock; a refusal is shown by its clock."""
        chosen = list(queryset.order_by("pk")[:200])
        form = admin_forms.FORMS[name](request.POST if "confirmed" in request.POST else None)
        if not form.is_bound or not form.is_valid():
            context = {**self.admin_site.each_context(request), "title": title, "clocks": chosen, "form": form}
            return TemplateResponse(request, "admin/sla/clock_action.html", {**context, "action": name})
        done = 0
        for clock in chosen:
            try:
                SERVICES[name](clock_id=clock.pk, by=request.user, **form.cleaned_data)
                done += 1
            except BusinessError as refusal:
                messages.error(request, f"{clock.title}: {refusal.message}")
        if done:
            messages.success(request, _("Done for %(count)s clocks.") % {"count": done})
        return None


SERVICES: dict[str, Any] = {
    "pause": services.pause_clock,
    "resume": services.resume_clock,
    "extend": services.extend_clock,
    "look_again": services.look_again,
}


class StepInline(LookOnlyInline):
    model = PolicyStep
    fields = ["number", "kind", "offset_seconds", "audiences"]


@admin.register(PolicyVersion)
class PolicyVersionAdmin(LookOnlyAdmin):
    """All versions, newest first; the one in force has the link to its edit page."""

    list_display = ["promise", "version", "length", "cutoff", "calendar", "severity", "enabled", "created_at", "edit"]
    list_filter = ["enabled"]
    list_select_related = ["calendar"]
    fields = [
        *("promise", "version", "length", "cutoff", "calendar", "severity", "enabled", "parameters"),
        *("note", "created_by", "created_at"),
    ]
    readonly_fields = ["promise", "length"]
    inlines = [StepInline]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        for warning in calendar_warnings():
            messages.warning(request, warning)
        return super().changelist_view(request, extra_context)

    def get_queryset(self, request: HttpRequest) -> Any:
        queryset = super().get_queryset(request)
        # The last one of each policy wins: the version in force.
        self._in_force = set(dict(PolicyVersion.objects.order_by("version").values_list("policy", "pk")).values())
        return queryset

    @admin.display(description=gettext_lazy("promise"))
    def promise(self, row: PolicyVersion) -> str:
        return policies.label_of(row.policy)

    @admin.display(description=gettext_lazy("length"))
    def length(self, row: PolicyVersion) -> str:
        from sla.explain import length

        return length(row.length_seconds)

    @admin.display(description=gettext_lazy("change"))
    def edit(self, row: PolicyVersion) -> SafeString | str:
        if row.pk not in self._in_force:
            return "—"
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:sla_policy_edit", args=[row.policy]), _("Change the numbers")
        )

    def get_urls(self) -> list[URLPattern]:
        page = path("edit/<str:key>/", self.admin_site.admin_view(self.edit_view), name="sla_policy_edit")
        return [page, *super().get_urls()]

    def edit_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """First the impact, then the edit: the same form with «confirmed»."""
        if key not in {policy.key for policy in policies.all_policies()}:
            raise Http404
        if not request.user.has_perm("sla.change_policyversion"):
            return HttpResponse(status=403)
        answer = edit_page(request, key, self.admin_site.each_context(request))
        return answer or redirect("admin:sla_policyversion_changelist")


@admin.register(Calendar)
class CalendarAdmin(KeptAdmin):
    form = admin_forms.CalendarForm
    list_display = ["name", "key", "workdays_only"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        days = [f"day{number}" for number in range(7)]
        return [(None, {"fields": ["key", "name", "workdays_only"]}), (_("Windows"), {"fields": days})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return admin_forms.CalendarForm


@admin.register(CalendarDay)
class CalendarDayAdmin(KeptAdmin):
    list_display = ["day", "kind", "name"]
    list_filter = ["kind"]
    ordering = ["-day"]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        for warning in calendar_warnings(house_clock.today()):
            messages.warning(request, warning)
        return super().changelist_view(request, extra_context)
