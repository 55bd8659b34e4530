"""The pages one looks things up in: check a text, situations, the list of terms, what was found (PHR-21, PHR-24)."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from common import clock
from common.exceptions import BusinessError
from common.paging import keyset
from staff.models import Term
from staff.permissions import UserRequest, right_required
from staff.words import selectors, services
from staff.words.checker import CheckContext, check
from staff.words.forms import CheckForm, TermForm
from staff.words.permissions import MANAGE_WORDS, USE_WORDS
from staff.words.showing import findings, pieces
from staff.words.states import TermKind
from staff.words.structure import SHAPES


@right_required(USE_WORDS)
@require_http_methods(["GET", "POST"])
def check_text(request: UserRequest) -> HttpResponse:
    """Any text, with what should not be in it and what to say instead. Nothing of it is kept."""
    form = CheckForm(request.POST or None)
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        text = request.POST.get("mended") or form.cleaned_data["text"]
        hits = check(text, context=CheckContext(discontinued=form.cleaned_data["discontinued"]))
        context |= {
            "text": text,
            "pieces": pieces(text, hits),
            "findings": findings(text, hits),
            "stopped": any(hit.is_hard for hit in hits),
            "discontinued": form.cleaned_data["discontinued"],
            "form": CheckForm(initial={"text": text, "discontinued": form.cleaned_data["discontinued"]}),
        }
    part = request.htmx and request.method == "POST"
    return render(request, "staff/words/_found.html" if part else "staff/words/check.html", context)


@right_required(USE_WORDS)
@require_GET
def guides(request: UserRequest) -> HttpResponse:
    """What to do and say in hard situations; as a drawer it opens over any page by «g» and the situation's letter."""
    template = "staff/words/_guides.html" if request.htmx else "staff/words/guides.html"
    return render(request, template, {"guides": selectors.guides()})


@right_required(MANAGE_WORDS)
@require_GET
def terms(request: UserRequest) -> HttpResponse:
    """The list of the checker."""
    word, kind = request.GET.get("q", "").strip()[:60], request.GET.get("kind", "")
    kind = kind if kind in TermKind.values else ""
    page = keyset(
        selectors.terms(word, kind),
        order=("-enabled", "kind", "id"),
        cursor=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    query = request.GET.copy()
    query.pop("after", None)
    query.pop("before", None)
    context = {"page": page, "word": word, "kind": kind, "kinds": TermKind.choices, "query": query.urlencode()}
    return render(request, "staff/words/terms.html", context)


@right_required(MANAGE_WORDS)
@require_http_methods(["GET", "POST"])
def term(request: UserRequest, pk: int | None = None) -> HttpResponse:
    """One term, new or changed. Its pattern stays as it was written."""
    found = get_object_or_404(Term, pk=pk) if pk else None
    form = TermForm(request.POST or None, new=found is None, initial=_initial(found))
    status = 200
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            if found is None:
                services.add_term(pattern=data.pop("pattern"), data=data, by=request.user)
            else:
                services.change_term(term_id=found.pk, version=_version(request), data=data, by=request.user)
        except BusinessError as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            messages.success(request, _("The list is changed; it holds from the next text on."))
            return redirect("words:terms")
    elif request.method == "POST":
        status = 422
    return render(request, "staff/words/term.html", {"form": form, "term": found}, status=status)


def _initial(found: Term | None) -> dict[str, object]:
    if found is None:
        return {"enabled": True}
    names = ("kind", "severity", "replacement", "source", "enabled")
    return {name: getattr(found, name) for name in names} | {"unless": "\n".join(found.unless)}


def _version(request: UserRequest) -> int:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


@right_required(MANAGE_WORDS)
@require_GET
def found(request: UserRequest) -> HttpResponse:
    """What the checker found with the people one leads, by default in the last seven days."""
    today = clock.today()
    first = parse_date_or(request.GET.get("from", ""), today - dt.timedelta(days=6))
    last = parse_date_or(request.GET.get("to", ""), today)
    rows = selectors.findings_of(request.user, first, last)
    labels = dict(TermKind.choices)
    named = [(row, SHAPES.get(row.term, row.term), labels.get(row.kind, row.kind)) for row in rows]
    context = {"rows": named, "first": first, "last": last}
    return render(request, "staff/words/findings.html", context)


def parse_date_or(text: str, other: dt.date) -> dt.date:
    try:
        return parse_date(text) or other
    except ValueError:
        return other
