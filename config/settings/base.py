"""All settings, driven by the environment. Without any variable: the embedded default under `var/`, for one machine."""

from __future__ import annotations

import secrets
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import env
from config.beat import BEAT_SCHEDULE

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(env.text("HOUTAI_VAR", str(ROOT / "var")))
VAR.mkdir(parents=True, exist_ok=True)

# ── Mode ─────────────────────────────────────────────────────────────────────
PRODUCTION = env.flag("PRODUCTION")
DEBUG = env.flag("DEBUG")
TESTING = False
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("PRODUCTION=1 and DEBUG=1 exclude each other.")

# ── Secrets ──────────────────────────────────────────────────────────────────
KNOWN_SECRETS = {"", "change-me", "changeme", "secret", "insecure", "houtai"}


def secret_key() -> str:
    """The signing key: from the environment, or (never in production) one that is made once and kept under `var/`."""
    value = env.text("SECRET_KEY")
    if PRODUCTION:
        if value.lower() in KNOWN_SECRETS or value.startswith("django-insecure") or len(value) < 50:
            raise ImproperlyConfigured("In production SECRET_KEY must be a random text of 50 characters or more.")
        return value
    if value:
        return value
    kept = VAR / "secret_key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(64), encoding="ascii")
    return kept.read_text(encoding="ascii")


SECRET_KEY = secret_key()
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")

# ── Where it is served ───────────────────────────────────────────────────────
SITE_URL = env.text("SITE_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}").rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "" if PRODUCTION else "127.0.0.1,localhost,[::1],testserver")
if not PRODUCTION and env.text("HOST"):
    ALLOWED_HOSTS.append("*" if env.text("HOST") in {"0.0.0.0", "::"} else env.text("HOST"))  # noqa: S104
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", SITE_URL if PRODUCTION else "")
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

# ── Apps, floor by floor (docs/architecture.md) ──────────────────────────────
INSTALLED_APPS = [
    "common",
    "audit",
    "notifications",
    "sla",
    "staff",
    "suppliers",
    "orders",
    "ledger",
    "aftersales",
    "reports",
    "staff.apps.HoutaiAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "staff.middleware.WhoAsks",
    "django_otp.middleware.OTPMiddleware",
    "staff.middleware.SessionLimits",
    "staff.middleware.SecondFactor",
    "audit.middleware.Gesture",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "staff.context.navigation",
            ],
            "builtins": ["common.templatetags.houtai", "django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# ── Data ─────────────────────────────────────────────────────────────────────
DATABASES = {"default": env.database(env.text("DATABASE_URL", f"sqlite:///{VAR / 'houtai.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL")
REDIS_PATIENCE = {"socket_timeout": 1, "socket_connect_timeout": 1}  # seconds: the cache holds hints
CACHES: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": REDIS_PATIENCE,
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": VAR / "cache"}
}
MEDIA_ROOT = VAR / "media"
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
IMPORT_MAX_BYTES = 200 * 1024 * 1024

# ── People ───────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["staff.auth.RoleBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
TOTP_REQUIRED = env.flag("TOTP_REQUIRED", PRODUCTION)
OTP_TOTP_ISSUER = "Houtai"
SESSION_ENGINE = "staff.session_store"
SESSION_IDLE_SECONDS = env.number("SESSION_IDLE_MINUTES", 60 if PRODUCTION else 600) * 60
SESSION_COOKIE_AGE = env.number("SESSION_MAX_HOURS", 12) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "staff.views.csrf_failure"

# ── Rules of the house ───────────────────────────────────────────────────────
BUYER_DATA_YEARS = env.number("BUYER_DATA_YEARS", 3)  # after its end an order forgets its buyer (SEC-07)
PRICE_CHANGE_LIMIT = env.number("PRICE_CHANGE_LIMIT_PERCENT", 20)  # the discount that needs no supervisor (ORD-02)

# ── Languages and time ───────────────────────────────────────────────────────
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
FORMAT_MODULE_PATH = ["config.formats"]
HOUTAI_NOW = env.text("HOUTAI_NOW")

# ── Static files ─────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("HOUTAI_STATIC", str(VAR / "static")))
STATICFILES_DIRS = [ROOT / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.finders.PackageFinder",
]
PACKAGE_FILES = {  # prefix under /static/: folder of an npm package (package.json), its files that pages use
    "tabler/css": (ROOT / "node_modules/@tabler/core/dist/css", ("tabler.min.css", "tabler.min.css.map")),
    "chart": (ROOT / "node_modules/chart.js/dist", ("chart.umd.min.js", "chart.umd.min.js.map")),
}
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# ── Guarding ─────────────────────────────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-houtai"
    CSRF_COOKIE_NAME = "__Host-csrf"
    if env.flag("BEHIND_PROXY", True):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
else:
    SESSION_COOKIE_NAME = "houtai"
METRICS_TOKEN = env.text("METRICS_TOKEN")  # without one, /metrics answers this machine only
TRUSTED_PROXY_HOPS = env.number("TRUSTED_PROXY_HOPS", 1 if PRODUCTION else 0)

# ── REST ─────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["suppliers.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["suppliers.authentication.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "common.api.problem_details",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": None,
}
API_REQUESTS_A_MINUTE = env.number("API_REQUESTS_A_MINUTE", 600)  # a token
SPECTACULAR_SETTINGS = {
    "TITLE": "Houtai supplier API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "PartState": "orders.states.FulfilmentState",
        "UploadState": "orders.states.JobState",
        "Verdict": "orders.states.Verdict",
    },
}

# ── Jobs ─────────────────────────────────────────────────────────────────────
BROKER_FOLDER = VAR / "broker"
CELERY_BROKER_URL = REDIS_URL or "wholefiles://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 300, "socket_timeout": 10, "health_check_interval": 25}
    if REDIS_URL
    else {
        "data_folder_in": str(BROKER_FOLDER),
        "data_folder_out": str(BROKER_FOLDER),
        "control_folder": str(VAR / "broker_control"),
        "polling_interval": 0.2,
    }
)
if not REDIS_URL:
    BROKER_FOLDER.mkdir(exist_ok=True)
    (VAR / "broker_control").mkdir(exist_ok=True)
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULER = "config.scheduler:Scheduler"
CELERY_TASK_PUBLISH_RETRY = False  # a page does not wait, and beat does the work itself
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for ever: worker and beat outlive any outage of the broker
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_TASK_TIME_LIMIT = 280
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_ENABLE_UTC = True

# ── Mail ─────────────────────────────────────────────────────────────────────
DEFAULT_FROM_EMAIL = env.text("FROM_EMAIL", "Houtai 后台 <houtai@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if env.text("EMAIL_URL"):
    globals().update(env.email(env.text("EMAIL_URL")))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR / "mail"

# ── Logs: one line an event, no personal data ────────────────────────────────
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "fontTools": {"level": "ERROR"},  # it would tell the letters of every name on a paper
        "fpdf": {"level": "ERROR"},  # likewise those that the font does not have
    },
}
