import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models import User
from engagements import health
from engagements.models import Engagement
from engagements.stages import Stage

STATES = [("active", _("active")), ("over", _("autonomous or stopped")), ("all", _("all"))]
NEEDS = [("vacant", _("without a lead")), ("blocked", _("blocked")), ("late", _("late")), ("silent", _("silent"))]
FACTS = {
    "vacant": "vacant_since",
    "blocked": "blocked_since",
    "late": "late_since",
}


class EngagementFilter(django_filters.FilterSet):
    """The filter of the list page and of its API route. Active engagements, unless `state` says otherwise."""

    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=100)
    state = django_filters.ChoiceFilter(label=_("State"), choices=STATES, method="in_state", empty_label=None)
    stage = django_filters.ChoiceFilter(label=_("Stage"), choices=Stage.choices)
    health = django_filters.ChoiceFilter(label=_("Health"), choices=list(health.WORDS.items()), method="of_health")
    needs = django_filters.ChoiceFilter(label=_("Needs"), choices=NEEDS, method="in_need")
    coordinator = django_filters.ModelChoiceFilter(
        label=_("Coordinator"), queryset=lambda request: User.objects.coordinating_beside(request.user)
    )

    class Meta:
        model = Engagement
        fields = ["q", "state", "stage", "health", "needs", "coordinator"]

    def filter_queryset(self, queryset):
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.active() if not self.form.cleaned_data.get("stage") else queryset
        return super().filter_queryset(queryset)

    def search(self, queryset, name, value):
        return queryset.matching(value)

    def in_state(self, queryset, name, value):
        if value == "active":
            return queryset.active()
        return queryset if value == "all" else queryset.over()

    def of_health(self, queryset, name, value):
        today = timezone.localdate()
        return queryset.active().with_facts(today).filter(health.where(value, today))

    def in_need(self, queryset, name, value):
        today = timezone.localdate()
        facts = queryset.active().with_facts(today)
        if value == "silent":
            return facts.filter(health.SILENCE.where(today))
        return facts.filter(**{f"{FACTS[value]}__isnull": False})
