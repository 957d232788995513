"""The public pages of a support request: no account, but a secret link, kept in a cookie of these pages alone."""

from copy import copy
from decimal import Decimal

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.domain.formatting import number
from crm.domain.refusals import Refused
from crm.domain.request_states import RequestState, WaitingFor
from crm.domain.text import is_key
from crm.files import attachments
from crm.forms.refusals import add_refusal, refusals_in
from crm.forms.requests import (
    STEPS,
    AddressForm,
    AttachForm,
    BeginRequestForm,
    TextForm,
    WithdrawForm,
    step_of,
)
from crm.models import SecretLink
from crm.services import company_search, links, requests, tries
from crm.services.attachments import attach, detach
from crm.views.access import form_page
from crm.web.errors import not_found
from crm.web.networks import network_of
from crm.web.refusals import refusals_shown

COOKIE = "relais-ask"
PATH = "/ask/"
SECRETS = {"token", "code"}  # what an address may hold that could be guessed
NOT_FOUND = 404


def secret_page(view):
    """For views behind a secret link: out of caches and search engines, and no other site is sent their address."""

    @login_not_required
    def secret_view(request, *args, **kwargs):
        try:
            response = view(request, *args, **kwargs)
        except Http404 as missing:
            response = not_found(request, missing)
        if SECRETS & kwargs.keys() and response.status_code == NOT_FOUND:
            response = _wrong_secret(request, response)
        keep_apart(response)
        if "token" in kwargs and response.has_header("Location"):
            # On no page that is shown: a form on a page without a referrer has no origin either, and its sending would
            # be refused. The page of a dead link has the choice of the language.
            response["Referrer-Policy"] = "no-referrer"
        return response

    secret_view.__name__ = view.__name__
    return secret_view


def _wrong_secret(request, response):
    """Count a wrong secret, and answer 429 where there were too many. Right ones are not slowed down: whoever holds one
    may sit behind the same address.

    Django logs the address of what it refuses: here it may be a secret that lacks its last letter.
    """
    if not tries.count_try(tries.WRONG_LINKS, network_of(request), at=timezone.now()):
        response = render(request, "crm/too_many.html", status=429)
        response["Retry-After"] = str(int(tries.WRONG_LINKS.span.total_seconds()))
    response._has_been_logged = True
    return response


def keep_apart(response):
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, no_store=True, private=True)
    return response


