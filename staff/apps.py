from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    default = True
    name = "staff"
    verbose_name = _("Staff")

    def ready(self) -> None:
        from staff import audiences

        audiences.register()


class HoutaiAdminConfig(admin_apps.AdminConfig):
    """The supervisors' admin: Django's own, on the site of the house."""

    default = False
    default_site = "staff.admin_site.HoutaiAdminSite"
