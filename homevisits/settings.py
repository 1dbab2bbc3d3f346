"""Settings, read from the environment; the defaults run a demo on one machine with nothing installed.

Every variable stands in the table of docs/operations.md.
"""

import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from homevisits.common import broker, environment, logs, providers, sqlite
from homevisits.schedule import BEAT

BASE_DIR = Path(__file__).resolve().parent.parent
env = environment.read(os.environ)

VAR_DIR = BASE_DIR / env.str("HOMEVISITS_VAR")
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG")
DEMO = env.bool("HOMEVISITS_DEMO")
SECRET_KEY = env.str("SECRET_KEY")
if not SECRET_KEY:
    from homevisits.common.secret import local_secret

    SECRET_KEY = local_secret(VAR_DIR)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS")
BASE_URL = env.str("BASE_URL").rstrip("/")
HTTPS = BASE_URL.startswith("https://")
# A demo that listens beyond this machine is for the tablets in the room, which reach it by its number.
SHOWN_AROUND = DEMO and env.str("HOST") not in ("127.0.0.1", "::1", "localhost")
ALLOWED_HOSTS = ["*"] if SHOWN_AROUND else env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [BASE_URL, *env.list("CSRF_TRUSTED_ORIGINS")]

# With https, cookies keep to it and browsers remember it for a year. The proxy before us says which scheme the person used.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Whether the school's other hosts speak https only, and whether browsers may be told in advance, is not ours to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

LOGGING = logs.config(env.str("LOG_LEVEL"))
if env.str("EMAIL_URL"):
    vars().update(env.email_url("EMAIL_URL"))
elif DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"  # to made-up people
else:
    EMAIL_BACKEND, EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", ""  # the email transport says that none is set
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL")
EMAIL_TIMEOUT = 20  # seconds

INSTALLED_APPS = [
    "homevisits.people.site.SupportAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.microsoft",
    "crispy_forms",
    "crispy_forms_gds",
    "csp",
    "django_htmx",
    "rules",
    "simple_history",
    "homevisits.audit",
    "homevisits.people",
    "homevisits.policy",
    "homevisits.documents",
    "homevisits.messaging",
    "safeguarding",
    "visits",
    "attendance",
    "homevisits.home",
    "homevisits.rehearsal",
]

MIDDLEWARE = [
    # Above all that answers by itself: redirects to https, a strange host's refusal and files carry their headers too.
    "csp.middleware.CSPMiddleware",
    "homevisits.common.security.PrivacyHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "homevisits.people.middleware.NoStore",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "homevisits.people.middleware_tablets.TabletKeys",
    "homevisits.people.middleware.TimeOut",
    "homevisits.people.middleware.Locked",
    "homevisits.people.middleware.SignInRequired",
    "homevisits.people.middleware.SecondFactor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "homevisits.urls"
WSGI_APPLICATION = "homevisits.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "homevisits.home.context.look",
                "homevisits.people.context.access",
                "homevisits.messaging.context.notices",
            ],
        },
    }
]

