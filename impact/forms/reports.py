from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField

SHARED_DAYS = 90


class WordForm(forms.Form):
    conditions = {"comment": _("(required if you disagree)")}
    word = forms.ChoiceField(
        label=_("Your word"),
        choices=[("agree", _("I agree: it is so")), ("disagree", _("I disagree"))],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Shown with the report, as you write it. Say why if you disagree."),
    )

    def answers(self):
        return {
            "agrees": self.cleaned_data["word"] == "agree",
            "comment": self.cleaned_data["comment"],
        }


class ShareForm(forms.Form):
    sent_to = forms.CharField(
        label=_("For whom"),
        max_length=150,
        help_text=_("So that you know later which link to revoke."),
    )
    until = DayField(label=_("Opens until"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = timezone.localdate() + timedelta(days=SHARED_DAYS)
