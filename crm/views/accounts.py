from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.display.keys import key_row, password_words
from crm.domain.passkeys import place_of
from crm.forms.accounts import LoginForm, OwnAddressForm, OwnPasswordForm
from crm.forms.codes import MailWantedForm
from crm.forms.todos import DigestForm
from crm.selectors.identities import linked_since
from crm.selectors.keys import keys_of
from crm.selectors.second_factor import factors_of
from crm.services import addresses, invitations
from crm.views.access import FormPage, answer_form, form_page
from crm.views.ask import remember, secret_page
from crm.views.provider import leads_to_provider
from crm.web import on_device
from crm.web.refusals import refusals_shown


@method_decorator(leads_to_provider, name="dispatch")
class LogIn(views.LoginView):
    template_name = "crm/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = False

    def get_context_data(self, **kwargs):
        takes = place_of(settings.SITE_URL).takes_passkeys
        words = {"takes_passkeys": takes, "provider": settings.OIDC and settings.OIDC.name}
        return super().get_context_data(**kwargs) | words

    def form_valid(self, form):
        """The password was right: allauth asks for what else the account has, and only then lets the person in."""
        user = form.get_user()
        if self.request.user.is_authenticated and self.request.user != user:
            logout(self.request)
        login = Login(user=user, email=user.email, redirect_url=self.get_success_url())
        return perform_password_login(self.request, {"email": user.email}, login)

    def form_invalid(self, form):
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class Logout(views.LogoutView):
    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        return on_device.wipe(super().post(request, *args, **kwargs), request)


class PasswordChange(views.PasswordChangeView):
    template_name = "crm/password_change.html"
    success_url = reverse_lazy("crm:account")
    form_class = OwnPasswordForm

    def form_valid(self, form):
        response = super().form_valid(form)
        messages.success(self.request, password_words(form.keys, kept=form.keeps_keys))
        return response

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def dispatch(self, request, *args, **kwargs):
        """Who has no password has none to type: it is chosen by a link."""
        if request.user.is_authenticated and not request.user.has_usable_password():
            return redirect("crm:password-forgotten")
        return super().dispatch(request, *args, **kwargs)


@login_not_required
@form_page
def password_forgotten(request):
    """A link to choose another one, to whoever has an account; what is said does not tell who has."""
    form = MailWantedForm(request.POST or None, request=request)

    def mail():
        invitations.send_forgotten(form.user)
        sentence = _("If %(email)s has an account, a message with a link is on its way there.")
        messages.success(request, sentence % {"email": form.cleaned_data["email"]})

    page = FormPage(
        heading=_("I forgot my password"),
        verb=_("Send me a link"),
        back=reverse("crm:login"),
        context={
            "lead": _(
                "We mail you a link on which you choose another one. Your password stays until then."
            )
        },
    )
    return answer_form(request, form, mail, page)


@form_page
@reauthentication_required
def address_change(request):
    form = OwnAddressForm(request.POST or None, user=request.user)

    def ask():
        addresses.ask_for_address(request.user, form.cleaned_data["email"], at=timezone.now())
        sentence = _("If %(email)s is free, a message with a link is on its way there.")
        messages.success(request, sentence % {"email": form.cleaned_data["email"]})

    page = FormPage(
        heading=_("Change my address"),
        verb=_("Send the link there"),
        back=reverse("crm:account"),
    )
    return answer_form(request, form, ask, page)


ADDRESS_COOKIE, ADDRESS_PATH = "relais-address", "/account/address/"


@require_safe
@secret_page
def address_enter(request, token):
    """The secret goes into a cookie at once, as that of a way in does; opening changes nothing."""
    if addresses.open_address(token, at=timezone.now()) is None:
        return _no_address(request)
    place = HttpResponseRedirect(reverse("crm:address-confirm"))
    return remember(place, ADDRESS_COOKIE, token, ADDRESS_PATH)


@form_page
@secret_page
def address_confirm(request):
    token, now = request.COOKIES.get(ADDRESS_COOKIE), timezone.now()
    found = addresses.open_address(token, at=now)
    if found is None:
        return _no_address(request)
    if request.method == "POST":
        with refusals_shown(request):
            addresses.confirm_address(token, at=now)
            messages.success(request, _("Your address is changed: you log in with it from now on."))
        response = redirect("crm:account")
        response.delete_cookie(ADDRESS_COOKIE, path=ADDRESS_PATH)
        return response
    person, email = found
    return TemplateResponse(request, "crm/address_confirm.html", {"person": person, "email": email})


def _no_address(request):
    return TemplateResponse(request, "crm/address_no_link.html", status=404)


@require_safe
def account(request):
    """Who I am here, the mails I get, and the keys I gave to other programs."""
    return TemplateResponse(request, "crm/account.html", _page_of(request.user))


def _page_of(user):
    ours = settings.OIDC
    return {
        "provider": ours and ours.name,
        "provider_since": ours and linked_since(user, issuer=ours.issuer),
        "memberships": user.memberships.current()
        .select_related("organisation")
        .order_by("role", "pk"),
        "factors": factors_of(user),
        "takes_passkeys": place_of(settings.SITE_URL).takes_passkeys,
        "keys": [key_row(key) for key in keys_of(user, timezone.now())],
        "digest_form": DigestForm(user=user),
    }
