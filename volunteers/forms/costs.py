from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import DayField, ModelForm, SeenField, WholeField
from volunteers.models import EmployerCost
from volunteers.models.costs import people_valued_by
from volunteers.services.costs import FACTS

FIRST_YEAR, LAST_YEAR = 2000, 2099


class CostForm(ModelForm):
    """Whom it is about is said once: a cost does not move from one person to another."""

    seen = SeenField()
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"))

    class Meta:
        model = EmployerCost
        fields = ["volunteer", *FACTS]

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

    def asked(self):
        return (self.cleaned_data["year"] if self.is_valid() else None) or timezone.localdate().year


class StatementForm(YearForm):
    """Whose statement: a pair that is none of the reader's is the first of theirs."""

    pair = forms.ChoiceField(label=_("Company and host"), required=False)
    field_order = ["pair", "year"]

    def __init__(self, *args, pairs, **kwargs):
        super().__init__(*args, **kwargs)
        self.pairs = {f"{sponsor.pk}-{host.pk}": (sponsor, host) for sponsor, host in pairs}
        self.fields["pair"].choices = [(key, f"{one.name} → {other.name}") for key, (one, other) in self.pairs.items()]

    def asked(self):
        """(pair or None, year)"""
        year = super().asked()
        return self.pairs.get(self.cleaned_data.get("pair"), next(iter(self.pairs.values()), None)), year
