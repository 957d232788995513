"""A lent person changes company, name or address; a company says what papers write of it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.domain.formatting import day_text
from crm.forms.fields import SeenForm
from crm.forms.organisations import OwnCompanyForm
from crm.forms.people import IdentityForm
from crm.models import Organisation
from crm.services.organisations import save_organisation
from crm.services.people import change_identity
from crm.views.access import FormPage, answer_form, form_page
from crm.web.refusals import refusals_shown
from volunteers import permissions
from volunteers.forms.companies import CompanyForm
from volunteers.services import companies
from volunteers.views.people import get_volunteer

HINTED_FORM = "volunteers/hinted_form.html"


@form_page
def volunteer_company(request, pk):
    volunteer = get_volunteer(request, pk)
    if not permissions.can_change_employer(request.user, volunteer):
        raise PermissionDenied
    today = timezone.localdate()
    form = CompanyForm(
        request.POST or None, user=request.user, volunteer=volunteer, initial={"on": today}
    )

    def act():
        companies.change_company(volunteer, **form.cleaned_data, by=request.user, today=today)
        if form.cleaned_data["on"] > today:
            words = {
                "company": form.cleaned_data["to"].name,
                "day": day_text(form.cleaned_data["on"]),
            }
            done = _("To come: %(company)s from %(day)s. Nothing changes before.") % words
        else:
            done = _("%(name)s is lent by the new company.") % {"name": volunteer}
        messages.success(request, done)

    hint = _(
        "Missions that run are cut there. Days, months, agreements and statements of before stay where they are."
    )
    page = FormPage(
        _("%(name)s changes company") % {"name": volunteer},
        _("Write the change down"),
        back=reverse("volunteers:volunteer-detail", args=[pk]),
        template=HINTED_FORM,
        context={"hint": hint},
    )
    return answer_form(request, form, act, page)


@require_POST
def volunteer_company_take_back(request, pk):
    volunteer = get_volunteer(request, pk)
    if not permissions.can_change_employer(request.user, volunteer):
        raise PermissionDenied
    with refusals_shown(request):
        seen = SeenForm(request.POST).version
        companies.take_back_company(
            volunteer, seen=seen, by=request.user, today=timezone.localdate()
        )
        messages.success(request, _("The change of company is taken back."))
    return redirect("volunteers:volunteer-detail", pk)


@form_page
def volunteer_identity(request, pk):
    volunteer = get_volunteer(request, pk)
    if not permissions.can_change_volunteer(request.user, volunteer):
        raise PermissionDenied
    person = volunteer.user
    form = IdentityForm(request.POST or None, user=request.user, person=person)

    def act():
        change_identity(person, **form.cleaned_data, by=request.user)

    page = FormPage(
        _("Name and address of %(name)s") % {"name": volunteer},
        _("Save the changes"),
        back=reverse("volunteers:volunteer-detail", args=[pk]),
        done=_("Saved."),
        template=HINTED_FORM,
        context={"hint": _("Papers that are frozen keep the name that they were made with.")},
    )
    return answer_form(request, form, act, page)


@form_page
def company_change(request, pk):
    company = get_object_or_404(
        Organisation.objects.visible_to(request.user).filter(is_sponsor=True), pk=pk
    )
    if not permissions.can_change_company(request.user, company):
        raise PermissionDenied
    form = OwnCompanyForm(request.POST or None, instance=company)

    def act():
        save_organisation(form.instance, by=request.user, seen=form.cleaned_data["seen"])

    page = FormPage(
        company.name,
        _("Save the changes"),
        back=reverse("volunteers:statement"),
        done=_("Saved."),
        template=HINTED_FORM,
        context={"hint": _("What agreements, statements and receipts write of your company.")},
    )
    return answer_form(request, form, act, page)
