import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.display.messages import BOXES
from crm.domain.request_states import RequestState, WaitingFor
from crm.domain.roles import Role
from crm.domain.text import is_of_a_person
from crm.models import (
    Contact,
    Membership,
    Need,
    Organisation,
    OutgoingMail,
    SupportRequest,
    User,
)
from crm.rest.day_filter import DayFilter

PART_LABELS = {
    "beneficiary": _("supported organisations"),
    "member": _("Coalition members"),
    "sponsor": _("sponsor companies"),
    "funder": _("funders"),
}


class OrganisationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=100)
    part = django_filters.ChoiceFilter(
        label=_("Part"), choices=list(PART_LABELS.items()), method="taking_part"
    )
    ess_form = django_filters.ChoiceFilter(label=_("Form"), choices=Organisation.EssForm.choices)

    class Meta:
        model = Organisation
        fields = ["q", "part", "ess_form"]

    def search(self, queryset, name, value):
        """By its own words, or by the address or number of a contact whom the reader knows."""
        if is_of_a_person(value):
            contacts = Contact.objects.visible_to(self.request.user).matching(value)
            if contacts.exists():
                return queryset.filter(pk__in=contacts.values("organisation"))
        return queryset.found_by(value)

    def taking_part(self, queryset, name, value):
        return queryset.filter(**{f"is_{value}": True})


ACCOUNTS = [
    ("open", _("open accounts")),
    ("invited", _("invited, not come in yet")),
    ("closed", _("closed accounts")),
    ("all", _("all")),
]


class PersonFilter(django_filters.FilterSet):
    """People with an account, on their page and its API route. Open accounts, unless `account` says otherwise."""

    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=100)
    role = django_filters.ChoiceFilter(
        label=_("Role"), choices=Role.choices, method="holding", empty_label=_("all")
    )
    account = django_filters.ChoiceFilter(
        label=_("Account"), choices=ACCOUNTS, method="in_state", empty_label=None
    )

    class Meta:
        model = User
        fields = ["q", "role", "account"]

    def filter_queryset(self, queryset):
        if not self.form.cleaned_data.get("account"):
            queryset = queryset.filter(is_active=True)
        return super().filter_queryset(queryset)

    def search(self, queryset, name, value):
        """By name, or by a part of the address where an @ stands in it."""
        return queryset.filter(email__icontains=value) if "@" in value else queryset.found_by(value)

    def holding(self, queryset, name, value):
        held = Membership.objects.not_over().filter(role=value)
        return queryset.filter(pk__in=held.values("user"))

    def in_state(self, queryset, name, value):
        if value == "invited":
            return queryset.invited()
        return queryset if value == "all" else queryset.filter(is_active=value == "open")


class MailFilter(django_filters.FilterSet):
    """The outbox: by a part of the address, and by what became of the mail."""

    q = django_filters.CharFilter(
        label=_("Address"), field_name="to", lookup_expr="icontains", max_length=100
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=OutgoingMail.State.choices, empty_label=_("all")
    )

    class Meta:
        model = OutgoingMail
        fields = ["q", "state"]


STATES = [("open", _("open")), ("closed", _("closed")), ("all", _("all"))]
CLOSED = (RequestState.ACCEPTED, RequestState.WITHDRAWN, RequestState.MERGED)


class RequestFilter(django_filters.FilterSet):
    """The inbox and its API route. Open requests, unless `state` or a box says otherwise."""

    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=100)
    box = django_filters.ChoiceFilter(
        label=_("Box"), choices=list(BOXES.items()), method="in_box", empty_label=_("all")
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=STATES, method="in_state", empty_label=None
    )
    need = django_filters.ModelChoiceFilter(
        label=_("Need"),
        queryset=lambda request: Need.objects.order_by("position", "pk"),
        empty_label=_("all"),
    )
    ess_form = django_filters.ChoiceFilter(
        label=_("Legal form"), choices=Organisation.EssForm.choices, empty_label=_("all")
    )

    class Meta:
        model = SupportRequest
        fields = ["q", "box", "state", "need", "ess_form"]

    @property
    def shows_open_only(self):
        return self.form.is_valid() and self.form.cleaned_data.get("state") in {"", "open", None}

    def filter_queryset(self, queryset):
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.open()
        return super().filter_queryset(queryset)

    def search(self, queryset, name, value):
        return queryset.found_by(value)

    def in_state(self, queryset, name, value):
        if value == "open":
            return queryset.open()
        return queryset.filter(state__in=CLOSED) if value == "closed" else queryset

    def in_box(self, queryset, name, value):
        queryset = queryset.open()
        if value == "new":
            return queryset.filter(state=RequestState.RECEIVED)
        if value == "refer":
            return queryset.filter(state=RequestState.QUALIFIED, waiting_for=WaitingFor.DESK)
        if value == "late":
            return queryset.late(timezone.localdate())
        if value == "nobody":
            return queryset.filter(state=RequestState.NOBODY)
        return queryset.filter(waiting_for=value)


class FiguresFilter(django_filters.FilterSet):
    """Which requests the figures are about, by the day on which they were sent."""

    first = DayFilter(label=_("Sent from"), field_name="submitted_at", lookup_expr="date__gte")
    last = DayFilter(label=_("Sent until"), field_name="submitted_at", lookup_expr="date__lte")
    need = django_filters.ModelChoiceFilter(
        label=_("Need"),
        queryset=lambda request: Need.objects.order_by("position", "pk"),
        empty_label=_("all"),
    )
    ess_form = django_filters.ChoiceFilter(
        label=_("Legal form"), choices=Organisation.EssForm.choices, empty_label=_("all")
    )

    class Meta:
        model = SupportRequest
        fields = ["first", "last", "need", "ess_form"]
