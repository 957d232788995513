"""Log-in by a provider of identities (OpenID Connect), where the settings name one; else there is no such page.

What it needs of packages is imported once it is asked for: they are not in the base set.
"""

from functools import wraps

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.selectors.identities import linked_since
from crm.services import identities, tries
from crm.views.access import FormPage, answer_form, form_page
from crm.views.ask import secret_page
from crm.web.identities import NOT_THROUGH, send_back
from crm.web.networks import network_of


def where_set(view):
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if settings.OIDC is None:
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except ImmediateHttpResponse as refused:
            return refused.response

    return guarded


def leads_to_provider(view):
    """A form of the page is answered by a redirect to the provider: browsers follow it where the page says so."""

    @wraps(view)
    def allowed(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if settings.OIDC:
            response._csp_update = {"form-action": list(settings.OIDC.origins)}
        return response

    return allowed


@login_not_required
@require_POST
@where_set
def start(request):
    from crm.web import openid

    if not tries.count_try(tries.PROVIDER_STARTS, network_of(request), at=timezone.now()):
        send_back(request, _("Too many tries with %(provider)s. Wait a quarter of an hour."))
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    try:
        return openid.begin(request, next_url=wanted if is_ours else "")
    except openid.TROUBLE:
        words = _("%(provider)s does not answer. Log in another way, or try again later.")
        send_back(request, words)


@form_page
@secret_page
@where_set
def back(request):
    """From the provider. Opening the page changes nothing: it goes on by itself, or by its button without script."""
    from crm.web import openid

    if request.method == "POST":
        return openid.end(request)
    if "code" not in request.GET:
        send_back(request, NOT_THROUGH)
    return TemplateResponse(request, "crm/provider_back.html", {"provider": settings.OIDC.name})


@form_page
@where_set
@reauthentication_required
def unlink(request):
    ours, user = settings.OIDC, request.user
    if linked_since(user, issuer=ours.issuer) is None:
        return redirect("crm:account")
    lead = _(
        "Relais forgets who you are at %(provider)s. It is linked anew if you log in with it again; your password and "
        "mailed codes stay."
    )
    page = FormPage(
        heading=_("Remove the link to %(provider)s") % {"provider": ours.name},
        verb=_("Remove the link"),
        back=reverse("crm:account"),
        context={"lead": lead % {"provider": ours.name}},
    )
    form = Form(request.POST if request.method == "POST" else None)

    def act():
        identities.unlink(user, issuer=ours.issuer, provider=ours.name)

    return answer_form(request, form, act, page)
