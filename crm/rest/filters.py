"""What the lists of the API are narrowed by."""

from django import forms
from django.db.models import DateField, ForeignKey, OneToOneField
from django_filters import NumberFilter
from django_filters.rest_framework import DjangoFilterBackend, FilterSet

from crm.rest.day_filter import DayFilter


class KeyFilter(NumberFilter):
    """The number of another row. Nobody learns by it whether that row exists: of somebody else's there is nothing."""

    class field_class(forms.IntegerField):  # noqa: N801 (django-filter's name)
        def __init__(self, **kwargs):
            super().__init__(min_value=0, max_value=2**63 - 1, **kwargs)


class KeyFilterSet(FilterSet):
    FILTER_DEFAULTS = FilterSet.FILTER_DEFAULTS | {
        ForeignKey: {"filter_class": KeyFilter},
        OneToOneField: {"filter_class": KeyFilter},
        DateField: {"filter_class": DayFilter},
    }


class FilterBackend(DjangoFilterBackend):
    filterset_base = KeyFilterSet
