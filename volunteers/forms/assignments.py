from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import AskedField, DayField, ModelForm, SeenField
from volunteers.models import Assignment, Volunteer
from volunteers.services.assignments import AssignmentTerms


class PastLawField(AskedField):
    """Confirms an assignment that is longer than a loan may last, where Relais has no agreement of the person."""

    def __init__(self, **kwargs):
        super().__init__(label=_("I have looked it up: they may be lent for so long"), **kwargs)


class AssignmentForm(ModelForm):
    seen = SeenField()
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"))
    past_law = PastLawField()

    class Meta:
        model = Assignment
        fields = ["volunteer", "need", "role", "starts_on", "ends_on", "days_a_week"]

    field_order = ["volunteer", "need", "role", "starts_on", "ends_on", "past_law"]

    def __init__(self, *args, user, engagement, **kwargs):
        super().__init__(*args, **kwargs)
        needs = engagement.staffing_needs.filter(Q(closed_on=None) | Q(pk=self.instance.need_id))
        self.fields["need"].queryset = needs.for_list()
        if not needs.exists():
            del self.fields["need"]
        if self.instance.pk:
            del self.fields["volunteer"]
            self.fields["seen"].initial = self.instance.version
        else:
            del self.fields["seen"]
            self.fields["volunteer"].queryset = Volunteer.objects.visible_to(user).for_list()

    def terms(self) -> AssignmentTerms:
        return AssignmentTerms(
            role=self.cleaned_data["role"],
            starts_on=self.cleaned_data["starts_on"],
            ends_on=self.cleaned_data["ends_on"],
            days_a_week=self.cleaned_data["days_a_week"],
            need=self.cleaned_data.get("need"),
        )
