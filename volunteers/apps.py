from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VolunteersConfig(AppConfig):
    name = "volunteers"
    verbose_name = _("Lent team")

    def ready(self):
        import_module("volunteers.gates")
        import_module("volunteers.calendars")
