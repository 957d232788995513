from django import forms
from django.utils.translation import gettext_lazy as _

from crm.domain.roles import Role
from crm.forms.fields import DayField, SeenField
from crm.models import Membership, User
from engagements.services.intake import Acceptance


class AcceptRequestForm(forms.Form):
    title = forms.CharField(label=_("Title of the engagement"), max_length=200)
    coordinator = forms.ModelChoiceField(
        label=_("Coordinator"),
        queryset=User.objects.none(),
        empty_label=None,
        help_text=_("Who runs the engagement."),
    )
    started_on = DayField(label=_("Start"))
    seen = SeenField()

    def __init__(self, *args, referral, **kwargs):
        super().__init__(*args, **kwargs)
        coordinators = Membership.objects.current().filter(
            role=Role.COORDINATOR, organisation=referral.member_id
        )
        self.fields["coordinator"].queryset = User.objects.filter(
            pk__in=coordinators.values("user"), is_active=True
        ).order_by("sort_name", "pk")
        self.initial.setdefault("title", referral.request.name)
        self.initial.setdefault("seen", referral.request.version)
        self.initial.setdefault("coordinator", self.fields["coordinator"].queryset.first())

    def acceptance(self) -> Acceptance:
        data = self.cleaned_data
        return Acceptance(data["title"], data["coordinator"], data["started_on"])
