from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.domain.roles import Role
from crm.selectors.paging import in_order, page_by_key
from crm.views.access import FormPage, answer_form, form_page
from engagements.permissions import can_let_go
from volunteers import permissions
from volunteers.filters import VolunteerFilter
from volunteers.forms.volunteers import VolunteerCreateForm, VolunteerForm
from volunteers.models import Assignment, Attestation, Volunteer, VolunteerSkill, WorkDay
from volunteers.selectors import companies
from volunteers.selectors.days import changes_of, half_days_by_assignment
from volunteers.services import volunteers


@require_safe
def people_list(request):
    if not request.user.holds(Role.ADMINISTRATOR, Role.COORDINATOR, Role.SPONSOR, Role.VOLUNTEER):
        raise PermissionDenied
    people_filter = VolunteerFilter(
        request.GET, Volunteer.objects.visible_to(request.user), request=request
    )
    page = page_by_key(people_filter.qs, order=("user__sort_name", "pk"), params=request.GET)
    skills = (
        VolunteerSkill.objects.exclude(level=VolunteerSkill.Level.WISH)
        .select_related("skill")
        .order_by("-level", "pk")
    )
    people = (
        Volunteer.objects.with_company()
        .select_related("user")
        .prefetch_related(Prefetch("levels", skills))
    )
    context = {
        "filter": people_filter,
        "page": page,
        "people": in_order(page.keys, people),
        "can_create": permissions.can_staff(request.user),
        "can_value": permissions.can_value(request.user),
    }
    return TemplateResponse(request, "volunteers/people_list.html", context)


def get_volunteer(request, pk):
    return get_object_or_404(Volunteer.objects.visible_to(request.user).for_list(), pk=pk)


@require_safe
def me(request):
    """A volunteer's own page, by an address that does not hang on who asks."""
    own = get_object_or_404(Volunteer.objects.visible_to(request.user), user=request.user)
    return redirect("volunteers:volunteer-detail", own.pk)


@require_safe
def volunteer_detail(request, pk):
    """Days and assignments; whoever may not open an engagement reads only its name and stage."""
    volunteer = get_volunteer(request, pk)
    assignments = list(
        Assignment.objects.visible_to(request.user)
        .filter(volunteer=volunteer)
        .for_list()
        .select_related("engagement")
    )
    days = WorkDay.objects.visible_to(request.user)
    worked = half_days_by_assignment([assignment.pk for assignment in assignments], days)
    levels = list(volunteer.levels.select_related("skill").order_by("-level", "pk"))
    context = {
        "volunteer": volunteer,
        "levels": [row for row in levels if row.level != VolunteerSkill.Level.WISH],
        "wishes": [row for row in levels if row.level == VolunteerSkill.Level.WISH],
        "assignments": [(assignment, worked.get(assignment.pk, 0)) for assignment in assignments],
        "half_days": sum(worked.values()),
        "attestations": Attestation.objects.visible_to(request.user)
        .filter(assignment__volunteer=volunteer)
        .for_list(),
        "agreements": volunteer.agreements.visible_to(request.user).for_list(),
        "can_staff": permissions.can_staff(request.user),
        "entries": changes_of(volunteer),
        "can_change": permissions.can_change_volunteer(request.user, volunteer),
        "links": volunteer.week_links.live(timezone.now()),
        "can_change_employer": permissions.can_change_employer(request.user, volunteer),
        "periods": companies.periods_of(volunteer)
        if permissions.can_change_employer(request.user, volunteer)
        else [],
        "can_send_way_in": permissions.can_send_way_in(request.user, volunteer)
        and volunteer.user.is_active,
        "can_let_go": can_let_go(request.user) and volunteer.user.is_active,
        "today": timezone.localdate(),
    }
    return TemplateResponse(request, "volunteers/volunteer_detail.html", context)


@form_page
def volunteer_create(request):
    if not permissions.can_staff(request.user):
        raise PermissionDenied
    form = VolunteerCreateForm(
        request.POST or None, user=request.user, initial={"available_from": timezone.localdate()}
    )

    def act():
        volunteer = volunteers.add_volunteer(
            form.person(), by=request.user, is_another=form.cleaned_data["is_another"]
        )
        messages.success(request, _("%(name)s is on the list.") % {"name": volunteer})
        return reverse("volunteers:volunteer-detail", args=[volunteer.pk])

    page = FormPage(
        _("Add a volunteer"),
        _("Add the volunteer"),
        back=reverse("volunteers:people-list"),
        template="volunteers/volunteer_form.html",
    )
    return answer_form(request, form, act, page)


@form_page
def volunteer_change(request, pk):
    volunteer = get_volunteer(request, pk)
    if not permissions.can_change_volunteer(request.user, volunteer):
        raise PermissionDenied
    form = VolunteerForm(request.POST or None, instance=volunteer)

    def act():
        volunteers.change_volunteer(
            volunteer,
            form.profile(),
            by=request.user,
            today=timezone.localdate(),
            seen=form.cleaned_data["seen"],
        )

    page = FormPage(
        str(volunteer),
        _("Save the changes"),
        back=reverse("volunteers:volunteer-detail", args=[pk]),
        done=_("%(name)s is saved.") % {"name": volunteer},
        template="volunteers/volunteer_form.html",
    )
    return answer_form(request, form, act, page)
