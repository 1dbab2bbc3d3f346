"""Which services this machine has for the tests that need one."""

import os
import shutil
from collections.abc import Callable
from functools import cache

CHROMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# The same engine without the windows and menus around it: half the work for the same pages.
BARE_CHROMES = ("chromium-headless-shell", "chrome-headless-shell", "headless_shell")


def required() -> bool:
    """Whether a missing service fails a test instead of skipping it."""
    return os.environ.get("REQUIRE_SERVICES") == "1"


@cache
def missing(name: str) -> str:
    """Why tests marked `name` cannot run here; an empty string when they can."""
    return CHECKS[name]()


def chromium() -> str | None:
    """The path of the Chromium or Chrome that is installed, as people have it."""
    return _installed(CHROMES)


def bare_chromium() -> str | None:
    """The path of Chromium's bare engine, or of the whole browser where only that is installed."""
    return _installed(BARE_CHROMES + CHROMES)


def _installed(names: tuple[str, ...]) -> str | None:
    return next((found for name in names if (found := shutil.which(name))), None)


def redis_url() -> str:
    """The Redis that tests may use."""
    return os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/0"


def _vendor() -> str:
    from django.db import connection

    return connection.vendor


def _postgres() -> str:
    return "" if _vendor() == "postgresql" else "it needs PostgreSQL: set DATABASE_URL=postgres://user:password@host:port/name"


def _sqlite() -> str:
    return "" if _vendor() == "sqlite" else "it is about SQLite, and DATABASE_URL names another database"


def _redis() -> str:
    import redis

    try:
        redis.Redis.from_url(redis_url(), socket_connect_timeout=1).ping()
    except (redis.RedisError, OSError):
        return "it needs Redis: start one on this machine or set REDIS_URL=redis://host:port/0"
    return ""


def _chromium() -> str:
    return "" if chromium() else "it needs a browser: install chromium"


CHECKS: dict[str, Callable[[], str]] = {
    "needs_postgres": _postgres,
    "needs_sqlite": _sqlite,
    "needs_redis": _redis,
    "needs_chromium": _chromium,
}
