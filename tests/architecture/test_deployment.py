"""What must hold before it may serve the world."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import FLOORS, ROOT

pytestmark = pytest.mark.once

GOOD = secrets.token_urlsafe(64)


def manage(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("DJANGO_", "DATABASE_", "REDIS_"))}
    clean |= {"HOUTAI_VAR": str(tmp_path), "ALLOWED_HOSTS": "houtai.example", "SITE_URL": "https://houtai.example"}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_check_deploy_is_clean(tmp_path: Path) -> None:
    run = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", PRODUCTION="1", SECRET_KEY=GOOD)
    assert run.returncode == 0, run.stderr


def test_the_static_files_of_production_are_complete(tmp_path: Path) -> None:
    """Each file that a template names is collected under a hashed name; a reference to nowhere stops the build."""
    run = manage(tmp_path, "collectstatic", "--no-input", "-v0", PRODUCTION="1", SECRET_KEY=GOOD)
    assert run.returncode == 0, run.stderr
    collected = set(json.loads((tmp_path / "static" / "staticfiles.json").read_text())["paths"])
    wanted = {
        name
        for template in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r"""{% static ['"]([^'"]+)['"]""", template.read_text(encoding="utf-8"))
    }
    assert sorted(wanted - collected) == []


@pytest.mark.parametrize("secret", ["", "change-me", "django-insecure-" + "x" * 60, "a" * 49])
def test_production_refuses_a_default_or_short_secret(secret: str, tmp_path: Path) -> None:
    run = manage(tmp_path, "check", PRODUCTION="1", SECRET_KEY=secret)
    assert run.returncode != 0
    assert "SECRET_KEY must be a random text of 50 characters or more" in run.stderr


def test_production_refuses_debug(tmp_path: Path) -> None:
    run = manage(tmp_path, "check", PRODUCTION="1", DEBUG="1", SECRET_KEY=GOOD)
    assert run.returncode != 0
    assert "exclude each other" in run.stderr


def test_an_odd_value_stops_the_start(tmp_path: Path) -> None:
    run = manage(tmp_path, "check", PRODUCTION="perhaps")
    assert run.returncode != 0
    assert "PRODUCTION must be 1 or 0" in run.stderr


def test_the_demo_is_refused_in_production(tmp_path: Path) -> None:
    run = manage(tmp_path, "load_demo", PRODUCTION="1", SECRET_KEY=GOOD)
    assert run.returncode != 0
    assert "not loaded with PRODUCTION=1" in run.stderr


def test_migrations_are_current(tmp_path: Path) -> None:
    run = manage(tmp_path, "makemigrations", "--check", "--dry-run")
    assert run.returncode == 0, run.stdout


def test_migrations_have_names() -> None:
    names = [path.stem for floor in FLOORS for path in (ROOT / floor).glob("migrations/0*.py")]
    assert [name for name in names if re.search(r"_auto_|_and_more$|_alter_.*_alter_", name)] == []
