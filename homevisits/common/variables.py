"""The environment variables of the product: what each means, what it is when not given, and what it may be."""

import re
import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

Check = Callable[[str], str]  # answers with a hint, or with nothing when the value is good

TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")
_HOST = re.compile(r"\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\*|\[[0-9A-Fa-f:]+\]")


def anything(value: str) -> str:
    """Any text will do."""
    return ""


def flag(value: str) -> str:
    """Yes or no."""
    return "" if value.lower() in (*TRUE, *FALSE) else "say 1 or 0"


def number(least: int, most: int) -> Check:
    """A whole number from `least` to `most`."""

    def check(value: str) -> str:
        good = value.isdecimal() and least <= int(value) <= most
        return "" if good else f"give a whole number from {least} to {most}"

    return check


def one_of(*words: str) -> Check:
    """One of the words, in any case."""
    return lambda value: "" if value.lower() in words else f"say one of {', '.join(words)}"


def url(*schemes: str, example: str) -> Check:
    """An address that begins with one of the schemes; empty counts as not given."""

    def check(value: str) -> str:
        scheme, separator, _ = value.partition("://")
        return "" if not value or (separator and scheme in schemes) else f"write it like {example}"

    return check


def origin(value: str) -> str:
    """An address without a path."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.path.strip("/") and (parts.port or 1)
    except ValueError:
        good = False
    return "" if good else "write scheme and name without a path, like https://visits.school.example"


def hosts(value: str) -> str:
    """Names of hosts, with commas between them."""
    wrong = [name for name in value.split(",") if not _HOST.fullmatch(name.strip())]
    return "" if value and not wrong else "write names without scheme or port, with commas between them: visits.school.example,10.0.0.5"


def origins(value: str) -> str:
    """Addresses without a path, with commas between them."""
    return "" if not value else next((hint for part in value.split(",") if (hint := origin(part.strip()))), "")


def tenant(value: str) -> str:
    """One organisation of Microsoft's, not all of them: in any other, anybody may call themselves what they like."""
    one = re.fullmatch(r"[0-9A-Fa-f-]{36}|[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", value)
    return "" if not value or one else "give the school's own tenant, its number or domain; not common, organizations or consumers"


def domain(value: str) -> str:
    """A domain."""
    return "" if not value or re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", value) else "write a domain such as school.example"


def wall_time(value: str) -> str:
    """A time of day."""
    return "" if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) else "write a time such as 08:45"


def command(value: str) -> str:
    """A command whose program is there."""
    try:
        words = shlex.split(value)
    except ValueError:
        return "close its quotation marks"
    return "" if not words or shutil.which(words[0]) else f"there is no program {words[0]} on this server"


def long_secrets(value: str) -> str:
    """Empty, or secrets with commas between them, each long enough to sign with."""
    return next((hint for part in value.split(",") if value and (hint := long_secret(part.strip() or "-"))), "")


def long_secret(value: str) -> str:
    """Empty, or long enough to sign with."""
    return (
        "" if not value or len(value) >= 50 else "use 50 characters or more: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
    )


@dataclass(frozen=True)
class Variable:
    """One row of the table. `demanded`: a real installation must set it."""

    name: str
    default: str
    meaning: str
    check: Check = anything
    demanded: bool = False


_MAIL = ("smtp", "smtp+tls", "smtp+ssl", "consolemail", "filemail", "memorymail", "dummymail")

