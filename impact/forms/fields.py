from django import forms
from django.utils.translation import gettext_lazy as _

REASON_REQUIRED = _("Say what changes, and why.")  # as the services say it


class WhyField(forms.CharField):
    """The reason of a change, which the readers of the engagement's impact see as it is written."""

    def __init__(self):
        super().__init__(
            label=_("What changes, and why"),
            max_length=1_000,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("Shown to the readers of the figures, with the day and without your name."),
            error_messages={"required": REASON_REQUIRED},
        )
