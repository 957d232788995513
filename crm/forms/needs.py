from django import forms
from django.conf import settings

from crm.forms.fields import DayField
from crm.models import User


class SnoozeForm(forms.Form):
    key = forms.RegexField(r"^[a-z-]{1,40}:\d{1,19}:\d{4}-\d{2}-\d{2}$", max_length=100)
    title = forms.CharField(max_length=300)
    until = DayField()


class DigestForm(forms.Form):
    digest = forms.ChoiceField(choices=User.Digest.choices)
    language = forms.ChoiceField(choices=settings.LANGUAGES)
