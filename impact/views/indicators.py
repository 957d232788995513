from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.audit import history
from crm.selectors.paging import in_order, page_by_key
from crm.views.access import answer_form, form_page
from impact import permissions
from impact.filters import IndicatorFilter
from impact.forms.indicators import IndicatorChangeForm, IndicatorForm
from impact.models import Indicator, reported_to
from impact.services import indicators
from impact.views.access import form_page_of

FOLLOWERS_LIMIT = 50


@require_safe
def indicator_list(request):
    """The shared library, for everybody who signs in: a definition is no secret."""
    indicator_filter = IndicatorFilter(request.GET, Indicator.objects.all(), request=request)
    column = "name_en" if request.LANGUAGE_CODE == "en" else "name_fr"
    page = page_by_key(indicator_filter.qs, order=(column, "pk"), params=request.GET)
    context = {
        "filter": indicator_filter,
        "page": page,
        "indicators": in_order(page.keys, Indicator.objects.select_related("sdg")),
        "can_add": permissions.can_add_indicator(request.user),
    }
    return TemplateResponse(request, "impact/indicator_list.html", context)


@require_safe
def indicator_detail(request, pk):
    """What it means, how it is collected and adds up, and which engagements of the reader follow it."""
    indicator = _get(pk)
    followers = reported_to(request.user).filter(metrics__indicator=indicator)
    context = {
        "indicator": indicator,
        "followers": followers.select_related("beneficiary").order_by("sort_title", "pk")[
            :FOLLOWERS_LIMIT
        ],
        "can_change": permissions.can_change_indicator(request.user, indicator),
        "entries": history.entries(indicator)
        if permissions.can_add_indicator(request.user)
        else [],
    }
    return TemplateResponse(request, "impact/indicator_detail.html", context)


@form_page
def indicator_create(request):
    if not permissions.can_add_indicator(request.user):
        raise PermissionDenied
    form = IndicatorForm(request.POST or None)

    def save():
        return _page_of(indicators.add_indicator(**form.cleaned_data, by=request.user))

    page = form_page_of(
        _("A new indicator"), verb=_("Add it to the library"), back=reverse("impact:indicator-list")
    )
    return answer_form(request, form, save, page)


@form_page
def indicator_change(request, pk):
    indicator = _get(pk)
    if not permissions.can_change_indicator(request.user, indicator):
        raise PermissionDenied
    name = indicator.name
    form = IndicatorChangeForm(request.POST or None, instance=indicator)

    def save():
        indicators.change_indicator(indicator, **form.cleaned_data, by=request.user)

    page = form_page_of(name, verb=_("Change the indicator"), back=_page_of(indicator))
    return answer_form(request, form, save, page)


def _get(pk):
    return get_object_or_404(Indicator.objects.select_related("sdg"), pk=pk)


def _page_of(indicator):
    return reverse("impact:indicator-detail", args=[indicator.pk])
