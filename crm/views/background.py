"""What Relais does by itself, for administrators: whether it works, which jobs and mails wait or failed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from crm import permissions
from crm.context import here
from crm.display.background import job_row, schedule_row, trouble_of
from crm.filters import MailFilter
from crm.models import Job, OutgoingMail
from crm.selectors.background import background_of, mail_counts
from crm.selectors.paging import in_order, page_by_key
from crm.services import jobs, outbox
from crm.services.mail_texts import texts_of_mails
from crm.web.refusals import refusals_shown


@require_safe
def background(request):
    _refuse_others(request)
    work = background_of(timezone.now())
    context = {
        "work": work,
        "schedules": [schedule_row(schedule) for schedule in work.schedules],
        "jobs": [job_row(job) for job in work.jobs],
    }
    return TemplateResponse(request, "crm/background.html", context)


@require_POST
def job_try_again(request, pk):
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    with refusals_shown(request):
        jobs.try_again(job, at=timezone.now())
        messages.success(request, _("The job runs again in a moment."))
    return redirect("crm:background")


@require_safe
def mail_list(request):
    _refuse_others(request)
    filtered = MailFilter(request.GET, OutgoingMail.objects.all(), request=request)
    page = page_by_key(filtered.qs, order=("-pk",), params=request.GET)
    mails = in_order(page.keys, OutgoingMail.objects.defer("message"))
    context = {
        "filter": filtered,
        "page": page,
        "rows": [(mail, trouble_of(mail)) for mail in mails],
        "counts": mail_counts(timezone.now()),
    }
    return TemplateResponse(request, "crm/mail_list.html", context)


@require_safe
def mail_texts(request):
    """Every mail that Relais sends, as it would reach somebody who reads the language of this page."""
    _refuse_others(request)
    return TemplateResponse(request, "crm/mail_texts.html", {"texts": texts_of_mails()})


@require_POST
def mail_try_again(request, pk):
    mail = get_object_or_404(OutgoingMail.objects.visible_to(request.user), pk=pk)
    with refusals_shown(request):
        outbox.try_again(mail, at=timezone.now())
        messages.success(request, _("The mail is tried again in a moment."))
    return redirect(here(request))


@require_POST
def mail_give_up(request, pk):
    mail = get_object_or_404(OutgoingMail.objects.visible_to(request.user), pk=pk)
    with refusals_shown(request):
        outbox.give_up(mail, at=timezone.now())
        messages.success(request, _("The mail is given up: it is never sent."))
    return redirect(here(request))


@require_POST
def mails_try_again(request):
    _refuse_others(request)
    count = outbox.try_all_again(at=timezone.now())
    words = ngettext(
        "%(count)s mail is tried again in a moment.",
        "%(count)s mails are tried again in a moment.",
        count,
    )
    messages.success(request, words % {"count": count})
    return redirect(here(request))


def _refuse_others(request):
    if not permissions.can_see_background(request.user):
        raise PermissionDenied
