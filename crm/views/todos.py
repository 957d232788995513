"""The panel of to-dos, how one is put off, and how often a person gets them by mail."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.domain import todos
from crm.domain.formatting import day_month
from crm.forms.todos import DigestForm, SnoozeForm
from crm.models import Snooze, User
from crm.selectors import digests
from crm.selectors.snoozes import snoozed_keys
from crm.services import snoozes
from crm.services.digest import choose_digest
from crm.views.ask import secret_page
from crm.web.refusals import refusals_shown


def todo_panel(request, of_app, *, id, title, all_url=""):
    """One app's part of the home page: its first to-dos, or with `?all=` and its id all of them, page by page.

    How many are not shown is added to the request for the home page, which otherwise says that nothing is left.
    """
    today = timezone.localdate()
    of_app = todos.without_snoozed(of_app, snoozed_keys(request.user, today))
    is_whole = request.GET.get("all") == id
    start = request.GET.get("from", "")
    start = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 0
    page = todos.page_of(of_app, start) if is_whole else todos.first_page(of_app)
    if page.remaining:
        getattr(request, "todos_remaining", []).append(page.remaining)
    context = {
        "page": page,
        "is_whole": is_whole,
        "next": page.start + todos.PAGE_SIZE,
        "days": todos.snooze_days(today),
        "id": id,
        "title": title,
        "all_url": all_url,
    }
    return TemplateResponse(request, "crm/_todos.html", context)


@require_safe
def put_off(request):
    """What one has put off, at the foot of the page."""
    rows = Snooze.objects.visible_to(request.user).live(timezone.localdate()).for_list()[:50]
    return TemplateResponse(request, "crm/_put_off.html", {"put_off": rows})


@require_POST
def snooze(request):
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a day to put it off until."))
        return redirect("crm:home")
    with refusals_shown(request):
        row = snoozes.snooze(**form.cleaned_data, by=request.user, at=timezone.now())
        words = {"title": row.title, "day": day_month(row.until)}
        messages.success(request, _("“%(title)s” comes back on %(day)s.") % words)
    return redirect("crm:home")


@require_POST
def snooze_end(request, pk):
    snoozes.show_again(get_object_or_404(Snooze.objects.visible_to(request.user), pk=pk))
    messages.success(request, _("It is among what needs you again."))
    return redirect("crm:home")


@require_POST
def digest_choose(request):
    form = DigestForm(request.POST, user=request.user)
    if form.is_valid():
        choose_digest(request.user, **form.cleaned_data, by=request.user)
        messages.success(request, _("Your choice of mails is kept."))
    else:
        messages.error(request, _("Choose how often, and a language."))
    return redirect("crm:account")


@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def digest_leave(request, token):
    """From the mail, without logging in: a signed address stops the mails and does nothing else."""
    user = digests.reader_of_digest(token)
    if user is None:
        raise Http404
    if request.method == "POST" and digests.is_of_week(token):
        choose_digest(user, digest=user.digest, language=user.language, week_mail=False, by=user)
    elif request.method == "POST":
        choose_digest(user, digest=User.Digest.NEVER, language=user.language, by=user)
    return TemplateResponse(request, "crm/digest_leave.html", {"left": request.method == "POST"})
