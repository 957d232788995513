"""What the supported organisation answers or signs by a mailed link, without an account: this one page and no other."""

from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crm.forms.refusals import refusals_in
from crm.views.ask import remember, secret_page
from crm.web.clock import their_clock
from engagements.forms.autonomy import SignatureForm, SurvivalForm
from engagements.models import EngagementLink, Side, Signature
from engagements.selectors import autonomy
from engagements.services import handover, links, survival
from engagements.views.autonomy import what_is_signed

COOKIE = "relais-word"
PATH = "/engagements/word/"


@require_safe
@secret_page
def link_enter(request, token):
    """Keep the secret of the address in a cookie and redirect, so that the address no longer holds it."""
    if links.open_engagement_link(token, at=timezone.now()) is None:
        return _no_link(request)
    return remember(HttpResponseRedirect(reverse("engagements:link-word")), COOKIE, token, PATH)


@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def link_word(request):
    link = links.open_engagement_link(request.COOKIES.get(COOKIE), at=timezone.now())
    if link is None:
        return _no_link(request)
    if link.purpose == EngagementLink.Purpose.SURVIVAL:
        return _survival(request, link)
    return _signature(request, link)


def _no_link(request):
    return TemplateResponse(request, "crm/ask_no_link.html", {"begin": ""}, status=404)


def _survival(request, link):
    check = link.check_asked
    form = SurvivalForm(
        request.POST or None,
        instance=check,
        initial={} if check.answered_by else {"answered_by": link.sent_to},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            with their_clock(request):
                at, seen = timezone.now(), form.cleaned_data["seen"]
                survival.answer_check(check, form.answer(), at=at, seen=seen)
            return _thanks(request, _("Thank you. You can change your answer by the same link."))
    context = {"form": form, "check": check, "verb": _("Answer")}
    return _page(request, link, form, context, _("Does it still serve you?"))


def _signature(request, link):
    engagement = link.engagement
    initial = {"name": link.sent_to, "seen": autonomy.seal_of(engagement)}
    form = SignatureForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            word = form.word(Signature.Occasion.HANDOVER, Side.BENEFICIARY)
            seen = form.cleaned_data["seen"]
            handover.sign(engagement, word, by=None, at=timezone.now(), seen=seen)
            return _thanks(request, _("Your word is shown as you wrote it. Thank you."))
    context = {"form": form, "verb": _("Sign")} | what_is_signed(engagement)
    return _page(request, link, form, context, _("Sign the hand-over"))


def _page(request, link, form, context, heading):
    """`context` says what this paper has besides: a check, or the parts that are signed."""
    parts = {"check": None, "owners": []}
    context = parts | context | {"engagement": link.engagement, "heading": heading}
    return TemplateResponse(
        request, "engagements/word.html", context, status=422 if form.errors else 200
    )


def _thanks(request, message):
    return TemplateResponse(request, "engagements/answered.html", {"message": message})