VARIABLES = (
    Variable(
        "SECRET_KEY",
        "",
        "Signs sessions and links; the same on all machines of an installation. Without it one is made and kept in var/",
        long_secret,
        demanded=True,
    ),
    Variable(
        "SECRET_KEY_FALLBACKS",
        "",
        "Keys that were `SECRET_KEY` before, with commas between them: sessions and second factors go on when the key is changed",
        long_secrets,
    ),
    Variable(
        "ALLOWED_HOSTS",
        "localhost,127.0.0.1,[::1]",
        "Names under which the product is reached, with commas between them",
        hosts,
        demanded=True,
    ),
    Variable(
        "BASE_URL",
        "http://localhost:8000",
        "The address people use, in links of messages. With https:// cookies are for https only",
        origin,
        demanded=True,
    ),
    Variable("CSRF_TRUSTED_ORIGINS", "", "Further addresses that forms may come from, with commas between them", origins),
    Variable(
        "DATABASE_URL",
        "",
        "The database, `postgres://user:password@host:5432/name`; without it SQLite in var/",
        url("postgres", "postgresql", "sqlite", example="postgres://user:password@host:5432/name"),
    ),
    Variable(
        "REDIS_URL",
        "",
        "Redis for cache and knocks, `redis://host:6379/0`; without it the database and a folder in var/",
        url("redis", "rediss", "unix", example="redis://127.0.0.1:6379/0"),
    ),
    Variable(
        "EMAIL_URL",
        "",
        "How email leaves, `smtp+tls://user:password@host:587`; without it none does",
        url(*_MAIL, example="smtp+tls://user:password@host:587"),
        demanded=True,
    ),
    Variable("DEFAULT_FROM_EMAIL", "home-visits@localhost", "Sender of emails", anything, demanded=True),
    Variable("NOTIFY_API_KEY", "", "The key of GOV.UK Notify; `NOTIFY_API_KEY_SLUG` is that of the school with this slug alone"),
    Variable(
        "NOTIFY_BASE_URL",
        "https://api.notifications.service.gov.uk",
        "Where GOV.UK Notify answers",
        url("https", "http", example="https://api.notifications.service.gov.uk"),
    ),
    Variable(
        "WONDE_TOKEN",
        "",
        "The token of Wonde, for writing suggested codes back into the information system; `WONDE_TOKEN_SLUG` is that of the school with "
        "this slug alone. Without one nothing is written back",
    ),
    Variable(
        "WONDE_BASE_URL",
        "https://api.wonde.com/v1.0",
        "Where Wonde answers",
        url("https", "http", example="https://api.wonde.com/v1.0"),
    ),
    Variable("TRUSTED_PROXIES", "0", "How many proxies stand before the web server and add to X-Forwarded-For; 1 behind one", number(0, 9)),
    Variable(
        "REQUIRE_SECOND_FACTOR",
        "1",
        "Everybody signs in with a second factor and sets it up at the first sign-in. 0: only who chose one; never with real children",
        flag,
    ),
    Variable(
        "MICROSOFT_TENANT",
        "",
        "The school's own Microsoft tenant (its number or domain): with the next two, staff may sign in with their Microsoft account",
        tenant,
    ),
    Variable(
        "MICROSOFT_CLIENT_ID", "", "The tenant's number of this product; redirect address: BASE_URL/accounts/microsoft/login/callback/"
    ),
    Variable("MICROSOFT_CLIENT_SECRET", "", "The secret that the tenant gave for it"),
    Variable(
        "GOOGLE_DOMAIN",
        "",
        "The school's own Google Workspace domain: with the next two, staff may sign in with Google",
        domain,
    ),
    Variable("GOOGLE_CLIENT_ID", "", "Google's number of this product; redirect address: BASE_URL/accounts/google/login/callback/"),
    Variable("GOOGLE_CLIENT_SECRET", "", "The secret that Google gave for it"),
    Variable(
        "PROVIDER_SECOND_FACTOR",
        "0",
        "1: Microsoft or Google ask every member of staff for a second factor themselves, so that ours is not asked after theirs",
        flag,
    ),
    Variable("SESSION_IDLE_MINUTES", "15", "Minutes without a click after which one is signed out", number(1, 720)),
    Variable("SESSION_MAX_HOURS", "12", "Hours after which one is signed out in any case", number(1, 24)),
    Variable("HOST", "127.0.0.1", "Address that the web server listens on"),
    Variable("PORT", "8000", "Port that the web server listens on", number(1, 65535)),
    Variable("WEB_WORKERS", "2", "Processes of the web server", number(1, 64)),
    Variable("WEB_THREADS", "8", "Threads of each of them", number(1, 64)),
    Variable(
        "HEARTBEAT_URL",
        "",
        "An address of a monitor outside, asked every 30 seconds while all is well; its silence is the alarm",
        url("http", "https", example="https://monitor.example/ping/your-key"),
    ),
    Variable(
        "IMPORT_FOLDER",
        "",
        "Folder with a folder a school, named by its slug, for the worker: exports and registers laid there are imported by themselves",
    ),
    Variable(
        "IMPORT_EXPECTED_BY", "08:45", "When the office is told on a school day that no export has come into the watched folder", wall_time
    ),
    Variable(
        "DOCUMENTS_FOLDER",
        "",
        "Folder into which the worker lays final documents with a manifest, in a folder a school, for the information system to take them",
    ),
    Variable(
        "SCAN_COMMAND",
        "",
        "A virus scanner that reads a file from stdin and ends with 0 (clean) or 1 (found), for example `clamdscan --no-summary -`; "
        "without it files are kept and said not to be scanned",
        command,
    ),
    Variable("LOG_LEVEL", "info", "What is logged: debug, info, warning, error", one_of("debug", "info", "warning", "error")),
    Variable("HOMEVISITS_VAR", "var", "Folder for what the product keeps beside the database: files, SQLite, knocks, its key"),
    Variable("HOMEVISITS_DEMO", "0", "1: a demo with a made-up school and sign-ins that everybody knows; never with real children", flag),
    Variable("DEBUG", "0", "1: for developers; error pages show the program's inside", flag),
)
