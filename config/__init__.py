"""The composition root: settings, URLs, Celery and its schedule. Nobody imports it but Django."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
