import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.forms.organisations import members_of
from crm.models import User
from engagements.domain import health
from engagements.domain.stages import Stage
from engagements.models import Engagement, HealthRule

STATES = [
    ("active", _("active")),
    ("autonomous", Stage.AUTONOMOUS.label),
    ("stopped", Stage.STOPPED.label),
    ("over", _("autonomous or stopped")),
    ("all", _("all")),
]
TROUBLES = [
    ("any", _("any of these")),
    ("vacant", _("without a lead")),
    ("blocked", _("blocked")),
    ("late", _("late")),
    ("silent", _("silent")),
]
FACTS = {
    "vacant": "vacant_since",
    "blocked": "blocked_since",
    "late": "late_since",
}


class EngagementFilter(django_filters.FilterSet):
    """The filter of the list page and of its API route. Active engagements, unless `state` says otherwise."""

    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=100)
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=STATES, method="in_state", empty_label=None
    )
    stage = django_filters.ChoiceFilter(
        label=_("Stage"), choices=Stage.choices, empty_label=_("all")
    )
    health = django_filters.ChoiceFilter(
        label=_("Health"),
        choices=[(level.value, word) for level, word in health.WORDS.items()],
        method="of_health",
        empty_label=_("all"),
    )
    needs = django_filters.ChoiceFilter(
        label=_("Needs"), choices=TROUBLES, method="with_trouble", empty_label=_("all")
    )
    coordinator = django_filters.ModelChoiceFilter(
        label=_("Coordinator"),
        queryset=lambda request: User.objects.coordinating_beside(request.user),
        empty_label=_("all"),
    )
    member = django_filters.ModelChoiceFilter(
        label=_("Coalition member"),
        queryset=lambda request: members_of(request.user),
        empty_label=_("all"),
    )

    class Meta:
        model = Engagement
        fields = ["q", "state", "stage", "health", "needs", "coordinator", "member"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.request and not self.request.user.is_administrator:
            del self.filters["member"]  # a person of one member has nothing to choose

    def filter_queryset(self, queryset):
        if not self.form.cleaned_data.get("state") and not self.form.cleaned_data.get("stage"):
            queryset = queryset.active()
        return super().filter_queryset(queryset)

    def search(self, queryset, name, value):
        return queryset.found_by(value)

    def in_state(self, queryset, name, value):
        if value == "active":
            # A stage that is asked for by name says more than the state that the form sends by itself.
            return queryset if self.form.cleaned_data.get("stage") else queryset.active()
        if value == "over":
            return queryset.over()
        return queryset if value == "all" else queryset.filter(stage=value)

    def of_health(self, queryset, name, value):
        today = timezone.localdate()
        rules = HealthRule.objects.in_force()
        return queryset.active().with_facts(today).filter(health.where(value, today, rules))

    def with_trouble(self, queryset, name, value):
        today = timezone.localdate()
        facts = queryset.active().with_facts(today)
        if value == "any":
            return facts.filter(health.in_trouble(today, HealthRule.objects.in_force()))
        if value == "silent":
            return facts.filter(health.silent(today, HealthRule.objects.in_force()))
        return facts.filter(**{f"{FACTS[value]}__isnull": False})
