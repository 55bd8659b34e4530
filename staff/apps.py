from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    default = True
    name = "staff"
    verbose_name = _("Staff")

    def ready(self) -> None:
        from staff import audiences
        from staff.conduct import registries as conduct
        from staff.duty import reasons, receivers  # noqa: F401
        from staff.handover import registries as handover_registries  # noqa: F401
        from staff.records import registries as records_registries  # noqa: F401
        from staff.words import registries as words_registries  # noqa: F401

        audiences.register()
        reasons.register()
        conduct.register()
        autodiscover_modules("measures")


class HoutaiAdminConfig(admin_apps.AdminConfig):
    """The supervisors' admin: Django's own, on the site of the house."""

    default = False
    default_site = "staff.admin_site.HoutaiAdminSite"
