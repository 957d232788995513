"""The stock administration, through the one door: whatever is saved there has its history with who and why."""

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin

from crm import audit
from crm.forms.fields import is_number, typed_field


class TypedNumbers:
    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Numbers are read here as on every other page."""
        if is_number(db_field):
            return typed_field(db_field, **kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class AuditedAdmin(TypedNumbers, SimpleHistoryAdmin):
    def save_model(self, request, obj, form, change):
        why = _("Changed in the administration") if change else _("Added in the administration")
        audit.save(obj, by=request.user, why=why)

    def delete_model(self, request, obj):
        audit.delete(obj, by=request.user, why=_("Removed in the administration"))

    def has_delete_permission(self, request, obj=None):
        """People are closed, never deleted: what they wrote stays theirs."""
        return self.model is not get_user_model() and super().has_delete_permission(request, obj)
