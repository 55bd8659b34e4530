from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    default = True
    name = "ledger"
    verbose_name = _("Money and losses")

    def ready(self) -> None:
        from ledger import limits, receivers  # noqa: F401
        from ledger.states import ClaimState, SlipState
        from ledger.workflow import ClaimWorkflow, SlipWorkflow
        from orders import machines
        from staff import rulebooks

        machines.register("pay-slip", SlipWorkflow, SlipState)
        machines.register("loss-claim", ClaimWorkflow, ClaimState)
        rulebooks.register("ledger", limits.load)
