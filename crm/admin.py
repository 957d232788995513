from importlib import import_module

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html

from crm.administration import AuditedAdmin, ReferenceAdmin
from crm.audit.reasons import because
from crm.forms.fields import ModelForm
from crm.models import LegalCategory, Membership, Need, ReferenceFigure, Sdg, User
from crm.selectors.holds import what_they_hold
from crm.services.people import end_roles, refuse_last_administrator

# What libraries register leaves no who and no why, and would make keys in somebody else's name.
for _library in (
    "django.contrib.auth.admin",
    "knox.admin",
    "allauth.account.admin",
    "allauth.mfa.admin",
    "allauth.socialaccount.admin",
):
    import_module(_library)
admin.site.unregister([Group, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])


def refuse_while_held(user, membership=None):
    """Refuse while the person holds something, with what it is and links to the pages where it changes hands."""
    refuse_last_administrator(
        user.memberships.filter(**({"pk": membership.pk} if membership else {}))
    )
    held = what_they_hold(user, membership)
    if held:
        raise ValidationError(
            [
                format_html('{} <a href="{}">{}</a>', each.sentence, each.url, each.url)
                for each in held
            ]
        )


class UserForm(ModelForm):
    def clean_is_active(self):
        if self.instance.is_active and not self.cleaned_data["is_active"] and self.instance.pk:
            refuse_while_held(self.instance)
        return self.cleaned_data["is_active"]


class MembershipForm(ModelForm):
    def clean(self):
        """A role that ends or becomes another takes away what it gave, so nothing may be held by it any more."""
        cleaned, saved = super().clean(), self.instance
        if saved.pk and (
            cleaned.get("ended_on") not in {None, saved.ended_on}
            or any(
                cleaned.get(name) != getattr(saved, name)
                for name in ("user", "role", "organisation")
            )
        ):
            refuse_while_held(saved.user, saved)
        return cleaned


@admin.register(User)
class UserAdmin(AuditedAdmin):
    form = UserForm
    list_display = ["full_name", "email", "is_active"]
    search_fields = ["full_name", "email"]
    fields = ["full_name", "latin_name", "email", "is_active"]
    ordering = ["sort_name", "pk"]

    def has_add_permission(self, request):
        """People are invited, from the page of their organisation: an account comes with a role and a way in."""
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        User.objects.keep_address(obj)
        if change and "is_active" in form.changed_data and not obj.is_active:
            end_roles(
                obj,
                today=timezone.localdate(),
                by=request.user,
                why=because("The account was closed"),
            )


@admin.register(Membership)
class MembershipAdmin(AuditedAdmin):
    list_display = ["user", "role", "organisation", "is_head", "started_on", "ended_on"]
    list_filter = ["role"]
    ordering = ["user__sort_name", "pk"]
    form = MembershipForm

    def get_deleted_objects(self, objs, request):
        rows, counts, refused, protected = super().get_deleted_objects(objs, request)
        held = [each.sentence for row in objs for each in what_they_hold(row.user, row)]
        try:
            refuse_last_administrator(Membership.objects.filter(pk__in=[row.pk for row in objs]))
        except ValidationError as error:
            held += error.messages
        return rows, counts, refused, [*protected, *held]


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
