"""People and access: who has an account and which roles, and what these open; how somebody is let in and comes back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm import permissions
from crm.audit import history, write
from crm.domain.text import is_key
from crm.filters import PersonFilter
from crm.forms.fields import SeenForm
from crm.forms.people import HeadForm, IdentityForm
from crm.models import Membership, Organisation, User
from crm.selectors import people as selectors
from crm.selectors.paging import in_order, page_by_key
from crm.services import invitations, people
from crm.views.access import FormPage, answer_form, form_page
from crm.web.refusals import refusals_shown

MOST_PLACES = 10


def get_person(request, pk):
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


def _get_looked_after(request, pk):
    person = get_person(request, pk)
    if not permissions.can_look_after(request.user, person):
        raise PermissionDenied
    return person


@require_safe
def person_list(request):
    if not permissions.can_see_people(request.user):
        raise PermissionDenied
    filtered = PersonFilter(request.GET, User.objects.visible_to(request.user), request=request)
    page = page_by_key(filtered.qs, order=("sort_name", "pk"), params=request.GET)
    rows = selectors.with_roles(User.objects.all(), timezone.localdate())
    context = {
        "filter": filtered,
        "page": page,
        "people": in_order(page.keys, rows),
        "can_invite": bool(request.user.is_administrator or request.user.heads),
    }
    return TemplateResponse(request, "crm/person_list.html", context)


@require_safe
def person_detail(request, pk):
    person = get_person(request, pk)
    can_look_after = permissions.can_look_after(request.user, person)
    context = {
        "person": person,
        "is_oneself": person.pk == request.user.pk,
        "roles": selectors.roles_of(person),
        "today": timezone.localdate(),
        "mark": write.mark_of(person) if can_look_after else 0,
        "can_look_after": can_look_after,
        "can_see_access": permissions.can_see_access(request.user, person),
        "entries": history.entries(person) if can_look_after else [],
    }
    return TemplateResponse(request, "crm/person_detail.html", context)


@require_safe
def person_access(request, pk):
    """What somebody may open and by what: worked out by the rules, and not written by hand."""
    person = get_person(request, pk)
    if not permissions.can_see_access(request.user, person):
        raise PermissionDenied
    context = {"person": person, "areas": selectors.reach_of(person)}
    return TemplateResponse(request, "crm/person_access.html", context)


@form_page
def person_change(request, pk):
    person = _get_looked_after(request, pk)
    form = IdentityForm(request.POST or None, user=request.user, person=person)

    def act():
        people.change_identity(person, **form.cleaned_data, by=request.user)

    page = FormPage(
        heading=_("Name and address of %(name)s") % {"name": person},
        verb=_("Save the changes"),
        back=reverse("crm:person-detail", args=[pk]),
        done=_("Saved."),
    )
    return answer_form(request, form, act, page)


@require_POST
def person_reopen(request, pk):
    person = _get_looked_after(request, pk)
    with refusals_shown(request):
        people.reopen_account(person, by=request.user, seen=SeenForm(request.POST).version)
        sentence = _("The account of %(name)s is open again. Now give a role.")
        messages.success(request, sentence % {"name": person})
    return redirect("crm:person-detail", person.pk)


@require_POST
def invitation_withdraw(request, pk):
    person = _get_looked_after(request, pk)
    with refusals_shown(request):
        invitations.withdraw_invitation(
            person,
            by=request.user,
            today=timezone.localdate(),
            seen=SeenForm(request.POST).version,
        )
        sentence = _("The invitation of %(name)s is taken back: its link opens nothing any more.")
        messages.success(request, sentence % {"name": person})
    return redirect("crm:person-detail", person.pk)


@require_POST
def role_head(request, pk):
    """Make a coordinator head coordinator, or no longer."""
    role = get_object_or_404(
        Membership.objects.filter(user__in=User.objects.visible_to(request.user)), pk=pk
    )
    if not permissions.can_look_after(request.user, role.user):
        raise PermissionDenied
    form = HeadForm(request.POST)
    if form.is_valid():
        with refusals_shown(request):
            people.choose_head(
                role,
                is_head=form.cleaned_data["is_head"],
                by=request.user,
                seen=form.cleaned_data["seen"],
            )
            messages.success(request, _("Saved."))
    return redirect("crm:person-detail", role.user_id)


@require_safe
def role_place(request):
    """Where somebody is to have a role: the organisation is looked for, and its page of invitation opened."""
    user = request.user
    if not (user.is_administrator or user.heads):
        raise PermissionDenied
    places = Organisation.objects.active()
    if not user.is_administrator:
        places = places.filter(pk__in=user.heads)
    sought = request.GET.get("q", "")[:100].replace("\x00", "")
    if sought:
        places = places.found_by(sought)
    elif user.is_administrator:
        places = places.none()
    person = _person_named(request)
    context = {
        "person": person,
        "sought": sought,
        "places": places.order_by("sort_name", "pk")[:MOST_PLACES],
        "to_person": f"?person={person.pk}" if person else "",
    }
    return TemplateResponse(request, "crm/role_place.html", context)


def _person_named(request):
    """Whom the address names, if the reader sees them and their account is open."""
    key = request.GET.get("person", "")
    if not is_key(key):
        return None
    return User.objects.visible_to(request.user).filter(is_active=True, pk=key).first()
