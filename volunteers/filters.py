from decimal import Decimal

import django_filters
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from crm.models import Organisation
from crm.rest.day_filter import DayFilter
from engagements.models import Engagement
from volunteers.models import Assignment, Skill, StaffingNeed, Volunteer, VolunteerSkill
from volunteers.models.volunteers import lent_by

Level = VolunteerSkill.Level


class VolunteerFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=100)
    skill = django_filters.ModelChoiceFilter(
        label=_("Skill"), queryset=lambda request: Skill.objects.by_name(), method="skilled"
    )
    level = django_filters.TypedChoiceFilter(
        label=_("Level"),
        choices=[
            ("", "---------"),
            (Level.LEARNING, _("learning or more")),
            (Level.ABLE, _("able or more")),
            (Level.EXPERT, _("expert")),
            (Level.WISH, _("would like to learn")),
        ],
        coerce=int,
        empty_value=None,
        method="of_level",
    )
    free_on = DayFilter(label=_("Has time on"), method="with_time")
    engagement = django_filters.ModelChoiceFilter(
        label=_("Has worked on"),
        queryset=lambda request: (
            Engagement.objects.visible_to(request.user)
            .exclude(assignments=None)
            .order_by("sort_title", "pk")
            .distinct()
        ),
        method="worked_on",
    )
    sponsor = django_filters.ModelChoiceFilter(
        label=_("Sponsor company"),
        queryset=lambda request: Organisation.objects.filter(
            pk__in=Volunteer.objects.visible_to(request.user).companies()
        ).order_by("sort_name", "pk"),
        method="lent_by",
    )

    class Meta:
        model = Volunteer
        fields = ["q", "skill", "level", "free_on", "engagement", "sponsor"]

    def search(self, queryset, name, value):
        at_address = queryset.at_address(value, self.request.user)
        return at_address if at_address.exists() else queryset.found_by(value)

    @extend_schema_field(OpenApiTypes.INT)
    def lent_by(self, queryset, name, company):
        """Today."""
        return queryset.filter(lent_by([company.pk]))

    @extend_schema_field(OpenApiTypes.INT)
    def skilled(self, queryset, name, skill):
        """With a level beside it, that level of this skill; a wish is asked for by name."""
        level = self.form.cleaned_data.get("level")
        if level == Level.WISH:
            wishes = VolunteerSkill.objects.filter(skill=skill, level=Level.WISH)
            return queryset.filter(pk__in=wishes.values("volunteer"))
        return queryset.skilled_in(skill, level or Level.LEARNING)

    @extend_schema_field(OpenApiTypes.INT)
    def of_level(self, queryset, name, level):
        """Alone, that level of any skill."""
        if self.form.cleaned_data.get("skill"):
            return queryset
        rows = (
            VolunteerSkill.objects.filter(level=level)
            if level == Level.WISH
            else (VolunteerSkill.objects.filter(level__gte=level))
        )
        return queryset.filter(pk__in=rows.values("volunteer"))

    @extend_schema_field(OpenApiTypes.DATE)
    def with_time(self, queryset, name, day):
        """There on that day, with half a day a week at least that nobody was promised."""
        there = queryset.filter(
            Q(available_to=None) | Q(available_to__gte=day), available_from__lte=day
        )
        promised = (
            Assignment.objects.on(day)
            .filter(volunteer=OuterRef("pk"))
            .order_by()
            .values("volunteer")
            .annotate(total=Sum("days_a_week"))
            .values("total")
        )
        return there.alias(promised=Coalesce(Subquery(promised), Decimal(0))).filter(
            days_a_week__gte=F("promised") + Decimal("0.5")
        )

    @extend_schema_field(OpenApiTypes.INT)
    def worked_on(self, queryset, name, engagement):
        return queryset.filter(
            pk__in=Assignment.objects.filter(engagement=engagement).values("volunteer")
        )


class NeedFilter(django_filters.FilterSet):
    skill = django_filters.ModelChoiceFilter(
        label=_("Skill"), queryset=lambda request: Skill.objects.by_name()
    )
    engagement = django_filters.ModelChoiceFilter(
        label=_("Engagement"),
        queryset=lambda request: Engagement.objects.run_by(request.user).order_by(
            "sort_title", "pk"
        ),
    )

    class Meta:
        model = StaffingNeed
        fields = ["skill", "engagement"]
