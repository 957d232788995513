from datetime import timedelta

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, SeenField
from crm.templatetags.formats import day_text
from crm.templatetags.formats import days as in_days
from crm.workdays import monday_of
from volunteers.models import FULL_DAY

HALVES = [("0", "0"), ("1", "½"), (str(FULL_DAY), "1")]
WEEK = range(7)


def lines(label):
    return forms.CharField(
        label=label, max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 3, "enterkeyhint": "next"})
    )


class WeekForm(forms.Form):
    """One week on a phone: three texts and, for each day, nothing, half or all of it.

    Days that cannot be logged (to come, outside the assignment) are disabled and keep what is saved.
    """

    seen = SeenField()
    week = DayField(widget=forms.HiddenInput)
    done = lines(_("Done"))
    blocked = lines(_("What blocks"))
    opens_blocker = forms.BooleanField(label=_("Open a blocker: the coordinator sees it at once"), required=False)
    next = lines(_("What comes next"))

    def __init__(self, *args, monday, may_log, **kwargs):
        super().__init__(*args, **kwargs)
        self.monday = monday
        for offset in WEEK:
            day = monday + timedelta(days=offset)
            self.fields[f"day_{offset}"] = forms.ChoiceField(
                label=date_format(day, "l j"),
                choices=HALVES,
                widget=forms.RadioSelect,
                required=False,
                disabled=not may_log(day),
            )

    def clean(self):
        cleaned = super().clean()
        week = cleaned.get("week")
        if week and not self.is_of_this_week:
            sentence = _("This was written about the week of %(sent)s. Nothing is saved: this page is about %(here)s.")
            days = {"sent": day_text(week), "here": day_text(self.monday)}
            self.add_error(None, sentence % days)
        return cleaned

    @property
    def is_of_this_week(self):
        """The week that was sent is the one of this page: what is written about one is never moved to another."""
        week = self.cleaned_data.get("week")
        return week is not None and monday_of(week) == self.monday

    def weekdays(self):
        return [self[f"day_{offset}"] for offset in WEEK if offset < 5]

    def weekend(self):
        return [self[f"day_{offset}"] for offset in WEEK if offset >= 5]

    def weekend_is_worked(self):
        return any(str(field.value() or "0") != "0" for field in self.weekend())

    def days(self):
        """Half-days by date; a day without an answer keeps what was logged."""
        return {
            self.monday + timedelta(days=offset): int(self.cleaned_data[f"day_{offset}"])
            for offset in WEEK
            if self.cleaned_data.get(f"day_{offset}") not in ("", None) and not self.fields[f"day_{offset}"].disabled
        }

    def compare_days(self, saved):
        """Tell, beside the words that somebody else saved meanwhile, the days that differ from what was chosen."""
        chosen = self.days()
        self.saved_now += [
            (self[f"day_{offset}"].label, in_days(half_days))
            for offset in WEEK
            for day in [self.monday + timedelta(days=offset)]
            if (half_days := saved.get(day, 0)) != chosen.get(day, half_days)
        ]

    def words(self):
        return {name: self.cleaned_data[name] for name in ("done", "blocked", "next", "opens_blocker", "seen")}
