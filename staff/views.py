"""Login and what stands around it: the second step, the account, the start page, who else looks."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as start_session
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language as stock_set_language

from staff import lockout, presence, second_factor, services, sessions
from staff.forms import AccountForm, CodeForm, LoginForm, PasswordChangeForm
from staff.models import LoginFailure, User
from staff.permissions import UserRequest, right_required
from staff.roles import START_PAGE

TOPIC = re.compile(r"[a-z_]{1,20}\.[a-z_]{1,20}:[0-9]{1,12}")


@sensitive_post_parameters("password")
@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("home")
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(settings.LANGUAGE_CODE)  # Chinese first; whoever chose a language keeps it
    form = LoginForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        return enter(request, form.get_user())
    status = 429 if form.has_error("__all__", "blocked") else 200
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "registration/login.html", context, status=status)


def enter(request: HttpRequest, user: User) -> HttpResponse:
    """Begins the session of somebody whose password was right."""
    start_session(request, user)
    sessions.begin(request)
    response = redirect(next_page(request))
    lockout.remember_device(request, response, user)
    keep_language(response, user.language)
    return response


def next_page(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return resolve_url("home")


@right_required()
def home(request: UserRequest) -> HttpResponse:
    return redirect(START_PAGE.get(request.user.role, "account"))


# ── Second step ──────────────────────────────────────────────────────────────
@never_cache
@right_required()
@require_http_methods(["GET", "HEAD", "POST"])
def verify_second_factor(request: UserRequest) -> HttpResponse:
    if not second_factor.is_owed(request.user):
        return redirect("home")
    if second_factor.device_of(request.user) is None:
        return redirect("second_factor_enrol")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        tried = lockout.count_code(request.user, LoginFailure.Kind.CODE)
        device = second_factor.verify(request.user, form.cleaned_data["code"]) if tried.allowed else None
        if device:
            lockout.forgive(tried)
            second_factor.let_in(request, device)
            return redirect("home")
        refuse_code(form, tried.allowed)
    return render(request, "registration/second_factor.html", {"form": form})


@right_required()
@require_POST
def start_second_factor(request: UserRequest) -> HttpResponse:
    if second_factor.device_of(request.user) is None:
        second_factor.start(request.user)
    return redirect("second_factor_enrol")


@never_cache
@right_required()
@require_http_methods(["GET", "HEAD", "POST"])
def enrol_second_factor(request: UserRequest) -> HttpResponse:
    if second_factor.device_of(request.user):
        return redirect("second_factor")
    device, form = second_factor.pending_device(request.user), CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        tried = lockout.count_code(request.user, LoginFailure.Kind.CODE)
        made = second_factor.confirm(request.user, form.cleaned_data["code"]) if tried.allowed else None
        if made:
            lockout.forgive(tried)
            second_factor.let_in(request, made[0])
            return render(request, "registration/recovery_codes.html", {"codes": made[1]})
        refuse_code(form, tried.allowed)
    context = {"form": form, "device": device}
    if device:
        context |= {"qr": second_factor.qr_code(device), "secret": second_factor.secret_in_groups(device)}
    return render(request, "registration/second_factor_enrol.html", context)


def refuse_code(form: CodeForm, allowed: bool) -> None:
    said = _("This code is wrong or has been used.") if allowed else str(LoginForm.error_messages["blocked"])
    form.add_error("code", said)


# ── Account ──────────────────────────────────────────────────────────────────
@right_required()
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: UserRequest) -> HttpResponse:
    form = AccountForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        user = services.change_user(user=request.user, changes=form.cleaned_data, by=request.user)
        messages.success(request, _("Saved."))
        response = redirect("account")
        keep_language(response, user.language)
        return response
    context = {"form": form, "session_count": len(sessions.of_user(request.user))}
    return render(request, "staff/account.html", context)


@right_required()
@require_POST
def end_other_sessions(request: UserRequest) -> HttpResponse:
    ended = sessions.end_all(request.user, but=request.session.session_key)
    messages.success(request, _("Other logins ended: %(number)s.") % {"number": ended})
    return redirect("account")


@sensitive_post_parameters()
@right_required()
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: UserRequest) -> HttpResponse:
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["new_password1"]
        user = services.set_password(user=request.user, password=password, by=request.user)
        update_session_auth_hash(request, user)  # every other session ends: its hash no longer fits
        messages.success(request, _("Your password is changed. Logins elsewhere have ended."))
        return redirect("account")
    return render(request, "registration/password_change.html", {"form": form})


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Django's view, and the choice is kept with the user: mails come in that language too."""
    response = stock_set_language(request)
    user, language = request.user, request.POST.get("language", "")
    if user.is_authenticated and not second_factor.is_owed(user) and translation.check_for_language(language):
        services.change_user(user=user, changes={"language": language}, by=user)
    return response


def keep_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 24 * 3600, samesite="Lax")


# ── Who else looks, and refusals ─────────────────────────────────────────────
@right_required("orders.view_order")
@require_POST
def still_here(request: UserRequest) -> HttpResponse:
    """A page says every 20 seconds what it shows (`topic`); the answer names the others who look at it too."""
    topic = request.POST.get("topic", "")
    if not TOPIC.fullmatch(topic):
        return HttpResponse(status=422)
    presence.touch(topic, request.user)
    return render(request, "staff/_presence.html", {"others": presence.others(topic, request.user)})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or did not come from our page."""
    return render(request, "403_csrf.html", status=403)
