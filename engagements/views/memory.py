"""Engagements as they were on a day, what changed since a day; and who stands in for the lead."""

from dataclasses import replace
from datetime import timedelta

from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.forms.refusals import refusals_in
from crm.models import Contact
from crm.selectors.paging import in_order, page_by_key
from crm.views.access import answer_form, form_page
from engagements import permissions
from engagements.display import milestone_chart
from engagements.forms.memory import AsOfForm, SinceForm, StandInForm
from engagements.models import Engagement
from engagements.selectors import as_of, changes
from engagements.services.engagements import change_engagement
from engagements.views.access import form_page_of, get_engagement

PAGE_SIZE = 20
MAX_CHANGES = 100
MAX_CHANGES_OF_ONE = 10


@form_page
def lead_stand_in(request, pk):
    """Name who answers while there is no lead, or take the name away."""
    engagement = get_engagement(request, pk, permissions.can_run)
    contacts = Contact.objects.visible_to(request.user).filter(
        organisation=engagement.beneficiary_id
    )
    initial = {"stand_in": engagement.stand_in_id, "seen": engagement.version}
    form = StandInForm(
        request.POST or None, contacts=contacts.order_by("sort_name", "pk"), initial=initial
    )

    def save():
        data = form.cleaned_data
        change_engagement(engagement, data, by=request.user, seen=data["seen"])

    heading, verb = _("Who stands in for the lead"), _("Save the changes")
    return answer_form(
        request, form, save, form_page_of(engagement, heading, verb, done=_("Saved."))
    )


@require_safe
def engagement_as_of(request, pk):
    engagement = get_engagement(request, pk)
    today = timezone.localdate()
    form = AsOfForm({"on": request.GET.get("on") or today})
    then = None
    if form.is_valid():
        with refusals_in(form):
            then = as_of.engagement_as_of(engagement, form.cleaned_data["on"], today)
    context = {
        "engagement": engagement,
        "here": "history",
        "form": form,
        "then": then,
        "today": today,
        "timeline": _picture(then),
    }
    return TemplateResponse(
        request, "engagements/as_of.html", context, status=422 if form.errors else 200
    )


def _picture(then):
    """The milestones of that day as a picture, without a line for today."""
    if then is None or not then.milestones:
        return None
    return replace(milestone_chart.draw(then.milestones, then.on), today_x=None)


@require_safe
def engagement_changes(request, pk):
    """Everything that changed in one engagement, newest first: from the day `since` on, before the moment `until`."""
    engagement = get_engagement(request, pk)
    today = timezone.localdate()
    form = SinceForm({"since": request.GET.get("since") or changes.EARLIEST_DAY}, today=today)
    rows, older = [], None
    if form.is_valid():
        newest = changes.changes_of([engagement.pk], changes.moment(form.cleaned_data["since"]))
        rows, older = _one_page(newest, _moment(request.GET.get("until")))
    context = {
        "engagement": engagement,
        "here": "history",
        "form": form if "since" in request.GET else SinceForm(today=today),
        "as_of_form": AsOfForm(initial={"on": today}),
        "changes": rows,
        "older": older,
    }
    return TemplateResponse(
        request, "engagements/engagement_changes.html", context, status=422 if form.errors else 200
    )


@require_safe
def changes_list(request):
    """What changed in all engagements of the person, engagement by engagement, those that changed last first."""
    today = timezone.localdate()
    monday = changes.last_monday(today)
    form = SinceForm({"since": request.GET.get("since") or monday}, today=today)
    context = {
        "form": form,
        "since": None,
        "shortcuts": [
            (_("since yesterday"), today - timedelta(days=1)),
            (_("since last Monday"), monday),
            (_("for a month"), today - timedelta(days=30)),
        ],
        "groups": [],
        "page": None,
        "definitions": [],
        "can_see_outcomes": permissions.can_see_outcomes(request.user),
    }
    if form.is_valid():
        since = changes.moment(form.cleaned_data["since"])
        changed = changes.changed_since(Engagement.objects.visible_to(request.user), since)
        page = page_by_key(changed, order=("-changed_at", "pk"), params=request.GET, size=PAGE_SIZE)
        context |= {
            "since": form.cleaned_data["since"],
            "page": page,
            "groups": _groups(page.keys, since),
            "definitions": changes.definitions_changed(changes.DEFINITIONS, since),
        }
    return TemplateResponse(
        request, "engagements/changes.html", context, status=422 if form.errors else 200
    )


def _groups(keys, since):
    """[(engagement, its newest changes, how many more there are)] in the order of the keys."""
    of_one = {key: [] for key in keys}
    for change in changes.changes_of(keys, since):
        of_one[change.engagement].append(change)
    engagements = in_order(keys, Engagement.objects.select_related("beneficiary"))
    return [
        (
            engagement,
            of_one[engagement.pk][:MAX_CHANGES_OF_ONE],
            max(0, len(of_one[engagement.pk]) - MAX_CHANGES_OF_ONE),
        )
        for engagement in engagements
    ]


def _one_page(newest, until):
    """The newest changes before `until`, and the moment from which the next page goes on, or None.

    What happened at the same moment stays on one page.
    """
    rows = [change for change in newest if until is None or change.entry.at < until]
    page = rows[:MAX_CHANGES]
    page += [change for change in rows[MAX_CHANGES:] if change.entry.at == page[-1].entry.at]
    return page, page[-1].entry.at if len(rows) > len(page) else None


def _moment(text):
    try:
        moment = parse_datetime(text or "")
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None
