"""The bell and the inbox behind it. Everybody sees his own."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from common.htmx import HtmxRequest
from notifications import selectors, services
from notifications.models import BellItem


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    page = selectors.inbox(request.user, cursor=request.GET.get("after", ""))
    return render(request, "notifications/inbox.html", {"page": page})


@require_safe
def bell(request: HtmxRequest) -> HttpResponse:
    if not request.user.is_authenticated:  # the session ended while the page stood open: let the page say so
        return HttpResponseClientRefresh() if request.htmx else redirect_to_login(request.get_full_path())
    count = selectors.unread_count(request.user)
    return render(request, "notifications/_bell.html", {"count": count, "many": count > selectors.MANY})


@require_POST
@login_required
def open_item(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        item = services.open_item(user=request.user, item_id=pk)
    except BellItem.DoesNotExist as error:
        raise Http404 from error
    inside = item.url.startswith("/") and url_has_allowed_host_and_scheme(item.url, allowed_hosts=None)
    return redirect(item.url if inside else "notifications:inbox")


@require_POST
@login_required
def mark_read(request: HttpRequest) -> HttpResponse:
    up_to = request.POST.get("up_to", "")
    if up_to.isascii() and up_to.isdecimal() and len(up_to) < 19:
        services.mark_all_read(user=request.user, up_to=int(up_to))
    return redirect("notifications:inbox")
