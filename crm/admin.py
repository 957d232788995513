from importlib import import_module

from django.contrib import admin
from django.contrib.auth.models import Group
from knox.models import AuthToken

from crm.administration import AuditedAdmin, ReferenceAdmin
from crm.models import LegalCategory, Membership, Need, ReferenceFigure, Sdg, User

# What libraries register leaves no who and no why, and would make keys in somebody else's name.
for _library in ("django.contrib.auth.admin", "knox.admin"):
    import_module(_library)
admin.site.unregister([Group, AuthToken])


@admin.register(User)
class UserAdmin(AuditedAdmin):
    list_display = ["full_name", "email", "is_active", "is_staff"]
    search_fields = ["full_name", "email"]
    fields = ["full_name", "latin_name", "email", "is_active", "is_staff"]
    ordering = ["sort_name", "pk"]


@admin.register(Membership)
class MembershipAdmin(AuditedAdmin):
    list_display = ["user", "role", "organisation", "is_head", "started_on", "ended_on"]
    list_filter = ["role"]
    ordering = ["user__sort_name", "pk"]


@admin.register(Sdg, LegalCategory)
class NumberedAdmin(ReferenceAdmin):
    ordering = ["pk"]


@admin.register(Need)
class NeedAdmin(AuditedAdmin):
    ordering = ["pk"]


@admin.register(ReferenceFigure)
class ReferenceFigureAdmin(AuditedAdmin):
    list_display = ["name", "value", "unit", "valid_from", "valid_to", "confidence"]
    ordering = ["key", "-valid_from", "pk"]
