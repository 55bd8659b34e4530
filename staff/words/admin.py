"""The words in the admin: the list of the checker and the guides are edited here, the rest is looked at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError

from common.admin import HouseAdmin, LookOnlyAdmin, VersionedAdmin, VersionedForm
from staff.models import Finding, Guide, HandbookPage, Phrase, Term
from staff.roles import Role
from staff.selectors import led_people
from staff.words.patterns import check_pattern


class TermForm(VersionedForm):
    def clean_pattern(self) -> str:
        pattern: str = self.cleaned_data["pattern"].strip()
        check_pattern(pattern)
        return pattern

    def clean_unless(self) -> list[str]:
        unless = self.cleaned_data["unless"] or []
        if not isinstance(unless, list) or not all(isinstance(one, str) and one.strip() for one in unless):
            raise ValidationError('["…", "…"]')
        for one in unless:
            check_pattern(one)
        return unless


@admin.register(Term)
class TermAdmin(VersionedAdmin):
    form = TermForm
    list_display = ["pattern", "kind", "severity", "replacement", "source", "enabled"]
    list_filter = ["kind", "severity", "enabled"]
    search_fields = ["pattern", "replacement"]
    fields = ["pattern", "kind", "severity", "replacement", "unless", "source", "enabled"]
    ordering = ["kind", "pattern"]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        return ["pattern"] if obj else []  # another pattern is another term


@admin.register(Guide)
class GuideAdmin(HouseAdmin):
    list_display = ["title", "letter", "rule", "position"]
    search_fields = ["title", "keywords"]
    fields = ["slug", "letter", "title", "keywords", "do", "say", "never", "rule", "position"]
    ordering = ["position", "title"]


@admin.register(Phrase)
class PhraseAdmin(LookOnlyAdmin):
    list_display = ["title", "stage", "situation", "state", "owner", "team", "uses", "reviewed_on"]
    list_filter = ["state", "stage", "marketing"]
    list_select_related = ["owner", "team"]
    search_fields = ["title", "body"]
    ordering = ["stage", "situation", "title"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).filter(owner__isnull=True)  # people's own are their own


@admin.register(HandbookPage)
class HandbookPageAdmin(LookOnlyAdmin):
    list_display = ["title", "chapter", "version", "current", "valid_from", "approved_by"]
    list_filter = ["current", "chapter"]
    list_select_related = ["approved_by"]
    search_fields = ["title", "rules"]
    ordering = ["chapter", "title"]


@admin.register(Finding)
class FindingAdmin(LookOnlyAdmin):
    list_display = ["at", "place", "kind", "severity", "term", "reason"]
    list_filter = ["kind", "severity", "place"]
    fields = ["at", "place", "topic", "kind", "severity", "term", "reason"]
    ordering = ["-at", "-pk"]

    def get_queryset(self, request: Any) -> Any:
        """Those of the people one leads, without their names (SEC-05); for the managers all."""
        found = super().get_queryset(request)
        return found if request.user.role == Role.MANAGER else found.filter(user__in=led_people(request.user))
