"""A day of a filter, read as forms read it."""

import django_filters

from crm.domain.day_field import DayField


class DayFilter(django_filters.DateFilter):
    field_class = DayField