def remember(response, name, token, path):
    """The secret leaves the address for a cookie that only these pages are sent."""
    days = settings.REQUEST_LIMITS["draft_days"]
    response.set_cookie(
        name,
        token,
        max_age=days * 24 * 3600,
        path=path,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def opened(request):
    """(link, support request) of this browser, or (None, None): never had one, expired, revoked."""
    link = links.open_link(request.COOKIES.get(COOKIE), at=timezone.now())
    return (link, link.request) if link else (None, None)


def no_link(request):
    return TemplateResponse(
        request, "crm/ask_no_link.html", {"begin": reverse("crm:ask-begin")}, status=404
    )


@form_page
@secret_page
def ask_begin(request):
    form = BeginRequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.is_by_a_robot:
            return redirect("crm:ask-sent")
        with refusals_in(form):
            _draft, token = requests.start_request(
                contact_name=form.cleaned_data["contact_name"],
                email=form.cleaned_data["email"],
                language=get_language(),
                network=network_of(request),
                at=timezone.now(),
            )
            return remember(redirect("crm:ask-step", next(iter(STEPS))), COOKIE, token, PATH)
    _link, mine = opened(request)
    context = {
        "form": form,
        "mine": mine,
        "is_sent": mine is not None and mine.state != RequestState.DRAFT,
        "limits": settings.REQUEST_LIMITS,
    }
    return TemplateResponse(
        request, "crm/ask_begin.html", context, status=422 if form.errors else 200
    )


@require_safe
@secret_page
def ask_sent(request):
    """Where robots land: nothing is kept, and a person whose browser filled the hidden field reads so."""
    return TemplateResponse(request, "crm/ask_sent.html")


@require_safe
@secret_page
def ask_enter(request, token):
    """The mailed link: the secret goes into a cookie at once, and out of the address."""
    link = links.open_link(token, at=timezone.now())
    if link is None:
        return no_link(request)
    return remember(HttpResponseRedirect(reverse("crm:ask-follow")), COOKIE, token, PATH)


@form_page
@secret_page
def ask_step(request, slug):
    link, support_request = opened(request)
    if support_request is None or slug not in STEPS:
        return no_link(request)
    if support_request.state != RequestState.DRAFT:
        return redirect("crm:ask-follow")
    title, form_class = STEPS[slug]
    if request.method == "POST":
        form = form_class(request.POST, instance=copy(support_request))
        form.is_valid()
        _confirm(link)
        if _keep(form, support_request) and not form.errors:
            if "look-up" in request.POST:
                return _looked_up(request, support_request, form)
            return redirect(_after(slug, request.POST))
    else:
        form = form_class(instance=support_request)
    context = {
        "form": form,
        "title": title,
        "slug": slug,
        "steps": [(other, words, other == slug) for other, (words, _form) in STEPS.items()],
        "number": [*STEPS].index(slug) + 1,
        "total": len(STEPS) + 1,
        "before": _before(slug),
        "can_look_up": slug == "organisation" and bool(settings.COMPANY_SEARCH_URL),
    }
    return TemplateResponse(
        request, "crm/ask_step.html", context, status=422 if form.errors else 200
    )


def _keep(form, support_request):
    facts = form.valid_values()
    sdgs = facts.pop("sdgs", None)
    try:
        requests.keep_draft(support_request, facts, sdgs=sdgs)
    except Refused as refused:
        add_refusal(form, refused)
        return False
    return True


def _looked_up(request, support_request, form):
    """Fill what the public search knows; what was typed by hand stays."""
    typed = form.cleaned_data
    identifier = typed.get("siret") or typed.get("siren") or typed.get("rna")
    facts = company_search.look_up(identifier) if identifier else None
    if facts is None or not _fill_in(
        support_request, {name: value for name, value in facts.items() if not typed.get(name)}
    ):
        messages.error(
            request,
            _("Nothing found by this number, or the search cannot be reached: type it by hand."),
        )
    else:
        messages.success(request, _("Found: check what was filled in."))
    return redirect("crm:ask-step", "organisation")


def _fill_in(support_request, facts):
    """Save the facts of the register, and say whether they could be: they may contradict what was typed."""
    try:
        requests.keep_draft(support_request, facts)
    except Refused:
        return False
    return True


def _after(slug, posted):
    slugs = [*STEPS]
    place = slugs.index(slug)
    if "back" in posted:
        return reverse("crm:ask-step", args=[slugs[max(0, place - 1)]])
    return (
        reverse("crm:ask-step", args=[slugs[place + 1]])
        if place + 1 < len(slugs)
        else reverse("crm:ask-check")
    )


def _before(slug):
    slugs = [*STEPS]
    place = slugs.index(slug)
    return slugs[place - 1] if place else None


@form_page
@secret_page
def ask_check(request):
    """Everything once more, what is missing, and the button that sends it."""
    link, support_request = opened(request)
    if support_request is None:
        return no_link(request)
    if support_request.state != RequestState.DRAFT:
        return redirect("crm:ask-follow")
    refusal = None
    if request.method == "POST":
        _confirm(link)
        try:
            requests.submit_request(support_request, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            messages.success(
                request,
                _(
                    "Your request is on its way. Keep the link in our mail: it opens this page again."
                ),
            )
            return redirect("crm:ask-follow")
    return _check_page(request, support_request, refusal)


def _check_page(request, support_request, refusal=None, address_form=None):
    missing = [
        (support_request._meta.get_field(name).verbose_name, step_of(name))
        for name in requests.missing_facts(support_request)
    ]
    context = {
        "support_request": support_request,
        "address_form": address_form or AddressForm(),
        "facts": facts_of(support_request),
        "missing": missing,
        "refused": refusal is not None,
        "attachments": support_request.attachments.order_by("pk"),
        "attach_form": AttachForm(),
        "limits": settings.REQUEST_LIMITS,
        "kinds": attachments.KINDS,
    }
    status = 422 if refusal or address_form else 200
    return TemplateResponse(request, "crm/ask_check.html", context, status=status)


@require_POST
@secret_page
def ask_address(request):
    """The mail did not come, or the address on the last page is mistyped."""
    _link, support_request = opened(request)
    if support_request is None:
        return no_link(request)
    if support_request.state != RequestState.DRAFT:
        return redirect("crm:ask-follow")
    form = AddressForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            support_request, token = requests.correct_address(
                support_request, email=form.cleaned_data["email"], at=timezone.now()
            )
            messages.success(
                request, _("From now on we write to %(email)s.") % {"email": support_request.email}
            )
            return remember(redirect("crm:ask-check"), COOKIE, token, PATH)
    return _check_page(request, support_request, address_form=form)


def facts_of(support_request):
    """[(title of a page, its slug, [(label, value in words)])] of what the holder wrote."""
    pages = []
    for slug, (title, form) in STEPS.items():
        rows = []
        for name in form.Meta.fields:
            field = support_request._meta.get_field(name)
            if field.many_to_many:
                value = ", ".join(str(goal) for goal in support_request.sdgs.order_by("number"))
            elif name.startswith("barrier_"):
                level = getattr(support_request, name)
                words = form(instance=support_request).fields[name]
                rows.append((words.label, dict(words.choices).get(level, "")))
                continue
            elif field.choices:
                value = getattr(support_request, f"get_{name}_display")()
            else:
                value = getattr(support_request, name)
            if isinstance(value, int | Decimal):
                value = number(value)
            rows.append((field.verbose_name, "" if value is None else value))
        pages.append((title, slug, rows))
    return pages


@require_POST
@secret_page
def ask_attach(request):
    link, support_request = opened(request)
    if support_request is None:
        return no_link(request)
    _confirm(link)
    form = AttachForm(request.POST, request.FILES)
    with refusals_shown(request):
        if not form.is_valid():
            raise Refused(form.errors.get("file", [_("Choose a file.")])[0])
        attach(support_request, form.cleaned_data["file"], at=timezone.now())
        messages.success(request, _("The file is attached."))
    return redirect(
        "crm:ask-check" if support_request.state == RequestState.DRAFT else "crm:ask-follow"
    )


@require_POST
@secret_page
def ask_detach(request):
    _link, support_request = opened(request)
    if support_request is None:
        return no_link(request)
    number = request.POST.get("attachment", "")
    if support_request.state == RequestState.DRAFT and is_key(number):
        detach(support_request, int(number))
    return redirect("crm:ask-check")


@require_safe
@secret_page
def ask_follow(request):
    link, support_request = opened(request)
    if support_request is None:
        return no_link(request)
    if support_request.state == RequestState.DRAFT:
        return redirect("crm:ask-check")
    return _follow_page(request, link, support_request)


def _follow_page(request, link, support_request, form=None):
    followed = support_request.merged_into or support_request
    context = {
        "support_request": support_request,
        "followed": followed,
        "entries": followed.entries.select_related("member").order_by("-at", "-pk"),
        "facts": facts_of(support_request),
        "attachments": support_request.attachments.order_by("pk"),
        "form": form or TextForm(),
        "withdraw_form": WithdrawForm(),
        "today": timezone.localdate(),
        "is_my_turn": followed.is_open and followed.waiting_for == WaitingFor.HOLDER,
        "is_confirmed": support_request.is_address_confirmed,
        "is_from_mail": link.purpose == SecretLink.Purpose.MAIL,
        "until": link.expires_at,
        "kinds": attachments.KINDS,
        "limits": settings.REQUEST_LIMITS,
    }
    return TemplateResponse(
        request, "crm/ask_follow.html", context, status=422 if form is not None else 200
    )


@require_POST
@secret_page
def ask_add(request):
    """A fact, or the answer to a question."""
    link, support_request = opened(request)
    if support_request is None:
        return no_link(request)
    _confirm(link)
    form = TextForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            requests.add_fact(
                support_request.merged_into or support_request,
                text=form.cleaned_data["text"],
                at=timezone.now(),
            )
            messages.success(request, _("It is added to your request."))
            return redirect("crm:ask-follow")
    return _follow_page(request, link, support_request, form=form)


@require_POST
@secret_page
def ask_withdraw(request):
    link, support_request = opened(request)
    if support_request is None:
        return no_link(request)
    _confirm(link)
    form = WithdrawForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    with refusals_shown(request):
        requests.withdraw_request(
            support_request.merged_into or support_request, at=timezone.now(), text=text
        )
        messages.success(request, _("Your request is withdrawn."))
    return redirect("crm:ask-follow")


@require_POST
@secret_page
def ask_confirm(request):
    link, support_request = opened(request)
    if support_request is None:
        return no_link(request)
    _confirm(link)
    messages.success(request, _("Thank you: from now on we tell you each step by e-mail."))
    return redirect("crm:ask-follow")


@require_POST
@secret_page
def ask_renew(request):
    """Somebody else may have the link: all others die, and a new one goes to the holder's address."""
    link, support_request = opened(request)
    if support_request is None:
        return no_link(request)
    _confirm(link)
    with refusals_shown(request):
        requests.renew_link(support_request, at=timezone.now(), keep=link)
        messages.success(request, _("All other links are dead. A new one is on its way to you."))
    return redirect("crm:ask-follow")


def _confirm(link):
    """Whoever acts through the mailed link has the mailbox. Looking alone proves nothing: robots open links."""
    if link.purpose == SecretLink.Purpose.MAIL:
        requests.confirm_address(link.request)
