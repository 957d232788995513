from datetime import date, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crm.audit import history
from crm.domain import formatting
from crm.domain.day_field import EARLIEST, LATEST
from crm.domain.refusals import Refused, Stale
from crm.domain.workdays import holiday_name, monday_of
from crm.forms.refusals import add_refusal
from crm.web import on_device
from crm.web.clock import their_clock
from volunteers import permissions
from volunteers.forms.weeks import WeekForm
from volunteers.models import Assignment
from volunteers.selectors.weeks import before_nothing, notes_on, usual_days, week_of
from volunteers.services import weeks


@require_safe
def week(request):
    """A volunteer's home: the only running assignment's week at once, a choice among several, or what will come."""
    with their_clock(request):
        today = timezone.localdate()
    mine = Assignment.objects.of(request.user).confirmed().for_list()
    running = list(mine.overlapping(monday_of(today), today + timedelta(days=6)))
    if len(running) == 1:
        return redirect("volunteers:log-work", running[0].pk)
    context = {"running": running, "past": [a for a in mine[:20] if a not in running]}
    return TemplateResponse(request, "volunteers/week.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def log_work(request, pk):
    """One week of one's own assignment; nobody logs for somebody else."""
    mine = Assignment.objects.of(request.user).confirmed().for_list()
    assignment = get_object_or_404(mine, pk=pk)
    if request.method == "POST" and not permissions.can_log_week(request.user, assignment):
        raise PermissionDenied
    with their_clock(request):
        today = timezone.localdate()
        monday = _week_in_body(request) or _week_in_address(request, assignment, today)
        saved = week_of(assignment, monday, request.user)
        form = week_form(request, assignment, monday, saved, today)
        if request.method == "POST" and save_if_valid(
            request, form, assignment, monday, by=request.user
        ):
            address = reverse("volunteers:log-work", args=[pk])
            return redirect(f"{address}?{urlencode(_said_saved(request, monday))}")
        return _page(request, form, assignment, monday, saved, today)


def _said_saved(request, monday):
    """A week that a device had kept says by its own name that it has come (volunteers/static/volunteers/worker.js)."""
    sent = request.GET.get("sent", "")[:40]
    return {"saved": 1, "week": monday.isoformat()} | ({"sent": sent} if sent else {})


def week_form(request, assignment, monday, saved, today):
    may_log = _may_log(assignment, saved, today)
    form = WeekForm(
        request.POST or None,
        monday=monday,
        today=today,
        may_log=may_log,
        is_locked=saved.is_locked,
        has_words=saved.log is not None and not saved.log.is_nothing,
        plan=saved.previous_next,
        initial=_initial(assignment, monday, saved, may_log),
    )
    if not form.is_bound:
        form.read_confirmed(saved.confirmed)
        form.read_days(saved.days)
    return form


def _may_log(assignment, saved, today):
    """Days of the assignment that have come, of months that one side at least has still to sign."""
    last = min(today, assignment.ends_on)
    return lambda day: assignment.starts_on <= day <= last and not saved.is_locked(day)


def save_if_valid(request, form, assignment, monday, *, by):
    """Whether what was sent is saved; else the form says what is in the way."""
    is_valid = form.is_valid()
    if not is_valid and not (
        {"nothing", "put_back"} & request.POST.keys() and form.is_of_this_week
    ):
        return False
    try:
        _save(request, form, assignment, monday, by)
    except Refused as refused:
        add_refusal(form, refused)
        saved = week_of(assignment, monday, by)
        form.read_confirmed(saved.confirmed)
        if isinstance(refused, Stale):
            form.compare_days(saved.days)
            form.read_days(saved.days)
        return False
    return True


def _week_in_body(request):
    """The Monday of the week that was sent, inside the assignment or not; None where none can be read."""
    try:
        week = date.fromisoformat(request.POST.get("week", ""))
    except ValueError:
        return None
    return monday_of(week) if EARLIEST <= week <= LATEST else None


def _week_in_address(request, assignment, today):
    """The Monday to show, within the assignment; by default this week, or last week until Monday noon."""
    try:
        monday = monday_of(date.fromisoformat(request.GET.get("week", "")))
    except ValueError:
        early = timezone.localtime().weekday() == 0 and timezone.localtime().hour < 12
        monday = monday_of(today) - timedelta(days=7) if early else monday_of(today)
    first, last = (
        monday_of(assignment.starts_on),
        min(monday_of(assignment.ends_on), monday_of(today)),
    )
    return max(min(monday, last), first)


def _initial(assignment, monday, saved, may_log):
    """Of a week that is not logged, what is usual is proposed for the days that can be, public holidays left out."""
    usual = {} if saved.log or saved.days else usual_days(assignment, monday)
    initial = {}
    for offset in range(7):
        day = monday + timedelta(days=offset)
        proposed = usual.get(day, 0) if may_log(day) and not holiday_name(day) else 0
        initial[f"day_{offset}"] = str(saved.days.get(day, proposed))
    initial["week"] = monday
    initial["opens_blocker"] = not (
        saved.log and saved.log.blocked
    )  # what blocks is told unless one unticks it
    if saved.log:
        log = saved.log
        initial |= {"done": log.done, "blocked": log.blocked, "next": log.next, "seen": log.version}
    return initial


def _save(request, form, assignment, monday, by):
    common = {"by": by, "at": timezone.now()}
    read = {"undoes": form.taken_back(), "days_seen": form.seen_days()}
    # Two of the buttons ask for none of the fields: whatever is wrong in the form, they are obeyed.
    common["seen"] = form.cleaned_data.get("seen", 0)
    saved, days = week_of(assignment, monday, by), {}
    if "put_back" in request.POST:
        weeks.take_nothing_back(assignment, week=monday, undoes=read["undoes"], **common)
        messages.success(request, _("Your words and days are back."))
    elif "nothing" in request.POST:
        nothing = weeks.WorkedWeek(monday, {}, is_nothing=True, **read)
        with transaction.atomic():  # asked last: what cannot be saved at all is refused first
            weeks.log_work(assignment, nothing, **common)
            form.refuse_to_drop(saved.log)
        messages.success(request, _("Noted: nothing this week."))
    else:
        days = form.days()
        worked = weeks.WorkedWeek(monday, days, **form.words(), **read)
        weeks.log_work(assignment, worked, **common)
        messages.success(
            request, _("Week saved: %(days)s.") % {"days": formatting.days(sum(days.values()))}
        )
    for note in notes_on(assignment, monday, days, saved, by):
        messages.add_message(request, getattr(messages, note.level.upper()), note.sentence)


def _days_as_text(days):
    return "-".join(f"{day.isoformat()}:{half_days}" for day, half_days in days.items())


def _page(request, form, assignment, monday, saved, today):
    week_before, week_after = monday - timedelta(days=7), monday + timedelta(days=7)
    context = week_context(request, form, assignment, monday, saved, today) | {
        "page": reverse("volunteers:log-work", args=[assignment.pk]),
        "entries": history.entries(saved.log) if saved.log else [],
        "before": week_before if week_before >= monday_of(assignment.starts_on) else None,
        "after": week_after if week_after <= min(today, assignment.ends_on) else None,
    }
    status = 422 if form.errors else 200
    page = TemplateResponse(request, "volunteers/log_work.html", context, status=status)
    return on_device.keeps_of(page, request)


def week_context(request, form, assignment, monday, saved, today):
    """What the week's sheet shows, behind the password and behind the mailed link alike."""
    is_open = form.is_bound or assignment.takes_words_on(today)
    is_kept = bool(saved.log or saved.days)
    return {
        "is_open": is_open,
        "is_just_saved": is_open and is_kept and not form.is_bound and "saved" in request.GET,
        "form": form,
        "assignment": assignment,
        "engagement": assignment.engagement,
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "after": None,
        "saved": saved,
        "half_days": sum(saved.days.values()),
        "offers_plan": form["planned"].value() or (saved.previous_next and not saved.log),
        "before_nothing": before_nothing(saved.log) if saved.log else None,
        "is_saved": f"{saved.log.version if saved.log else 0}-{_days_as_text(saved.days)}",
        "draft": f"{assignment.volunteer_id}-{assignment.pk}-{monday.isoformat()}",
    }
