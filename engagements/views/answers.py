"""A member's answer to a proposed request: with an account, or by the signed link of the mail."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.display.messages import referral_in_words
from crm.forms.refusals import refusals_in
from crm.forms.requests import DeclineForm, TextForm
from crm.models import Referral, SupportRequest
from crm.permissions import can_answer
from crm.services import links, referrals, requests
from crm.views.access import FormPage, answer_form, form_page
from crm.views.ask import facts_of, remember, secret_page
from engagements.forms.intake import AcceptRequestForm
from engagements.models import Engagement
from engagements.services import intake

COOKIE = "relais-answer"
PATH = "/engagements/answer/"


@form_page
def referral_accept(request, pk):
    """The member accepts with an account: 404 where the person does not see the referral, 403 for the desk."""
    visible = Referral.objects.visible_to(request.user).select_related("request", "member")
    referral = get_object_or_404(visible, pk=pk)
    if not can_answer(request.user, referral):
        raise PermissionDenied
    today = timezone.localdate()
    form = AcceptRequestForm(
        request.POST or None, referral=referral, initial=_initial(request.user, referral, today)
    )

    def accept():
        at, seen = timezone.now(), form.cleaned_data["seen"]
        return intake.accept_request(referral, form.acceptance(), by=request.user, at=at, seen=seen)

    read = [fact for _title, _slug, facts in facts_of(referral.request) for fact in facts]
    page = FormPage(
        _("Accept %(name)s") % {"name": referral.request},
        _("Accept and open the engagement"),
        back=referral.request.get_absolute_url(),
        done=_("The engagement is open, in scoping."),
        context={"read": read},
    )
    return answer_form(request, form, accept, page)


def _initial(user, referral, today):
    coordinates = referral.member_id in user.organisations_as("coordinator")
    return {"started_on": today} | ({"coordinator": user} if coordinates else {})


@require_safe
def request_engagement(request, pk):
    """The panel of a request's page: what it became, for whoever may open it."""
    support_request = get_object_or_404(SupportRequest.objects.visible_to(request.user), pk=pk)
    visible = Engagement.objects.visible_to(request.user)
    engagement = visible.filter(request=support_request).first()
    return TemplateResponse(
        request, "engagements/_request_engagement.html", {"engagement": engagement}
    )


def answering(request):
    """The referral that this browser's link opens, or None."""
    link = links.open_link(request.COOKIES.get(COOKIE), at=timezone.now(), for_member=True)
    if link is None:
        return None
    return link.referral


def no_link(request):
    return TemplateResponse(request, "crm/ask_no_link.html", {"begin": ""}, status=404)


@require_safe
@secret_page
def answer_enter(request, token):
    if links.open_link(token, at=timezone.now(), for_member=True) is None:
        return no_link(request)
    return remember(HttpResponseRedirect(reverse("engagements:answer")), COOKIE, token, PATH)


@require_safe
@secret_page
def answer(request):
    referral = answering(request)
    return no_link(request) if referral is None else _answer_page(request, referral)


def _answer_page(request, referral, *, status=200, **forms):
    support_request = referral.request
    context = {
        "referral": referral,
        "support_request": support_request,
        "facts": facts_of(support_request),
        "fit_words": referral_in_words(referral),
        "entries": support_request.entries.select_related("member").order_by("-at", "-pk"),
        "accept_form": AcceptRequestForm(
            referral=referral, initial={"started_on": timezone.localdate()}
        ),
        "decline_form": DeclineForm(initial={"seen": support_request.version}),
        "text_form": TextForm(),
    } | forms
    return TemplateResponse(request, "engagements/answer.html", context, status=status)


@require_POST
@secret_page
def answer_accept(request):
    referral = answering(request)
    if referral is None:
        return no_link(request)
    form = AcceptRequestForm(request.POST, referral=referral)
    if form.is_valid():
        with refusals_in(form):
            at, seen = timezone.now(), form.cleaned_data["seen"]
            intake.accept_request(referral, form.acceptance(), by=None, at=at, seen=seen)
            return _thanks(
                request, _("Accepted. The engagement is open; its coordinator finds it in Relais.")
            )
    return _answer_page(request, referral, status=422, accept_form=form)


@require_POST
@secret_page
def answer_decline(request):
    referral = answering(request)
    if referral is None:
        return no_link(request)
    form = DeclineForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            referrals.decline(referral, **form.cleaned_data, by=None, at=timezone.now())
            return _thanks(request, _("Declined. The desk looks for another member."))
    return _answer_page(request, referral, status=422, decline_form=form)


@require_POST
@secret_page
def answer_question(request):
    referral = answering(request)
    if referral is None:
        return no_link(request)
    form = TextForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            requests.ask_holder(
                referral.request,
                text=form.cleaned_data["text"],
                by=None,
                at=timezone.now(),
                member=referral.member,
            )
            messages.success(request, _("The question is on its way."))
            return redirect("engagements:answer")
    return _answer_page(request, referral, status=422, text_form=form)


def _thanks(request, message):
    return TemplateResponse(request, "engagements/answered.html", {"message": message})
