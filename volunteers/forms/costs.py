from urllib.parse import urlencode

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, ModelForm, SeenField, WholeField
from volunteers.domain.valuation import year_of
from volunteers.models import EmployerCost
from volunteers.selectors.companies import people_valued_by
from volunteers.selectors.statements import StatementScope
from volunteers.services.costs import COST_FIELDS

FIRST_YEAR, LAST_YEAR = 2000, 2099
MAX_YEAR_DAYS = 732  # days: a financial year may be drawn out to two


class CostForm(ModelForm):
    """Whom it is about is said once: a cost does not move from one person to another."""

    seen = SeenField()
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"))

    class Meta:
        model = EmployerCost
        fields = ["volunteer", *COST_FIELDS]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.version
            del self.fields["volunteer"]
        else:
            del self.fields["seen"]
            self.fields["volunteer"].queryset = people_valued_by(user)


class YearForm(forms.Form):
    """A year that is none is this one."""

    year = WholeField(label=_("Year"), required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)

    def __init__(self, data, **kwargs):
        super().__init__({"year": timezone.localdate().year} | data.dict(), **kwargs)

    def chosen_year(self):
        return (self.cleaned_data["year"] if self.is_valid() else None) or timezone.localdate().year


class StatementForm(YearForm):
    """Whose statement: a pair that is none of the reader's is the first of theirs.

    Of a calendar year, or of a financial year from any day to any day.
    """

    pair = forms.ChoiceField(label=_("Company and host"), required=False)
    first = DayField(
        label=_("First day of the financial year"),
        required=False,
        help_text=_("Where it is not the calendar year."),
    )
    last = DayField(label=_("Last day of the financial year"), required=False)
    field_order = ["pair", "year", "first", "last"]

    def __init__(self, *args, pairs, **kwargs):
        super().__init__(*args, **kwargs)
        self.pairs = {f"{sponsor.pk}-{host.pk}": (sponsor, host) for sponsor, host in pairs}
        self.fields["pair"].choices = [
            (key, f"{one.name} → {other.name}") for key, (one, other) in self.pairs.items()
        ]

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if bool(first) != bool(last):
            self.add_error("last" if first else "first", _("Give both the first and the last day."))
        elif first and last < first:
            self.add_error("last", _("The last day cannot come before the first."))
        elif first and (last - first).days >= MAX_YEAR_DAYS:
            self.add_error("last", _("A financial year lasts two years at most."))
        elif first and not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
            self.add_error("first", _("Give dates between 2000 and 2099."))
        return cleaned

    def scope(self) -> StatementScope | None:
        """Of which statement; None where the reader has no pair. Without a first and last day it is of the year."""
        year = self.chosen_year()
        pair = self.pairs.get(self.cleaned_data.get("pair"), next(iter(self.pairs.values()), None))
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        window = (first, last) if self.is_valid() and first else year_of(year)
        if pair is None:
            return None
        sponsor, host = pair
        return StatementScope(sponsor, host, window)


def address_of(statement):
    """The query by which the pages of a statement name it."""
    params = {"pair": f"{statement.sponsor.pk}-{statement.host.pk}", "year": statement.year}
    if not statement.is_calendar_year:
        params |= {"first": statement.first.isoformat(), "last": statement.last.isoformat()}
    return urlencode(params)
