"""The week by its mailed link, without a password: one person, one week, these pages and no other."""

from datetime import timedelta
from secrets import token_urlsafe

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.services.links import digest_of
from crm.views.ask import remember, secret_page
from crm.views.invitations import send_to
from crm.web.clock import their_clock
from volunteers import permissions
from volunteers.models import Assignment, Volunteer
from volunteers.selectors import weeks
from volunteers.services import week_links
from volunteers.views.weeks import save_if_valid, week_context, week_form

COOKIE = "relais-week"
PATH = "/volunteering/my-week/"


@require_safe
@secret_page
def week_link_enter(request, token):
    """The secret goes into a cookie at once, and out of the address; the only assignment's week opens at once.

    Nothing is written: mail scanners come too.
    """
    link = week_links.open_week_link(token, at=timezone.now())
    if link is None:
        return _no_link(request)
    mine, browser = _cookie(request)
    if mine != token:
        browser = token_urlsafe(32)
    entered = HttpResponseRedirect(_address(list(_assignments(link))))
    return remember(entered, COOKIE, f"{token}.{browser}", PATH)


@require_safe
@secret_page
def week_link(request):
    """A choice among several assignments; nothing to log where none runs any longer."""
    link, refused = _link_or_answer(request)
    if refused:
        return refused
    running = list(_assignments(link))
    return TemplateResponse(
        request, "volunteers/week_by_link.html", {"running": running, "link": link}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def week_link_log(request, pk):
    link, refused = _link_or_answer(request)
    if refused:
        return refused
    mine = _confirmed(link) if request.method == "POST" else _assignments(link)
    assignment = mine.filter(pk=pk).first()
    if assignment is None:
        return _no_link(request)
    with their_clock(request):
        return _log(request, link, assignment)


def _log(request, link, assignment):
    pk, today, person = assignment.pk, timezone.localdate(), link.volunteer.user
    saved = weeks.week_of(assignment, link.week, person)
    form = week_form(request, assignment, link.week, saved, today)
    if request.method == "POST":
        with transaction.atomic():
            is_ours = week_links.bind_week_link(link, _cookie(request)[1])
            is_saved = is_ours and save_if_valid(request, form, assignment, link.week, by=person)
            if not is_saved:
                transaction.set_rollback(True)
        if is_saved:
            return redirect(f"{reverse('volunteers:week-link-log', args=[pk])}?saved=1")
        if not is_ours:
            return _link_used_elsewhere(request)
    context = week_context(request, form, assignment, link.week, saved, today) | {
        "page": reverse("volunteers:week-link-log", args=[pk]),
        "link": link,
    }
    return TemplateResponse(
        request, "volunteers/log_by_link.html", context, status=422 if form.errors else 200
    )


@require_POST
def week_link_revoke(request, pk):
    volunteer = get_object_or_404(Volunteer.objects.visible_to(request.user), pk=pk)
    if not permissions.can_change_volunteer(request.user, volunteer):
        raise PermissionDenied
    week_links.revoke_week_links(volunteer, at=timezone.now())
    messages.success(
        request, _("The weekly link opens nothing any longer. The next one leaves on a Friday.")
    )
    return redirect("volunteers:volunteer-detail", pk)


@require_POST
def way_in_send(request, pk):
    """A link on which the person chooses a password: the weekly one opens their week alone."""
    volunteer = get_object_or_404(Volunteer.objects.visible_to(request.user), pk=pk)
    if not permissions.can_send_way_in(request.user, volunteer):
        raise PermissionDenied
    send_to(request, volunteer.user)
    return redirect("volunteers:volunteer-detail", pk)


def _cookie(request):
    """(secret of the mail, secret of this browser) as this browser keeps them."""
    token, _dot, browser = request.COOKIES.get(COOKIE, "")[:200].partition(".")
    return token, browser


def _link_or_answer(request):
    """(link, None), or (None, what to answer where the link is dead or serves another browser)."""
    token, browser = _cookie(request)
    link = week_links.open_week_link(token, at=timezone.now()) if browser else None
    if link is None:
        return None, _no_link(request)
    if link.browser and link.browser != digest_of(browser):
        return None, _link_used_elsewhere(request)
    return link, None


def _confirmed(link):
    return Assignment.objects.filter(volunteer=link.volunteer_id).confirmed().for_list()


def _assignments(link):
    return _confirmed(link).overlapping(link.week, link.week + timedelta(days=6))


def _address(running):
    if len(running) == 1:
        return reverse("volunteers:week-link-log", args=[running[0].pk])
    return reverse("volunteers:week-link")


def _no_link(request):
    return TemplateResponse(
        request, "volunteers/week_no_link.html", {"is_served": False}, status=404
    )


def _link_used_elsewhere(request):
    return TemplateResponse(
        request, "volunteers/week_no_link.html", {"is_served": True}, status=403
    )
