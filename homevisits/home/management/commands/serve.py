"""Start everything on this machine: web, worker and beat under one supervisor."""

import argparse
import io
import os
import signal
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command, get_commands
from django.db import connections

from homevisits.common import startup
from homevisits.common.errors import BadInput
from homevisits.supervisor import leash, single
from homevisits.supervisor.supervise import Child, Supervisor

# Each runs one task at a time, so that what may hang has a worker of its own.
WORKERS = (("worker", "engine"), ("errands", "outside"), ("player", "rehearsals"))


class Command(BaseCommand):
    """`manage.py serve [--prepare] [--host 127.0.0.1] [--port 8000]`."""

    help = "Run web, worker and beat under one supervisor, with one log. Ctrl-C ends them all."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1", help="address to listen on (HOST)")
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000", help="port to listen on (PORT)")
        parser.add_argument("--prepare", action="store_true", help="first migrate, collect static files and load the demo school")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], _port(options["port"])
        address = f"http://{_shown(host)}:{port}/"
        if "MAKELEVEL" in os.environ:
            leash.hold(os.getppid(), signal.SIGTERM)  # `make run` killed: nobody would know of us
        try:
            with single.only_one(settings.VAR_DIR / "serve.lock", address):
                single.need_free(host, port)
                if settings.DEMO:
                    os.environ.setdefault("BASE_URL", address.rstrip("/"))
                startup.refuse_unfit()
                if options["prepare"]:
                    self.prepare()
                connections.close_all()
                self.supervise(host, port, address)
        except BadInput as problem:
            raise CommandError(str(problem)) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped before it had started.") from None

    def prepare(self) -> None:
        """Bring database, cache table, static files and (in a demo) the demo school up to date. Doing it again changes nothing."""
        print("Preparing the database and the static files", flush=True)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        if not settings.DEBUG:
            call_command("collectstatic", verbosity=0, interactive=False)
        if settings.DEMO and "load_demo" in get_commands():
            call_command("load_demo", verbosity=0, stdout=io.StringIO())  # the sign-ins are printed when all is up

    def supervise(self, host: str, port: int, address: str) -> None:
        """Run the children until told to stop."""
        os.environ["HOST"], os.environ["PORT"] = host, str(port)
        knock_on = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104
        Supervisor(
            children(),
            ready=lambda: single.answers(knock_on, port),
            announce=lambda: print(welcome(address), flush=True),
        ).run()


def children() -> list[Child]:
    """The programs of an installation."""
    celery = ["celery", "-A", "homevisits", "--quiet"]
    quiet = ["--pool", "solo", "--loglevel", "warning", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [
        Child("web", ["gunicorn", "--config", str(settings.BASE_DIR / "deploy" / "gunicorn.conf.py"), "homevisits.wsgi"]),
        *(Child(name, [*celery, "worker", "--queues", queue, "--hostname", f"{name}@%h", *quiet]) for name, queue in WORKERS),
        Child("beat", [*celery, "beat", "--loglevel", "warning", "--pidfile", ""]),
        Child("pulse", ["manage", "pulse"]),  # stands in for the others where broker or beat are lost
    ]


def welcome(address: str) -> str:
    """What to open and, in a demo, whom to be."""
    lines = ["", f"Home Visits is at {address}  (Ctrl-C stops it)"]
    if settings.DEMO and find_spec("homevisits.people.demo"):
        people = import_module("homevisits.people.demo").sign_ins()
        wide = max((len(role) for role, _, _ in people), default=0)
        mail = max((len(email) for _, email, _ in people), default=0)
        lines += ["Sign in to the demo school as:", *(f"  {role:<{wide}}  {email:<{mail}}  {word}" for role, email, word in people)]
        code, _, _ = import_module("homevisits.people.demo_codes").codes()
        lines += [f"After the password it asks for a code, now {code}; for the one of the moment, in this folder:  make codes"]
    return "\n".join([*lines, ""])


def _shown(host: str) -> str:
    if host in ("127.0.0.1", "0.0.0.0", "::", "::1"):  # noqa: S104
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CommandError(f"PORT={text} is no port: give a number from 1 to 65535, for example make run PORT=8001.")
    return int(text)
