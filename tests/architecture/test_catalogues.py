"""Both catalogues are complete: every text of the product has its entry, and its Chinese."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation import ngettext, templatize

from tests.architecture.source import FLOORS, ROOT

pytestmark = pytest.mark.once

LANGUAGES = ("zh_Hans", "en")
CALLS = {"gettext": None, "gettext_lazy": None, "_": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2)}
CALLS |= {"pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}


def _catalogue(language: str) -> Catalog:
    path = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django")


def _identity(message: object) -> str:
    return message[0] if isinstance(message, tuple | list) else str(message)


def texts() -> set[str]:
    """Every text that the code and the templates ask for, as makemessages would collect them."""
    from babel.messages.extract import extract

    found: set[str] = set()
    for floor in FLOORS:
        for path in (ROOT / floor).rglob("*.py"):
            if "migrations" not in path.parts:
                with path.open("rb") as file:
                    found |= {_identity(message) for _line, message, *_ in extract("python", file, keywords=CALLS)}
    for path in (ROOT / "templates").rglob("*.*"):
        found |= _template_texts(path)
    return found - {""}


def _template_texts(path: Path) -> set[str]:
    import io

    from babel.messages.extract import extract

    code = templatize(path.read_text(encoding="utf-8"))
    keywords = {**CALLS, "gettext_noop": None}
    return {
        _identity(message) for _line, message, *_ in extract("python", io.BytesIO(code.encode()), keywords=keywords)
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_an_entry(language: str) -> None:
    known = {_identity(message.id) for message in _catalogue(language) if message.id}
    assert sorted(texts() - known) == []


def _translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings) and not message.fuzzy


def test_every_entry_has_its_chinese() -> None:
    assert [message.id for message in _catalogue("zh_Hans") if message.id and not _translated(message)] == []


def test_placeholders_survive_translation() -> None:
    """A placeholder that is lost or misspelt would fail in front of a user."""
    name = re.compile(r"%\(\w+\)[sd]")
    odd = []
    for message in _catalogue("zh_Hans"):
        if message.id and _translated(message):
            wanted = set(name.findall(_identity(message.id)))
            strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
            odd += [message.id for string in strings if not set(name.findall(string)) <= wanted]
    assert odd == []


def test_chinese_counts_without_a_plural() -> None:
    """Without the header, a count of two falls back to the English words."""
    assert (_catalogue("zh_Hans").num_plurals, _catalogue("en").num_plurals) == (1, 2)
    with translation.override("zh-hans"):
        assert ngettext("%(n)s ended clock", "%(n)s ended clocks", 2) % {"n": 2} == "2 个已结束的计时"
