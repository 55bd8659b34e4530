"""`python -m bench [FIGURE…]`: measures all figures, or those named, and prints one a line."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
from functools import partial
from pathlib import Path
from types import FrameType

from bench import cluster

# In this order: the last three add rows.
FIGURES = ("pages", "search", "sweep", "assign", "report", "rota", "words", "upload", "imports", "cases")
ORDERS = 1_000_000
SMALL = 100  # times fewer orders in the house that growth is held against
UNSET = ("HOUTAI_NOW", "REDIS_URL", "PRODUCTION", "DEBUG", "EMAIL_URL", "HOST", "PORT", "SITE_URL", "SECRET_KEY")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"any of {', '.join(FIGURES)}; default: all")
    parser.add_argument("--orders", type=int, default=int(os.environ.get("BENCH_ORDERS") or ORDERS))
    asked = parser.parse_args()
    if unknown := set(asked.figures) - set(FIGURES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if asked.orders < 2_000:
        parser.error("at least 2000 orders")
    signal.signal(signal.SIGTERM, _end)
    try:
        return measure([name for name in FIGURES if name in (asked.figures or FIGURES)], asked.orders)
    except cluster.NoServerError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)  # so that everything that was started is ended on the way out


def measure(names: list[str], orders: int) -> int:
    """Prints the figures; answers 0 when none is short, else 1."""
    large, small = f"houtai_bench_{os.getpid()}", f"houtai_bench_{os.getpid()}_small"
    with cluster.server() as server_url, cluster.databases(server_url, small, large):
        place = _environment(cluster.url_of(server_url, large))
        try:
            from bench.run import run

            copy = partial(cluster.copy_database, server_url, small, large)
            return run(names, orders=orders, fewer=max(2_000, orders // SMALL), large=large, small=small, copy=copy)
        finally:
            shutil.rmtree(place)


def _environment(database_url: str) -> Path:
    """The settings of the product while it is measured: as it is served, without a broker or mail server of others."""
    place = cluster.ROOT / "var" / "bench"
    place.mkdir(parents=True, exist_ok=True)
    own = Path(tempfile.mkdtemp(prefix="files.", dir=place))
    (own / "static").mkdir()
    for name in UNSET:
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "DATABASE_URL": database_url,
        "HOUTAI_VAR": str(own),
        "LOG_LEVEL": "WARNING",
    }
    return own


if __name__ == "__main__":
    sys.exit(main())
