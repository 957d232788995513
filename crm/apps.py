from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = _("People and organisations")

    def ready(self):
        import_module("crm.deployment.checks")  # its checks register themselves
        autodiscover_modules("gates", "todos", "calendars", "merges")


class AdministrationConfig(AdminConfig):
    default_site = "crm.site.Administration"
