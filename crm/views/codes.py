"""Pages of django-allauth that let people in by a mailed code, and ask again who is logged in; drawn as ours are."""

from typing import Any

from allauth.account import views as allauth
from allauth.account.internal.flows.reauthentication import (
    STATE_SESSION_KEY,
    reauthenticate_by_password,
)
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from crm.forms.codes import AgainForm, LogInCodeForm, MailWantedForm, OwnCodeWantedForm


class FormOfOurs:
    """A page of allauth's in our form page; what is refused answers 422, and PUT is not another word for POST."""

    http_method_names = ("get", "head", "post", "options")
    template_name = "crm/form.html"
    heading: Any = ""
    verb: Any = ""
    lead: Any = ""
    back = reverse_lazy("crm:login")

    def get_context_data(self, **kwargs):
        words = {"heading": self.heading, "verb": self.verb, "back": self.back, "lead": self.lead}
        return super().get_context_data(**kwargs) | words

    def form_invalid(self, form):
        response = super().form_invalid(form)
        if response.status_code == 200:
            response.status_code = 422
        return response


@method_decorator(login_not_required, name="dispatch")
class CodeWanted(FormOfOurs, allauth.RequestLoginCodeView):
    heading = _("Log in by a mailed code")
    verb = _("Send the code")
    lead = _("We mail you a code; with it you log in, without a password.")
    form_class = MailWantedForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"request": self.request}

    def _redirect_to_pending_stage(self, request, stage):
        """Whoever comes here again wants another code, or mistyped the address."""
        return


class CodeTyped(FormOfOurs, allauth.ConfirmLoginCodeView):
    heading = _("Type the code")
    verb = _("Log in")
    back = reverse_lazy("account_request_login_code")
    form_class = LogInCodeForm

    @property
    def lead(self):
        words = _(
            "If %(email)s has an account, a message with a code is on its way there. It is good for a quarter of an "
            "hour, in this browser."
        )
        return words % {"email": self._process.state["email"]}

    def get_form_kwargs(self):
        account = self._process.state["email"]
        return super().get_form_kwargs() | {"request": self.request, "account": account}


class Again(FormOfOurs):
    """Who is logged in shows once more who they are, and goes on to the page that wanted to know."""

    heading = _("Is it you?")
    back = reverse_lazy("crm:account")

    def get_context_data(self, **kwargs):
        words = super().get_context_data(**kwargs)
        others = words.get("reauthentication_alternatives", [])
        return words | {"instead": [(way["url"], WAYS[way["id"]]) for way in others]}

    def goes_on(self):
        """To the page itself, and not to what was sent to it: a page that was refreshed would send it again."""
        self.request.session.pop(STATE_SESSION_KEY, None)
        return HttpResponseRedirect(self.get_success_url())


WAYS = {
    "reauthenticate": _("With my password"),
    "reauthenticate_by_code": _("By a mailed code"),
}


class AgainByPassword(Again, allauth.ReauthenticateView):
    verb = _("Continue")
    lead = _("You are about to change how your account is entered: type your password once more.")
    form_class = AgainForm

    def form_valid(self, form):
        reauthenticate_by_password(self.request)
        return self.goes_on()


class AgainCodeWanted(Again, allauth.RequestReauthenticationCodeView):
    verb = _("Send the code")
    form_class = OwnCodeWantedForm

    @property
    def lead(self):
        words = _(
            "You are about to change how your account is entered: we mail a code to %(email)s first."
        )
        return words % {"email": self.request.user.email}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"request": self.request}


class AgainByCode(Again, allauth.ConfirmReauthenticationCodeView):
    verb = _("Continue")
    lead = _("Type the code that we mailed to you.")
    form_class = LogInCodeForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "request": self.request,
            "account": self.request.user.email,
        }

    def _verify_form_valid(self, form):
        self._process.finish()
        return self.goes_on()