DATABASES = {"default": env.db_url_config(env.str("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'homevisits.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = dict(sqlite.OPTIONS)
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    # Many small statements: compiling one just in time costs more than it ever saves here.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c jit=off"
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}
}

# The broker carries knocks only: without Redis it is a folder, so that nothing has to be installed.
BROKER_DIR = VAR_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost//"
CELERY_BROKER_TRANSPORT_OPTIONS = {} if REDIS_URL else broker.folders(BROKER_DIR)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = False
CELERY_TASK_ACKS_LATE = False  # a lost knock costs seconds, a knock delivered again after a crash costs more
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TASK_SOFT_TIME_LIMIT = 240  # seconds; held by the prefork pool of a real installation
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# What waits for the world outside, or watches the engine, has a queue of its own: a provider that hangs keeps no rung waiting.
CELERY_TASK_DEFAULT_QUEUE = "engine"
_OUTSIDE: tuple[str, ...] = ("messaging.deliver", "people.go_on_with_imports", "attendance.watch_folder", "home.watch")
_OUTSIDE += ("messaging.follow_letters", "visits.scan_attachments", "home.drop_documents", "attendance.write_back")
CELERY_TASK_ROUTES = {name: {"queue": "outside"} for name in _OUTSIDE} | {
    # What takes its time: a rehearsal, the papers of a whole day.
    name: {"queue": "rehearsals"}
    for name in ("rehearsal.play", "visits.print_run", "visits.print_runs")
}
CELERY_TIMEZONE = "Europe/London"
CELERY_BEAT_SCHEDULE = broker.expiring(BEAT)
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat")
CELERY_BEAT_MAX_LOOP_INTERVAL = 5  # seconds

AUTH_USER_MODEL = "people.Staff"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SIGN_IN_PREFIX = "/accounts/"
ACCOUNT_ADAPTER = "homevisits.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved by the invitation that arrives there
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a stranger who types any address into "forgotten password" sends no mail to it
ACCOUNT_EMAIL_NOTIFICATIONS = True  # "your password was changed": the person it was not finds out
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False  # a shared office machine forgets when the browser is closed
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
# Guessing is slowed without locking anybody out: `people/tries.py` says whose tries count together. Nothing is counted by network address
# alone for whoever comes back to a browser of theirs, for a school's staff share one address with whoever would keep them out.
ACCOUNT_RATE_LIMITS = {"login": "", "login_failed": "5/5m/key", "login_failed_here": "30/m/ip"}
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}  # there is nothing to guess; a school's staff come from one address at once
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES")
MFA_ADAPTER = "homevisits.people.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Home Visits"
MFA_TOTP_TOLERANCE = 1  # the half minute before and after: phones' clocks differ. A code counts once all that time (CodeMixin)
MFA_FORMS = {
    "authenticate": "homevisits.people.forms_second_factor.SecondStepForm",
    "add_webauthn": "homevisits.people.forms_second_factor.AddPasskeyForm",
}
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_PASSKEY_LOGIN_ENABLED = True  # a passkey that asks for finger, face or PIN is both factors in one
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = BASE_URL.startswith("http://localhost")
# A school's Microsoft or Google, for people who have an account here; their second factor stands for ours only where it is said so.
SOCIALACCOUNT_ADAPTER = "homevisits.people.adapter_providers.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = providers.from_environment(env)
SOCIALACCOUNT_QUERY_EMAIL = True
PROVIDER_SECOND_FACTOR = env.bool("PROVIDER_SECOND_FACTOR")
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR")

SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES")
SESSION_MAX_HOURS = env.int("SESSION_MAX_HOURS")
SESSION_COOKIE_AGE = SESSION_MAX_HOURS * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# How long what a tablet takes along can be read on it (R24), if its session does not end before.
TABLET_KEY_SECONDS = 8 * 3600

# Messages. The keys, NOTIFY_API_KEY and NOTIFY_API_KEY_<SCHOOL>, are read when they are used and stay in the environment.
NOTIFY_BASE_URL = env.str("NOTIFY_BASE_URL")

# Attendance written back. The tokens, WONDE_TOKEN and WONDE_TOKEN_<SCHOOL>, stay in the environment.
WONDE_BASE_URL = env.str("WONDE_BASE_URL")

# Asked by the watcher while all is well.
HEARTBEAT_URL = env.str("HEARTBEAT_URL")

# The watched folder of exports and registers.
IMPORT_FOLDER = env.str("IMPORT_FOLDER")
IMPORT_EXPECTED_BY = env.str("IMPORT_EXPECTED_BY")

# Where documents for the information system are laid down.
DOCUMENTS_FOLDER = env.str("DOCUMENTS_FOLDER")

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "homevisits.common.static.Fingerprinted"
    },
}
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "staticfiles.json").exists()  # nothing collected: serve the files where they lie
MEDIA_ROOT = VAR_DIR / "media"
FILE_UPLOAD_HANDLERS = [
    "homevisits.common.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF, *(providers.PLACES[name] for name in SOCIALACCOUNT_PROVIDERS)],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "homevisits.home.errors.csrf_failure"

CRISPY_ALLOWED_TEMPLATE_PACKS = ["gds"]
CRISPY_TEMPLATE_PACK = "gds"
CRISPY_CLASS_CONVERTERS = dict.fromkeys(("numberinput", "dateinput", "timeinput", "datetimeinput", "urlinput"), "govuk-input") | {
    "fileinput": "govuk-file-upload",
    "nullbooleanselect": "govuk-select",
    "selectmultiple": "govuk-select",
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
