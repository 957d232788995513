"""How to-dos are put off, and how often a person gets them by mail."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.domain.formatting import colon, day_month
from crm.forms.todos import DigestForm, SnoozeForm
from crm.models import Snooze, User
from crm.selectors import digests
from crm.services import snoozes
from crm.services.digest import choose_digest, todos_of
from crm.views.ask import secret_page
from crm.web.refusals import refusals_shown


@require_POST
def snooze(request):
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a day to put it off until."))
        return redirect("crm:home")
    data = form.cleaned_data
    with refusals_shown(request):
        titles = _titles(request.user, data["key"]) if len(data["key"]) > 1 else {}
        named = {key: titles.get(key, data["title"]) for key in data["key"]}
        snoozes.snooze_all(named, until=data["until"], by=request.user, at=timezone.now())
        words = {"title": data["title"], "day": day_month(data["until"])}
        messages.success(request, _("“%(title)s” comes back on %(day)s.") % words)
    return redirect("crm:home")


def _titles(user, keys):
    """{key: what it is called at the foot of the page}: the row that was put off as a whole names them all alike."""
    return {
        todo.key: f"{todo.about}{colon()} {todo.title}" if todo.about else todo.title
        for todo in todos_of(user, timezone.localdate())
        if todo.key in keys
    }


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
