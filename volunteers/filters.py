import django_filters
from django.utils.translation import gettext_lazy as _

from crm.models import Organisation
from crm.text import normalise
from volunteers.models import Skill, Volunteer


class VolunteerFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=100)
    skill = django_filters.ModelChoiceFilter(
        label=_("Skill"), queryset=lambda request: Skill.objects.order_by("name_fr", "pk"), field_name="skills"
    )
    sponsor = django_filters.ModelChoiceFilter(
        label=_("Sponsor company"),
        queryset=lambda request: (
            Organisation.objects.filter(lent_people__in=Volunteer.objects.visible_to(request.user).values("pk"))
            .order_by("name", "pk")
            .distinct()
        ),
    )

    class Meta:
        model = Volunteer
        fields = ["q", "skill", "sponsor"]

    def search(self, queryset, name, value):
        return queryset.filter(user__search__contains=normalise(value))
