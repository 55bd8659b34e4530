"""`make bench` prints one figure a line in a fixed form, from databases of its own that are gone afterwards."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import psycopg2
import pytest
from django.conf import settings

from bench.cluster import url_of
from bench.figures import Figure, Pairs

LINE = re.compile(r"[a-z0-9_]+\t\d+\.\d\d\t(x|queries|MB|s|ms|/s)\t([\d.]+|-)\t(ok|short)")
FIGURES = [
    *("desk_queries", "desk_cpu_vs_hello", "desk_growth", "orders_queries", "orders_cpu_vs_hello", "orders_growth"),
    *("search_order_no_vs_hello", "search_phone_vs_hello"),
    *("idle_sweep_queries", "idle_sweep_growth", "sweep_vs_one_statement"),
    *("assign_10k_statements", "assign_10k_vs_sql"),
    *(
        "report_vs_one_pass",
        "rota_30_people",
        "check_2000_chars",
        "upload_vs_copy",
        "upload_extra_memory",
        "import_vs_copy",
    ),
    *("cases_queries", "cases_cpu_vs_hello", "cases_growth", "case_page_queries", "case_open_vs_hello"),
    *("cases_opened", "refunds_to_cases_growth"),
]


def test_a_figure_above_its_limit_is_short() -> None:
    assert str(Figure("sweep", 2.004, "x", 2)) == "sweep\t2.00\tx\t2\tok"
    assert str(Figure("sweep", 2.01, "x", 2)) == "sweep\t2.01\tx\t2\tshort"


def test_the_ratio_is_that_of_the_medians() -> None:
    assert Pairs([1.0, 9.0, 3.0], [2.0, 1.0, 1.5]).ratio == 2.0


@pytest.mark.postgres
@pytest.mark.long
def test_all_figures_of_a_small_house() -> None:
    """The amounts are too small to say anything: what counts is that each measure finds its work done."""
    left_before = databases()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--orders", "2000"],
        cwd=settings.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == FIGURES, done.stderr[-2000:]
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert done.returncode == int(any(line.endswith("short") for line in lines))
    assert databases() == left_before


def databases() -> list[str]:
    """The bench's databases on the server of DATABASE_URL."""
    link = psycopg2.connect(url_of(os.environ["DATABASE_URL"], "postgres").replace("postgres://", "postgresql://"))
    with link, link.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'houtai_bench_%' ORDER BY 1")
        found = [row[0] for row in cursor.fetchall()]
    link.close()
    return found
