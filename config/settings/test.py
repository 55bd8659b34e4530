"""What the tests change: a fast password hasher, no broker, mail kept in memory, a clock that may be set."""

from config import env
from config.settings.base import *  # noqa: F403

TESTING = True
TOTP_REQUIRED = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
DATABASES = {"default": env.database(env.text("DATABASE_URL", "sqlite:///" + str(VAR / "test.sqlite3")))}  # noqa: F405
# A migrated database that every worker's own is copied from (scripts/test.sh): migrating takes half a minute.
DATABASES["default"]["TEST"] = {"TEMPLATE": env.text("TEST_TEMPLATE", "") or None}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
SITE_URL = "http://testserver"
# Whitenoise looks for a file when one is asked for, and does not list them all for every client that a test makes.
WHITENOISE_AUTOREFRESH = True
