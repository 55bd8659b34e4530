"""The handbook's pages: chapters, one page with its versions, who has read it, drafts and approval (STF-35)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common import clock
from common.exceptions import BusinessError
from staff.models import HandbookPage
from staff.permissions import UserRequest, right_required
from staff.words import selectors, services
from staff.words.forms import NewPageForm, PageForm
from staff.words.permissions import APPROVE_HANDBOOK, MANAGE_WORDS, USE_WORDS


@right_required(USE_WORDS)
@require_GET
def handbook(request: UserRequest) -> HttpResponse:
    """All pages by chapter, with a search."""
    word = request.GET.get("q", "").strip()[:60]
    pages = selectors.handbook(request.user, word)
    manages = request.user.has_perm(MANAGE_WORDS)
    context = {
        "pages": pages,
        "word": word,
        "unread": sum(not getattr(page, "is_read", False) for page in pages),
        "manages": manages,
        "drafts": selectors.drafts() if manages else [],
        "approves": request.user.has_perm(APPROVE_HANDBOOK),
    }
    return render(request, "staff/words/handbook.html", context)


@right_required(USE_WORDS)
@require_GET
def page(request: UserRequest, pk: int) -> HttpResponse:
    """One version of a page. Drafts are seen by those who manage the words."""
    manages = request.user.has_perm(MANAGE_WORDS)
    found = get_object_or_404(HandbookPage.objects.select_related("drafted_by", "approved_by"), pk=pk)
    if not found.current and not manages:
        found = get_object_or_404(HandbookPage, slug=found.slug, current=True)
    versions = HandbookPage.objects.filter(slug=found.slug).order_by("-version")
    context = {
        "shown": found,
        "receipt": found.receipts.filter(user=request.user).first(),
        "manages": manages,
        "approves": request.user.has_perm(APPROVE_HANDBOOK),
        "versions": list(versions) if manages else [],
        "unread": selectors.unread_by(found, request.user) if manages and found.current else [],
    }
    return render(request, "staff/words/page.html", context)


@right_required(USE_WORDS)
@require_POST
def read(request: UserRequest, pk: int) -> HttpResponse:
    """«I have read it.»"""
    get_object_or_404(HandbookPage, pk=pk, current=True)
    services.read_page(page_id=pk, by=request.user)
    return redirect("words:handbook")


@right_required(MANAGE_WORDS)
@require_http_methods(["GET", "POST"])
def draft(request: UserRequest, pk: int | None = None) -> HttpResponse:
    """A new page, or the next version of one."""
    found = get_object_or_404(HandbookPage, pk=pk) if pk else None
    initial: dict[str, Any] = {"valid_from": clock.today()}
    if found is not None:
        initial |= {name: getattr(found, name) for name in ("title", "chapter", "rules", "body")}
    form = (PageForm if found else NewPageForm)(request.POST or None, initial=initial)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        slug = found.slug if found else data.pop("slug")
        try:
            made = services.draft_page(slug=slug, data=data, by=request.user)
        except BusinessError as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            messages.success(request, _("Drafted. Management puts it in force."))
            return redirect("words:page", pk=made.pk)
    return render(request, "staff/words/draft.html", {"form": form, "shown": found}, status=status)


@right_required(APPROVE_HANDBOOK)
@require_POST
def approve(request: UserRequest, pk: int) -> HttpResponse:
    """Put a draft in force."""
    get_object_or_404(HandbookPage, pk=pk)
    try:
        services.approve_page(page_id=pk, by=request.user)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("In force. Everybody is asked to read it."))
    return redirect("words:page", pk=pk)
