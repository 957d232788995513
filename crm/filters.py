import django_filters
from django.utils.translation import gettext_lazy as _

from crm.models import Organisation

PARTS = {
    "beneficiary": _("supported organisations"),
    "member": _("Coalition members"),
    "sponsor": _("sponsor companies"),
    "funder": _("funders"),
}


class OrganisationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=100)
    part = django_filters.ChoiceFilter(label=_("Part"), choices=list(PARTS.items()), method="taking_part")
    ess_form = django_filters.ChoiceFilter(label=_("Form"), choices=Organisation.EssForm.choices)

    class Meta:
        model = Organisation
        fields = ["q", "part", "ess_form"]

    def search(self, queryset, name, value):
        return queryset.matching(value)

    def taking_part(self, queryset, name, value):
        return queryset.filter(**{f"is_{value}": True})
