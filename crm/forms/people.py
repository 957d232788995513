from django import forms
from django.utils.translation import gettext_lazy as _

from crm.audit import write
from crm.forms.fields import SeenField


class IdentityForm(forms.Form):
    """A name, and for administrators the address of the account."""

    seen = SeenField()
    full_name = forms.CharField(label=_("Name"), max_length=150)
    latin_name = forms.CharField(
        label=_("Name in Latin letters"),
        max_length=150,
        required=False,
        help_text=_("For papers, where the name has letters that they cannot print."),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("They log in with it, and get their mails there."),
    )

    def __init__(self, *args, user, person, **kwargs):
        initial = {
            "full_name": person.full_name,
            "latin_name": person.latin_name,
            "email": person.email,
        }
        initial["seen"] = write.mark_of(person)
        super().__init__(*args, initial=initial, **kwargs)
        if not user.is_administrator:
            del self.fields["email"]


class HeadForm(forms.Form):
    seen = SeenField()
    is_head = forms.BooleanField(required=False)
