from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.audit import history
from crm.forms.fields import SeenForm
from crm.forms.refusals import refusals_in
from crm.selectors.paging import in_order, page_by_key
from crm.views.access import form_page
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
    year = form.asked()
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
        return costs.enter_cost(**form.cleaned_data, by=request.user)

    return _answer(request, form, act, heading=_("What a person costs"), verb=_("Save the cost"))


@form_page
def cost_change(request, pk):
    cost = _cost(request, pk)
    form = CostForm(request.POST or None, user=request.user, instance=cost)

    def act():
        return costs.change_cost(cost, **form.cleaned_data, by=request.user)

    entries = history.entries(cost)
    return _answer(
        request,
        form,
        act,
        heading=str(cost.volunteer),
        verb=_("Save the changes"),
        cost=cost,
        entries=entries,
    )


@require_POST
def cost_delete(request, pk):
    cost = _cost(request, pk)
    with refusals_shown(request):
        costs.delete_cost(cost, by=request.user, seen=SeenForm(request.POST).version)
        messages.success(request, _("The cost is deleted."))
    return redirect("volunteers:cost-list")


def _answer(request, form, act, **context):
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            act()
            messages.success(request, _("Saved."))
            return redirect("volunteers:cost-list")
    context |= {"form": form, "back": reverse("volunteers:cost-list")}
    return TemplateResponse(
        request, "volunteers/cost_form.html", context, status=422 if form.errors else 200
    )
