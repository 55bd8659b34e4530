from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


def seed_policies(sender: AppConfig, using: str = "default", **kwargs: Any) -> None:
    """After a migration every policy has numbers; migrating back to nothing leaves no table to write to."""
    from sla.editing import ensure_policies
    from sla.models import PolicyVersion

    if PolicyVersion._meta.db_table in connections[using].introspection.table_names():
        ensure_policies(using=using)


class SLAConfig(AppConfig):
    name = "sla"
    verbose_name = _("Clocks")

    def ready(self) -> None:
        from sla import holding

        holding.register()
        autodiscover_modules("sla_policies")
        post_migrate.connect(seed_policies, sender=self)
