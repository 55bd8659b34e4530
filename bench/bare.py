"""The settings of the bench without any middleware: what Django itself needs to answer with one query."""

from bench.settings import *  # noqa: F403

MIDDLEWARE = []
