from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import write
from crm.domain.workdays import monday_of
from crm.models import Contact
from crm.views.access import answer_form, form_page
from crm.web.clock import their_clock, today_of
from engagements import permissions
from engagements.forms.records import EngagementInteractionForm, NewsForm, ResolveForm, SolutionForm
from engagements.models import Blocker, Solution
from engagements.services import parts, progress, records
from engagements.views.access import form_page_of, get_engagement, get_part


@form_page
def log_create(request, pk):
    """News of this week from those who run the engagement or lead it; lent people have their own page."""
    engagement = get_engagement(request, pk, permissions.can_accept_milestone)
    with their_clock(request):
        week = monday_of(timezone.localdate())
    log = engagement.logs.filter(author=request.user, week=week).first()
    saved = (
        {name: getattr(log, name) for name in ("done", "blocked", "next", "audience")}
        if log
        else {}
    )
    form = NewsForm(
        request.POST or None,
        initial={
            **saved,
            "seen": log.version if log else None,
            "opens_blocker": not saved.get("blocked"),
        },
    )

    def write_news():
        news, seen = form.news(week), form.cleaned_data["seen"]
        with their_clock(request):
            progress.log_progress(engagement, news, by=request.user, at=timezone.now(), seen=seen)

    page = form_page_of(
        engagement,
        _("This week's news"),
        _("Write the news"),
        done=_("Your news is in the feed."),
        back=f"{engagement.get_absolute_url()}#feed",
    )
    return answer_form(request, form, write_news, page)


@form_page
def blocker_resolve(request, pk):
    blocker = get_part(request, Blocker, pk, permissions.can_log_progress)
    form = ResolveForm(request.POST or None, initial={"seen": write.mark_of(blocker)})

    def resolve():
        progress.resolve_blocker(
            blocker, **form.cleaned_data, today=today_of(request), by=request.user
        )

    page = form_page_of(
        blocker.engagement,
        _("Resolve a blocker"),
        _("It is resolved"),
        done=_("The blocker is resolved."),
        back=f"{blocker.engagement.get_absolute_url()}#feed",
        context={"note": blocker.text},
    )
    return answer_form(request, form, resolve, page)


@form_page
def interaction_create(request, pk):
    engagement = get_engagement(request, pk, permissions.can_see_interactions)
    contacts = Contact.objects.visible_to(request.user).filter(
        organisation=engagement.beneficiary_id
    )
    today = today_of(request)
    form = EngagementInteractionForm(
        request.POST or None,
        contacts=contacts.order_by("sort_name", "pk"),
        initial={"happened_on": today},
    )

    def log():
        note = records.InteractionNote(**form.cleaned_data)
        records.log_interaction(engagement, note, today=today, by=request.user)

    page = form_page_of(
        engagement,
        _("Call, mail or meeting"),
        _("Write it down"),
        done=_("It is written down."),
        back=f"{engagement.get_absolute_url()}#interactions",
    )
    return answer_form(request, form, log, page)


@form_page
def solution_create(request, pk):
    engagement = get_engagement(request, pk, permissions.can_run)
    return _solution_form(
        request, Solution(engagement=engagement), _("Add a solution"), _("Add the solution")
    )


@form_page
def solution_change(request, pk):
    solution = get_part(request, Solution, pk)
    return _solution_form(request, solution, solution.name, _("Save the changes"))


def _solution_form(request, solution, heading, verb):
    form = SolutionForm(request.POST or None, instance=solution)

    def save():
        parts.save_part(form.instance, by=request.user, seen=form.cleaned_data["seen"])
        messages.success(request, _("%(name)s is saved.") % {"name": form.cleaned_data["name"]})

    return answer_form(request, form, save, form_page_of(solution.engagement, heading, verb))
