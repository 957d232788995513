"""Who takes over from those who left, or who leave."""

from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.models import User
from crm.views.access import FormPage, answer_form, form_page
from engagements import permissions
from engagements.forms.succession import LeaveForm, TakeOverForm
from engagements.selectors import holdings
from engagements.services.succession import Succession, leave, take_over
from engagements.views.access import form_page_of, get_engagement


@form_page
def engagement_take_over(request, pk):
    """What waits for somebody in an engagement."""
    engagement, today = get_engagement(request, pk, permissions.can_run), timezone.localdate()
    rows_by_kind = holdings.left_in(engagement, today)
    form = TakeOverForm(request.POST or None, held=rows_by_kind, today=today)

    def hand_over():
        fields = dict(form.cleaned_data)
        succession = Succession.of(fields, today, fields["reason"])
        take_over(engagement, succession=succession, by=request.user)

    heading = _("What waits for somebody")
    if not rows_by_kind and request.method != "POST":
        context = {"engagement": engagement, "heading": heading, "here": "take-over"}
        return TemplateResponse(request, "engagements/nothing_waits.html", context)
    note = _(
        "Who had this has left. What nobody takes goes on waiting, on the first page of those who coordinate."
    )
    context = {"note": note}
    page = form_page_of(engagement, heading, _("Hand it over"), done=_("Saved."), context=context)
    return answer_form(request, form, hand_over, page)


@form_page
def person_leave(request, pk):
    """A role ends, or the account is closed; what the person holds changes hands with it."""
    person, today = (
        get_object_or_404(User.objects.looked_after_by(request.user), pk=pk),
        timezone.localdate(),
    )
    roles = (
        person.memberships.not_over().select_related("organisation").order_by("started_on", "pk")
    )
    rows_by_kind = holdings.held_by(person)
    form = LeaveForm(
        request.POST or None, held=rows_by_kind, today=today, person=person, roles=roles
    )

    def end():
        fields = dict(form.cleaned_data)
        succession = Succession.of(fields, today, fields["reason"])
        leave(person, succession=succession, by=request.user, membership=form.membership)

    page = FormPage(
        _("%(name)s leaves") % {"name": person},
        _("Record the departure"),
        back=reverse("crm:home"),
        done=_("%(name)s has left.") % {"name": person},
        template="engagements/leave.html",
        context={
            "hint": _("What nobody takes keeps this name, and waits for somebody."),
            "held": holdings.in_words(rows_by_kind),
        },
    )
    return answer_form(request, form, end, page)
