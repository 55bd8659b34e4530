"""The lean rows say the same as the template tags, and escape what people typed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils.html import format_html

from common.lean import chip, countdowns, fill, options
from common.templatetags.houtai import countdown
from tests import factories

NOON = factories.NOON


@pytest.mark.parametrize("seconds", [-200_000, -3_601, -59, 0, 59, 3_599, 3_600, 14_399, 14_400, 90_000, 10**6])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_countdown_is_the_tags_chip(settings, seconds, language):
    from django.utils import translation

    due = NOON + dt.timedelta(seconds=seconds)
    with translation.override(language):
        assert countdowns(NOON)(due, False) == countdown(due, False, NOON)
        assert countdowns(NOON)(due, True) == countdown(due, True, NOON)


def test_typed_values_are_escaped_and_safe_ones_are_kept():
    row = dict.fromkeys(
        ("id", "promise", "title", "shop", "supplier", "party", "assignee", "state", "url", "edit_url"), "<b>%s\"'"
    )
    html = fill("sla/_desk_row.html", [row | {"chip": chip("<i>", "late"), "assignee": None}])
    assert "<b>" not in html
    assert format_html("{}", "<b>%s\"'") in html
    assert '<span class="chip chip-late">&lt;i&gt;</span>' in html


def test_the_chosen_option_is_selected_and_labels_are_escaped():
    assert options([("a", "A & B"), (2, "<two>")], 2) == (
        '<option value="a">A &amp; B</option><option value="2" selected>&lt;two&gt;</option>'
    )
