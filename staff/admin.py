"""Users, roles and lock-outs, changed through `staff.services` only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from common.admin import HouseAdmin, LookOnlyAdmin, register_figure
from common.exceptions import BusinessError
from staff import figures, lockout, services
from staff.conduct import admin as conduct  # noqa: F401
from staff.models import LoginFailure, User
from staff.records import admin as records  # noqa: F401
from staff.words import admin as words  # noqa: F401

for source in (figures.clocks, figures.outbox, figures.warnings):
    register_figure(source)


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Empty: it stays as it is. Otherwise all logins of this user end."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    acting: User  # who fills in the form; set by the admin

    class Meta:
        model = User
        fields = ["username", "name", "staff_no", "role", "email", "language", "wants_mail", "is_active"]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password, self.instance)
        elif not self.instance.pk:
            raise ValidationError(_("A new user needs a password."))
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk == self.acting.pk and {"role", "is_active"} & set(self.changed_data):
            raise ValidationError(_("Nobody does this to himself: ask another supervisor."))
        return cleaned


@admin.register(User)
class UserAdmin(HouseAdmin):
    form = UserForm
    list_display = ["username", "name", "staff_no", "role", "email", "is_active", "last_login"]
    list_filter = ["role", "is_active"]
    search_fields = ["username__startswith", "name__startswith", "staff_no__startswith"]
    search_help_text = _("Beginning of the user name, name or staff number")
    ordering = ["username"]
    actions = ["reset_second_factor"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"acting": request.user})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*UserForm.Meta.fields, "password"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        data, by = form.cleaned_data, request.user
        if not change:
            made = services.create_user(by=by, **{key: data[key] for key in data if key != "is_active"})
            obj.pk, obj._state.adding = made.pk, False
        else:
            services.change_user(user=obj, changes=data, by=by)
            services.set_role(user=obj, role=data["role"], by=by)
            if data["password"]:
                services.set_password(user=obj, password=data["password"], by=by)
        (services.enable_user if data["is_active"] else services.disable_user)(user=obj, by=by)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The services have written the trail."""

    log_change = log_addition

    @admin.action(description=_("Forget the authenticator (lost phone)"), permissions=["change"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            try:
                services.reset_second_factor(user=user, by=request.user)
            except BusinessError as refusal:
                self.message_user(request, refusal.message, messages.ERROR)
            else:
                said = gettext("%(user)s sets up a new authenticator at the next login.") % {"user": user}
                self.message_user(request, said, messages.SUCCESS)


@admin.register(LoginFailure)
class LoginFailureAdmin(LookOnlyAdmin):
    list_display = ["kind", "user", "address", "failures", "locked", "window_started_at"]
    list_filter = ["kind"]
    list_select_related = ["user"]
    fields = ["kind", "user", "address", "failures", "window_started_at"]
    ordering = ["-window_started_at", "-pk"]
    actions = ["lift"]

    @admin.display(description=_("locked"), boolean=True)
    def locked(self, failure: LoginFailure) -> bool:
        return lockout.is_locked(failure)

    def has_lift_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("staff.change_loginfailure")

    @admin.action(description=_("Let them try again"), permissions=["lift"])
    def lift(self, request: HttpRequest, queryset: QuerySet[LoginFailure]) -> None:
        failures = list(queryset.select_related("user"))
        for failure in failures:
            services.lift_lockout(failure=failure, by=request.user)
        said = ngettext("%(number)s lock-out lifted.", "%(number)s lock-outs lifted.", len(failures))
        self.message_user(request, said % {"number": len(failures)}, messages.SUCCESS)
