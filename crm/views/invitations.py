"""The first administrator, the people they invite, and the link on which each chooses a password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm import permissions
from crm.context import here
from crm.domain.text import is_key
from crm.forms.accounts import ChosenPasswordForm, FirstAdministratorForm, InviteForm
from crm.forms.refusals import refusals_in
from crm.models import Contact, User
from crm.services import invitations
from crm.views.access import FormPage, answer_form, form_page
from crm.views.ask import remember, secret_page
from crm.views.organisations import get_organisation
from crm.views.provider import leads_to_provider
from crm.web.refusals import refusals_shown

COOKIE = "relais-way-in"
PATH = "/way-in/"


@login_not_required
@form_page
def first_steps(request):
    """Where whoever set Relais up becomes its first administrator; afterwards no page, whoever asks."""
    if not (request.user.is_superuser and invitations.is_without_administrator()):
        raise Http404
    form = FirstAdministratorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            invitations.begin(request.user, **form.cleaned_data, by=request.user)
            return redirect("crm:home")
    return TemplateResponse(
        request, "crm/first_steps.html", {"form": form}, status=422 if form.errors else 200
    )


@form_page
def invite(request, pk):
    organisation = get_organisation(request, pk)
    roles = permissions.roles_to_give(request.user, organisation)
    if not roles:
        raise PermissionDenied
    initial = _person_named(request)
    contact = request.GET.get("contact", "")
    if is_key(contact):
        theirs = Contact.objects.unmerged().filter(organisation=organisation, user=None)
        chosen = theirs.filter(pk=contact).first()
        if chosen:
            initial = {"contact": chosen, "full_name": chosen.full_name, "email": chosen.email}
    form = InviteForm(request.POST or None, organisation=organisation, roles=roles, initial=initial)

    def send():
        invitation = invitations.Invitation(**form.cleaned_data)
        user = invitations.invite(organisation, invitation, by=request.user).user
        sentence = _("%(name)s is invited: a message is on its way to %(email)s.")
        messages.success(request, sentence % {"name": user.full_name, "email": user.email})

    page = FormPage(
        heading=_("Invite somebody to %(name)s") % {"name": organisation.name},
        verb=_("Send the invitation"),
        back=organisation.get_absolute_url(),
    )
    return answer_form(request, form, send, page)


def _person_named(request):
    """What the form begins with where the address names somebody who has an account."""
    key = request.GET.get("person", "")
    if not is_key(key):
        return {}
    person = User.objects.visible_to(request.user).filter(is_active=True, pk=key).first()
    return {"full_name": person.full_name, "email": person.email} if person else {}


@require_POST
def way_in_send(request, pk):
    """For who forgot the password, or never chose one."""
    person = get_object_or_404(User.objects.looked_after_by(request.user), pk=pk)
    send_to(request, person)
    return redirect(here(request))


def send_to(request, person):
    with refusals_shown(request):
        invitations.send_way_in(person)
        words = {"email": person.email}
        messages.success(
            request, _("A link to choose a password is on its way to %(email)s.") % words
        )


@require_safe
@secret_page
def way_in_enter(request, token):
    """The secret goes into a cookie at once, and out of the address; mail scanners use nothing up."""
    if invitations.open_way_in(token) is None:
        return _no_way_in(request)
    return remember(HttpResponseRedirect(reverse("crm:way-in")), COOKIE, token, PATH)


@form_page
@secret_page
@leads_to_provider
def way_in(request):
    token = request.COOKIES.get(COOKIE)
    person = invitations.open_way_in(token)
    if person is None:
        return _no_way_in(request)
    form = ChosenPasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            invitations.choose_password(token, form.cleaned_data["new_password1"])
            messages.success(request, _("Your password is chosen: log in with it."))
            response = redirect("crm:login")
            response.delete_cookie(COOKIE, path=PATH)
            return response
    provider = settings.OIDC and settings.OIDC.name
    context = {"form": form, "person": person, "provider": provider}
    return TemplateResponse(request, "crm/way_in.html", context, status=422 if form.errors else 200)


def _no_way_in(request):
    return TemplateResponse(request, "crm/way_in_no_link.html", status=404)
