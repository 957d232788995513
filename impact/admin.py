from django import forms
from django.contrib import admin
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crm.administration import AuditedAdmin
from crm.forms.fields import ModelForm
from crm.forms.refusals import refusals_in
from impact.models import Indicator
from impact.services import indicators


class IndicatorAdminForm(ModelForm):
    """The service decides here as on the page; each change is tried and rolled back first, to show a refusal."""

    why = forms.CharField(label=_("What changes, and why"), max_length=300, required=False)

    def facts(self):
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "why"}

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and not self.errors:
            with refusals_in(self), transaction.atomic():
                self.change(by=self.user)
                transaction.set_rollback(True)
        return cleaned

    def change(self, *, by):
        return indicators.change_indicator(
            self.instance, **self.facts(), why=self.cleaned_data["why"], by=by
        )


@admin.register(Indicator)
class IndicatorAdmin(AuditedAdmin):
    """Words may be changed; the kind and how it adds up, which give measurements their meaning, may not."""

    form = IndicatorAdminForm
    list_display = ["code", "name_fr", "kind", "aggregation"]
    search_fields = ["code", "name_fr", "name_en"]
    ordering = ["code"]

    def get_readonly_fields(self, request, obj=None):
        return ["code", "kind", "aggregation"] if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def save_model(self, request, obj, form, change):
        if change:
            form.change(by=request.user)
        else:
            super().save_model(request, obj, form, change)
