"""Login, second step, account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.forms import PasswordChangeForm as StockPasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from staff import lockout
from staff.models import LoginFailure, User


class LoginForm(AuthenticationForm):
    """Counts the try before it looks at the password; says the same about a wrong password and an unknown name."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("The user name or the password is wrong."),
        "blocked": _("Too many wrong tries. Wait a quarter of an hour, or ask a supervisor to let you in."),
    }

    request: HttpRequest  # given by the view, always

    def clean(self) -> dict[str, Any]:
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not username or not password:
            return self.cleaned_data
        tried = lockout.count_try(self.request, username)
        if not tried.allowed:
            raise ValidationError(self.error_messages["blocked"], code="blocked")
        self.user_cache = authenticate(self.request, username=username, password=password)
        if self.user_cache is None:
            raise self.get_invalid_login_error()
        lockout.forgive(tried)
        return self.cleaned_data


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ["language", "wants_mail", "email"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("wants_mail") and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("Without an address no notice reaches you by e-mail."))
        return cleaned


class PasswordChangeForm(StockPasswordChangeForm):
    """Guessing the old password from an open session ends as at the login."""

    def clean_old_password(self) -> str:
        tried = lockout.count_code(self.user, LoginFailure.Kind.PASSWORD)
        if not tried.allowed:
            raise ValidationError(LoginForm.error_messages["blocked"], code="blocked")
        old: str = super().clean_old_password()
        lockout.forgive(tried)
        return old
