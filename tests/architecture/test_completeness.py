"""Nothing half made: schedules have tasks, templates parse, policies, notices and trail lines have their texts."""

from __future__ import annotations

import ast
import importlib.metadata
import re

import pytest
from django.template import engines
from django.utils import translation

from audit import messages as trail
from config.beat import BEAT_SCHEDULE
from config.celery import app
from notifications import render
from sla import policies
from tests.architecture.source import ROOT, templates, trees

LEAST = {"Django": (5, 2, 17), "djangorestframework": (3, 17, 2), "kombu": (5, 7, 0), "celery": (5, 7, 0)}


@pytest.mark.parametrize("package", LEAST)
def test_versions_with_known_holes_stay_out(package: str) -> None:
    numbers = tuple(int(part) for part in re.findall(r"\d+", importlib.metadata.version(package))[:3])
    assert numbers >= LEAST[package]


@pytest.mark.parametrize("package", LEAST)
def test_the_lock_holds_the_same(package: str) -> None:
    line = re.search(rf"^{package}==([\d.]+)", (ROOT / "requirements.lock").read_text(), re.M | re.I)
    assert line is not None
    assert tuple(int(part) for part in line.group(1).split(".")) >= LEAST[package]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"])
def test_locks_hold_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / name).read_text()
    packages = re.findall(r"^[\w.\[\]-]+==", text, re.M)
    assert len(packages) == len(re.findall(r"^[\w.\[\]-]+==[^\n]*\\\n(?: +--hash=sha256:)", text, re.M))
    assert re.findall(r"https?://|--(?:extra-)?index|--find-links", text) == []


def test_the_front_end_lock_holds_no_addresses_of_registries() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


@pytest.mark.parametrize("entry", BEAT_SCHEDULE)
def test_every_schedule_has_a_task(entry: str) -> None:
    app.loader.import_default_modules()
    assert BEAT_SCHEDULE[entry]["task"] in app.tasks


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_template_parses(path: object) -> None:
    engines["django"].get_template(str(path).removeprefix(f"{ROOT}/templates/"))


def test_templates_hold_no_code_and_no_style_of_their_own() -> None:
    """The content security policy would refuse it. Mail is exempt: its styles are inlined when it is sent."""
    inline = re.compile(r"<style\b|\sstyle=|<script(?![^>]*\ssrc=)[^>]*>|\son[a-z]+=|javascript:", re.I)
    found = {
        str(path.relative_to(ROOT)): match.group(0)
        for path in templates()
        if "mail" not in str(path) and "letters" not in str(path)
        if (match := inline.search(path.read_text()))
    }
    assert found == {}


def test_nothing_comes_from_elsewhere() -> None:
    """No page loads a script, style, font or picture from another host."""
    remote = re.compile(r"(?:src|href)=[\"'](?:https?:)?//", re.I)
    assert [str(path) for path in templates() if remote.search(path.read_text())] == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_policy_has_its_texts(language: str) -> None:
    with translation.override(language):
        unnamed = [policy.key for policy in policies.all_policies() if not str(policy.label).strip()]
    assert unnamed == []
    assert len(policies.all_policies()) >= 10


def _texts_given_to(function: str, position: int | str) -> set[str]:
    """The literal strings that calls of `function` get as an argument."""
    found = set()
    for _path, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name != function:
                continue
            values = [word.value for word in node.keywords if word.arg == position]
            values += [node.args[position]] if isinstance(position, int) and len(node.args) > position else []
            found |= {value.value for value in values if isinstance(value, ast.Constant)}
    return {value for value in found if isinstance(value, str)}


def test_every_line_of_the_trail_has_its_sentence() -> None:
    recorded = {action for action in _texts_given_to("record", 0) if "." in action}
    assert recorded - trail.known_actions() == set()


def test_every_notice_has_its_texts() -> None:
    told = _texts_given_to("notify", "kind")
    mailed = _texts_given_to("queue_mail", "kind")
    assert told - set(render._bells) == set()
    assert mailed - set(render._renderers) == set()
