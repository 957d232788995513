import django_filters
from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from crm.models import Sdg
from engagements.domain.stages import Stage
from engagements.models import Engagement
from impact.models import Indicator, Measurement, Metric, reported_to


class IndicatorFilter(django_filters.FilterSet):
    """The library's page and its API route."""

    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=100)
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=Indicator.Kind.choices, empty_label=_("all")
    )
    sdg = django_filters.ModelChoiceFilter(
        label=_("Sustainable Development Goal"),
        queryset=lambda request: Sdg.objects.order_by("number"),
        empty_label=_("all"),
    )

    class Meta:
        model = Indicator
        fields = ["q", "kind", "sdg"]

    def search(self, queryset, name, value):
        return queryset.found_by(value)


def _indicators(request):
    """Only those that the reader's engagements follow, so that the list says nothing about others."""
    followed = Metric.objects.filter(engagement__in=reported_to(request.user).values("pk"))
    return Indicator.objects.filter(pk__in=followed.values("indicator")).by_name()


def _goals(request):
    followed = Metric.objects.filter(engagement__in=reported_to(request.user).values("pk"))
    return Sdg.objects.filter(pk__in=followed.values("indicator__sdg")).order_by("number")


def _chosen_text(form_field, value):
    """The value of a filter as text: a row as itself, a code as its label, a tick as nothing beside its label."""
    if value is True:
        return ""
    is_code = isinstance(form_field, forms.ChoiceField) and not isinstance(
        form_field, forms.ModelChoiceField
    )
    return dict(form_field.choices).get(value, value) if is_code else value


class PortfolioFilter(django_filters.FilterSet):
    """The page of what changed and its API route."""

    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=100)
    stage = django_filters.ChoiceFilter(
        label=_("Stage"), choices=Stage.choices, empty_label=_("all")
    )
    sdg = django_filters.ModelChoiceFilter(
        label=_("Goal"),
        field_name="metrics__indicator__sdg",
        queryset=_goals,
        method="serving",
        empty_label=_("all"),
    )
    indicator = django_filters.ModelChoiceFilter(
        label=_("Indicator"),
        field_name="metrics__indicator",
        queryset=_indicators,
        method="following",
        empty_label=_("all"),
    )
    stopped = django_filters.ChoiceFilter(
        label=_("Stopped or not"),
        choices=[("no", _("without those that stopped")), ("yes", _("only those that stopped"))],
        method="whether_stopped",
        empty_label=_("all"),
    )
    published = django_filters.BooleanFilter(
        label=_("With published figures"),
        method="with_figures",
        widget=forms.CheckboxInput,
        initial=False,
    )

    class Meta:
        model = Engagement
        fields = ["q", "stage", "sdg", "indicator", "stopped", "published"]

    @property
    def chosen(self):
        """[(label, what was chosen)] in the words of the form; on paper nothing else shows it."""
        choices = self.form.cleaned_data if self.form.is_valid() or self.form.errors else {}
        return [
            (field.label, _chosen_text(field.field, value))
            for field in self.form
            if (value := choices.get(field.name))
        ]

    def search(self, queryset, name, value):
        return queryset.named(value)

    def serving(self, queryset, name, value):
        return queryset.filter(
            Exists(Metric.objects.filter(engagement=OuterRef("pk"), indicator__sdg=value))
        )

    def following(self, queryset, name, value):
        return queryset.filter(
            Exists(Metric.objects.filter(engagement=OuterRef("pk"), indicator=value))
        )

    def whether_stopped(self, queryset, name, value):
        return (
            queryset.filter(stage=Stage.STOPPED)
            if value == "yes"
            else queryset.exclude(stage=Stage.STOPPED)
        )

    def with_figures(self, queryset, name, value):
        if not value:
            return queryset
        return queryset.filter(
            Exists(Measurement.objects.published().filter(metric__engagement=OuterRef("pk")))
        )
