from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.audit import history
from crm.forms.fields import SeenForm
from crm.selectors.paging import in_order, page_by_key
from crm.views.access import FormPage, answer_form, form_page
from crm.web.refusals import refusals_shown
from volunteers import permissions
from volunteers.forms.costs import CostForm, YearForm
from volunteers.models import EmployerCost, Volunteer
from volunteers.selectors import legal_figures
from volunteers.selectors.companies import people_valued_by
from volunteers.selectors.estimations import valued
from volunteers.services import costs


def _cost(request, pk):
    return get_object_or_404(EmployerCost.objects.visible_to(request.user).for_list(), pk=pk)


@require_safe
def cost_list(request):
    if not permissions.can_value(request.user):
        raise PermissionDenied
    form = YearForm(request.GET)
    year = form.chosen_year()
    page = page_by_key(
        people_valued_by(request.user), order=("user__sort_name", "pk"), params=request.GET
    )
    caps = legal_figures.caps_of([year])
    people = valued(in_order(page.keys, Volunteer.objects.for_list()), year, caps, request.user)
    context = {
        "form": form,
        "year": str(year),
        "page": page,
        "people": people,
        "unknown": "" if year in caps else legal_figures.unknown_year(year),
    }
    return TemplateResponse(request, "volunteers/cost_list.html", context)


@form_page
def cost_create(request):
    if not permissions.can_value(request.user):
        raise PermissionDenied
    form = CostForm(
        request.POST or None, user=request.user, initial={"volunteer": request.GET.get("volunteer")}
    )

    def act():
        costs.enter_cost(**form.cleaned_data, by=request.user)

    page = _form_page_of(_("What a person costs"), _("Save the cost"))
    return answer_form(request, form, act, page)


@form_page
def cost_change(request, pk):
    cost = _cost(request, pk)
    form = CostForm(request.POST or None, user=request.user, instance=cost)

    def act():
        costs.change_cost(cost, **form.cleaned_data, by=request.user)

    page = _form_page_of(
        str(cost.volunteer), _("Save the changes"), cost=cost, entries=history.entries(cost)
    )
    return answer_form(request, form, act, page)


@require_POST
def cost_delete(request, pk):
    cost = _cost(request, pk)
    with refusals_shown(request):
        costs.delete_cost(cost, by=request.user, seen=SeenForm(request.POST).version)
        messages.success(request, _("The cost is deleted."))
    return redirect("volunteers:cost-list")


def _form_page_of(heading, verb, **context):
    back = reverse("volunteers:cost-list")
    template = "volunteers/cost_form.html"
    return FormPage(heading, verb, back, done=_("Saved."), template=template, context=context)
