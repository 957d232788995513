"""Who takes over from those who left, or who leave."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.forms.refusals import refusals_in
from crm.models import User
from crm.views.access import form_page
from engagements import permissions
from engagements.forms.succession import LeaveForm, TakeOverForm
from engagements.selectors import holdings
from engagements.services.succession import Succession, leave, take_over
from engagements.views.access import get_engagement, show_form


@form_page
def engagement_take_over(request, pk):
    """What waits for somebody in an engagement."""
    engagement, today = get_engagement(request, pk, permissions.can_run), timezone.localdate()
    held = holdings.left_in(engagement, today)
    form = TakeOverForm(request.POST or None, held=held, today=today)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        succession = Succession.of(given, today, given["reason"])
        with refusals_in(form):
            take_over(engagement, succession=succession, by=request.user)
            messages.success(request, _("Saved."))
            return redirect(engagement)
    heading = _("What waits for somebody")
    if not held and request.method != "POST":
        context = {"engagement": engagement, "heading": heading, "here": "take-over"}
        return TemplateResponse(request, "engagements/nothing_waits.html", context)
    note = _(
        "Who had this has left. What nobody takes goes on waiting, on the first page of those who coordinate."
    )
    return show_form(request, form, engagement, heading=heading, verb=_("Hand it over"), note=note)


@form_page
def person_leave(request, pk):
    """A role ends, or the account is closed; what the person holds changes hands in the same breath."""
    person, today = (
        get_object_or_404(User.objects.looked_after_by(request.user), pk=pk),
        timezone.localdate(),
    )
    roles = (
        person.memberships.not_over().select_related("organisation").order_by("started_on", "pk")
    )
    held = holdings.held_by(person)
    form = LeaveForm(request.POST or None, held=held, today=today, person=person, roles=roles)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        succession = Succession.of(given, today, given["reason"])
        with refusals_in(form):
            leave(person, succession=succession, by=request.user, membership=form.membership)
            messages.success(request, _("%(name)s has left.") % {"name": person})
            return redirect("crm:home")
    context = {
        "form": form,
        "heading": _("%(name)s leaves") % {"name": person},
        "verb": _("Write it down"),
        "back": reverse("crm:home"),
        "hint": _("What nobody takes keeps this name, and waits for somebody."),
        "held": holdings.told(held),
    }
    return TemplateResponse(
        request, "engagements/leave.html", context, status=422 if form.errors else 200
    )
