"""Django's administration, whose changes go through crm.audit as well: the history says who and why."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import transaction
from simple_history.admin import SimpleHistoryAdmin

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import colon
from crm.forms.fields import is_number, typed_field


class TypedNumbers:
    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Numbers are read here as on every other page."""
        if is_number(db_field):
            return typed_field(db_field, **kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class ReferenceAdmin(TypedNumbers, admin.ModelAdmin):
    """Reference data without a history: it may be changed but not deleted, which would leave no trace."""

    def has_delete_permission(self, request, obj=None):
        return False


class AuditedAdmin(TypedNumbers, SimpleHistoryAdmin):
    def save_model(self, request, obj, form, change):
        why = (
            because("Changed in the administration")
            if change
            else because("Added in the administration")
        )
        write.save(obj, by=request.user, why=why)

    def delete_model(self, request, obj):
        write.delete(obj, by=request.user, why=because("Removed in the administration"))

    def delete_queryset(self, request, queryset):
        """Rows ticked in the list are deleted one by one: each leaves who and why in the history."""
        with transaction.atomic():
            for row in queryset:
                self.delete_model(request, row)

    def get_deleted_objects(self, objs, request):
        """A row to which others point is kept, and they are named: nothing goes silently along with a row."""
        rows, counts, refused, protected = super().get_deleted_objects(objs, request)
        return (
            rows,
            counts,
            refused,
            [*protected, *(dependent for row in objs for dependent in _dependents_of(row))],
        )

    def has_delete_permission(self, request, obj=None):
        """People are closed, never deleted: what they wrote stays theirs."""
        return self.model is not get_user_model() and super().has_delete_permission(request, obj)


def _dependents_of(row):
    """One row of each table that points to this one; history tables do not count, they may outlive the row."""
    for relation in row._meta.get_fields(include_hidden=True):
        if (
            not relation.auto_created
            or relation.concrete
            or not (relation.one_to_many or relation.one_to_one)
        ):
            continue
        model = relation.related_model
        if "history_type" not in {field.name for field in model._meta.concrete_fields}:
            dependent = (
                model._base_manager.filter(**{relation.field.name: row}).order_by("pk").first()
            )
            if dependent is not None:
                yield f"{model._meta.verbose_name}{colon()} {dependent}"
