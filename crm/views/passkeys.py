"""Passkeys: of a phone, a computer or a key to plug in. Each asks its owner for a finger, a face or a PIN."""

import json

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views as allauth
from allauth.mfa.webauthn.internal import auth, flows
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm import permissions
from crm.forms.passkeys import AddPasskeyForm, LogInPasskeyForm, RenamePasskeyForm
from crm.services import second_factor
from crm.views.access import FormPage, answer_form, form_page
from crm.views.codes import FormOfOurs


class OfPasskeys(FormOfOurs):
    """`asked_of_browser` is what the script of the page asks the browser for; `without` where one goes who cannot."""

    template_name = "crm/passkey.html"
    act = "get"
    without: tuple = ()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        options = json.dumps(self.asked_of_browser()["publicKey"])
        return context | {"options": options, "act": self.act, "instead": self.without}


class AddPasskey(OfPasskeys, allauth.AddWebAuthnView):
    heading = gettext_lazy("Add a passkey")
    verb = gettext_lazy("Add it")
    lead = gettext_lazy(
        "A passkey lets you in without a password and without a code, by the finger, the face or the PIN with which "
        "you open your phone or your computer, or by a key that you plug in."
    )
    back = reverse_lazy("crm:account")
    form_class = AddPasskeyForm
    act = "create"
    without = ((reverse_lazy("mfa_activate_totp"), gettext_lazy("Use an app for codes instead")),)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"js_data": None}

    def asked_of_browser(self):
        return auth.begin_registration(self.request.user, passwordless=True)

    def form_valid(self, form):
        """This session has shown it: it need not log in anew."""
        said = form.cleaned_data
        with transaction.atomic():
            passkey, codes = flows.add_authenticator(self.request, said["name"], said["credential"])
            second_factor.passkey_added(self.request.user, said["name"])
        record_authentication(
            self.request, self.request.user, "mfa", id=passkey.pk, type=passkey.type
        )
        place = "mfa_view_recovery_codes" if codes else "mfa_index"
        return HttpResponseRedirect(reverse(place))


class RemovePasskey(FormOfOurs, allauth.RemoveWebAuthnView):
    heading = gettext_lazy("Remove a passkey")
    verb = gettext_lazy("Remove the passkey")
    back = reverse_lazy("crm:account")
    success_url = reverse_lazy("mfa_index")

    @property
    def lead(self):
        words = [_("“%(name)s” no longer lets you in.") % {"name": self.object}]
        others = Authenticator.objects.filter(user=self.request.user).exclude(pk=self.object.pk)
        is_last = not others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        if not permissions.needs_second_factor(self.request.user):
            words += [_("It is your last one: your recovery codes go with it.")] if is_last else []
        elif is_last:
            words.append(_("Your role asks for a second factor: you set up another at once."))
        else:
            words.append(_("Where you have logged in with it, you log in again."))
        return " ".join(words)

    def form_valid(self, form):
        name = str(self.object)
        with transaction.atomic():
            response = super().form_valid(form)
            second_factor.passkey_removed(self.request.user, name)
        return response


@form_page
@reauthentication_required(app="allauth.mfa")
def rename(request, pk):
    own = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN)
    passkey = get_object_or_404(own, pk=pk)
    form = RenamePasskeyForm(request.POST or None, initial={"name": str(passkey)})

    def act():
        second_factor.rename_passkey(passkey, name=form.cleaned_data["name"])

    page = FormPage(
        heading=_("Rename a passkey"),
        verb=_("Rename the passkey"),
        back=reverse("crm:account") + "#passkeys",
        done=_("The passkey has its new name."),
    )
    return answer_form(request, form, act, page)


@method_decorator(login_not_required, name="dispatch")
class LogInByPasskey(OfPasskeys, allauth.LoginWebAuthnView):
    heading = gettext_lazy("Log in with a passkey")
    verb = gettext_lazy("Use my passkey")
    form_class = LogInPasskeyForm
    without = (
        (reverse_lazy("crm:login"), gettext_lazy("Log in by a password")),
        (reverse_lazy("account_request_login_code"), gettext_lazy("Log in by a mailed code")),
    )

    def get(self, request, *args, **kwargs):
        return self.render_to_response(self.get_context_data())

    def _redirect_to_pending_stage(self, request, stage):
        """Whoever comes here has chosen another way than the one they began."""
        return

    def asked_of_browser(self):
        return auth.begin_authentication(None)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)
