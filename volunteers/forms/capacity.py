from datetime import date, timedelta

from django import forms

from crm.domain.day_field import EARLIEST, LATEST
from crm.forms.fields import DayField
from volunteers.selectors.capacity import HORIZONS


class HorizonForm(forms.Form):
    """From which week, over how many; what cannot be read is this week and the shortest horizon."""

    first_week = DayField(required=False)
    weeks = forms.TypedChoiceField(choices=[(n, n) for n in HORIZONS], coerce=int, required=False)

    def first(self) -> date | None:
        self.is_valid()
        day = self.cleaned_data.get("first_week")
        margin = timedelta(days=7 * max(HORIZONS) + 7)
        return day if day and EARLIEST + margin < day < LATEST - margin else None

    def week_count(self):
        self.is_valid()
        return self.cleaned_data.get("weeks") or HORIZONS[0]
