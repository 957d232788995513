from django import forms
from django.utils.translation import gettext_lazy as _

from crm.files.attachments import KINDS


class EvidenceForm(forms.Form):
    file = forms.FileField(label=_("File"), max_length=200, help_text=KINDS)
