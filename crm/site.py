"""Django's administration, open to those who hold the role of an administrator."""

from django.contrib.admin import AdminSite
from django.contrib.auth.backends import BaseBackend
from django.utils.translation import gettext_lazy as _


def may_administer(user):
    """Administrators, and superusers made by a command, which is the way back in where nobody else has one."""
    return user.is_active and (user.is_superuser or user.is_administrator)


class Administration(AdminSite):
    site_header = site_title = "Relais"
    index_title = _("Administration")

    def has_permission(self, request):
        return request.user.is_authenticated and may_administer(request.user)


class AdministratorsMay(BaseBackend):
    """All permissions of Django's administration for all administrators; nothing else asks for these."""

    def has_perm(self, user_obj, perm, obj=None):
        return may_administer(user_obj)

    def has_module_perms(self, user_obj, app_label):
        return may_administer(user_obj)
