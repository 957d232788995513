from django import forms
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import ModelForm
from crm.models import SavedView
from crm.models.saved_views import PageWithViews


class ViewNameForm(ModelForm):
    class Meta:
        model = SavedView
        fields = ["name"]


class SavedViewForm(ViewNameForm):
    """Filters of a page, to be kept under a name; the address that one comes from gives them."""

    page = forms.ChoiceField(choices=PageWithViews, widget=forms.HiddenInput)
    query = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)

    class Meta(ViewNameForm.Meta):
        help_texts = {
            "name": _(
                "Only you see it. Under a name that you already use, it takes the place of that view."
            )
        }
