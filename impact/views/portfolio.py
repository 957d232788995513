"""What is new to the reader, and engagements beside each other."""

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.selectors.paging import in_order, page_by_key
from crm.web.refusals import refusals_shown
from engagements.models import Engagement
from impact.forms.portfolio import CompareForm, ReadForm
from impact.selectors.comparison import PAGE_SIZE, comparable, following, groups_of, lines_of
from impact.selectors.news import MAX_NEWS, since_last_reading
from impact.services import last_reading


@require_safe
def news(request):
    """All that is new; the portfolio shows the first of it."""
    context = {"since": since_last_reading(request.user, at=timezone.now()), "most": MAX_NEWS}
    return TemplateResponse(request, "impact/news.html", context)


@require_POST
def news_read(request):
    form = ReadForm(request.POST)
    if form.is_valid():
        last_reading.mark_read(request.user, **form.cleaned_data, at=timezone.now())
        messages.success(request, _("From now on, what comes later is new."))
    else:
        messages.error(request, _("Look at what is new again, then say that you have read it."))
    return redirect("impact:summary")


@require_POST
def news_put_back(request):
    with refusals_shown(request):
        last_reading.put_back(request.user)
        messages.success(request, _("It is new again."))
    return redirect("impact:summary")


@require_safe
def comparison(request):
    """One indicator over the engagements that the person reads, by their titles."""
    indicators = comparable(request.user)
    form = CompareForm(request.GET if request.GET.get("indicator") else None, indicators=indicators)
    context = {"form": form, "indicator": None}
    if form.is_valid():
        indicator = form.cleaned_data["indicator"]
        followers = following(request.user, indicator)
        page = page_by_key(
            followers, order=("sort_title", "pk"), params=request.GET, size=PAGE_SIZE
        )
        engagements = in_order(page.keys, Engagement.objects.select_related("beneficiary"))
        groups = groups_of(lines_of(engagements, indicator))
        context |= {"indicator": indicator, "page": page, "groups": groups}
    else:
        context["is_possible"] = indicators.exists()
    return TemplateResponse(request, "impact/comparison.html", context)
