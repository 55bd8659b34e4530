from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    default = True
    name = "ledger"
    verbose_name = _("Money and losses")

    def ready(self) -> None:
        from ledger import limits, receivers  # noqa: F401
        from staff import rulebooks

        rulebooks.register("ledger", limits.load)
