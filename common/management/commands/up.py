"""`manage.py up`: web, worker and beat on one machine, under one supervisor (docs/adr/0007)."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.supervisor import Child, Supervisor

DEMO_USERS = ("supervisor", "agent", "finance", "warehouse", "quality", "operations", "manager", "supplier")
# One process with threads: the tasks wait on SQL and SMTP, and the machine is small.
WORKER_OPTIONS = (
    *("--beat", "--pool", "threads", "--concurrency", "2"),
    *("--without-gossip", "--without-mingle", "--loglevel", "WARNING"),
)


def children() -> list[Child]:
    """Who runs: the web server, then the worker with the beat inside it."""
    binaries = Path(sys.executable).parent
    return [
        Child(
            "web",
            [str(binaries / "gunicorn"), "--config", "config/gunicorn.py", "config.wsgi"],
            patience=15,
        ),
        Child(
            "worker",
            [str(binaries / "celery"), "--app", "config", "--quiet", "worker", *WORKER_OPTIONS],
            patience=20,
        ),
    ]


class Command(BaseCommand):
    help = "Serves the product: web, worker and beat together. Ctrl-C ends all of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--prepare",
            action="store_true",
            help="first migrate, and load the demo into a database that holds no orders",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.host = os.environ.get("HOST") or "127.0.0.1"
        self.port = int(os.environ.get("PORT") or "8000")
        os.chdir(settings.ROOT)
        with self.only_one():
            self.refuse_taken_port()
            if options["prepare"]:
                self.prepare()
            supervisor = Supervisor(children())
            code = supervisor.run(ready=self.answers, when_ready=self.welcome)
        if code:
            names = ", ".join(child.name for child in supervisor.ended()) or "a child"
            raise CommandError(f"{names} ended by itself, so everything was stopped. The lines above say why.")
        self.stdout.write("Houtai has stopped.")

    def only_one(self) -> IO[str]:
        """A lock on the data folder: two beats over one database would be one too many."""
        lock = (settings.VAR / "up.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise CommandError(
                f"Houtai is running with the data of {settings.VAR} already. HOUTAI_VAR names another folder."
            ) from None
        return lock

    def refuse_taken_port(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((self.host, self.port))
            except OSError as error:
                raise CommandError(
                    f"{self.host}:{self.port} cannot be used ({error.strerror}). PORT=8001 make run takes another one."
                ) from None

    def prepare(self) -> None:
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        if settings.PRODUCTION:
            call_command("collectstatic", interactive=False, verbosity=0)
        elif not apps.get_model("orders", "Order").objects.exists():
            self.stdout.write("── loading the demo", ending="\n")
            self.stdout.flush()
            call_command("load_demo")
        call_command("load_rulebook", verbosity=0)

    def answers(self) -> bool:
        """Whether the web server takes connections."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as trial:
            trial.settimeout(1)
            return trial.connect_ex((host, self.port)) == 0

    def welcome(self) -> None:
        address = f"http://{'127.0.0.1' if self.host in {'0.0.0.0', '::'} else self.host}:{self.port}"  # noqa: S104
        lines = [
            "",
            f"  Houtai is at        {address}/",
            f"  suppliers' portal   {address}/portal/",
            f"  suppliers' REST     {address}/api/docs/",
            f"  admin               {address}/admin/",
        ]
        users = apps.get_model("staff", "User").objects
        if not settings.PRODUCTION and users.filter(username="supervisor").exists():
            lines += [
                "",
                f"  log in as           {', '.join(DEMO_USERS)}",
                f"  password            {os.environ.get('DEMO_PASSWORD') or 'houtai-demo'}",
            ]
        lines += ["", "  Ctrl-C ends everything.", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()
