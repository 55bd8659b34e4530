"""The product's own settings; the pages are joined by a «hello» page that only knows who asks."""

from config.settings.base import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
