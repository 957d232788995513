import django_filters
from django.utils.translation import gettext_lazy as _

from crm.models import Sdg
from impact.models import Indicator


class IndicatorFilter(django_filters.FilterSet):
    """The library's page and its API route."""

    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=100)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Indicator.Kind.choices, empty_label=_("all"))
    sdg = django_filters.ModelChoiceFilter(
        label=_("Sustainable Development Goal"),
        queryset=lambda request: Sdg.objects.order_by("number"),
        empty_label=_("all"),
    )

    class Meta:
        model = Indicator
        fields = ["q", "kind", "sdg"]

    def search(self, queryset, name, value):
        return queryset.matching(value)
