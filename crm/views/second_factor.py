"""Setting up a second factor, showing it at the log-in, and having it taken away."""

import json

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base import views as allauth
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from crm import permissions
from crm.context import here
from crm.domain.passkeys import place_of
from crm.forms.accounts import TakeAwayForm
from crm.forms.codes import SecondFactorForm, SetUpForm
from crm.forms.passkeys import SecondPasskeyForm
from crm.models import User
from crm.selectors.second_factor import factors_of, has_app, has_passkey
from crm.services import second_factor
from crm.views.access import FormPage, answer_form, form_page
from crm.views.codes import FormOfOurs


@require_safe
def factors(request):
    """allauth leads here after each change; what there is stands on the page of the account."""
    return redirect(reverse("crm:account") + "#entry")


class SetUp(FormOfOurs, ActivateTOTPView):
    template_name = "crm/second_factor_set_up.html"
    heading = gettext_lazy("Set up a second factor")
    verb = gettext_lazy("Set it up")
    back = reverse_lazy("crm:account")
    form_class = SetUpForm

    def get_context_data(self, **kwargs):
        takes = place_of(settings.SITE_URL).takes_passkeys
        return super().get_context_data(**kwargs) | {"takes_passkeys": takes}

    def form_valid(self, form):
        """This session has shown it: it need not log in anew."""
        with transaction.atomic():
            response = super().form_valid(form)
            second_factor.app_set_up(self.request.user)
        _has_shown(self.request, Authenticator.Type.TOTP)
        return response


class GiveUp(FormOfOurs, DeactivateTOTPView):
    heading = gettext_lazy("Remove the second factor")
    verb = gettext_lazy("Remove it")
    back = reverse_lazy("crm:account")

    def dispatch(self, request, *args, **kwargs):
        """Where there is none, nothing is to be removed."""
        if request.user.is_authenticated and not has_app(request.user):
            return redirect("crm:account")
        return super().dispatch(request, *args, **kwargs)

    @property
    def lead(self):
        if permissions.needs_second_factor(self.request.user) and not has_passkey(
            self.request.user
        ):
            return _(
                "Your role asks for one: you set up another at once, with a new phone for example."
            )
        if has_passkey(self.request.user):
            return _("You then log in without a code of your app; your passkeys stay.")
        return _("You then log in without a code of your app; your recovery codes go with it.")

    def form_valid(self, form):
        with transaction.atomic():
            response = super().form_valid(form)
            second_factor.app_removed(self.request.user)
        return response


class MakeCodes(FormOfOurs, GenerateRecoveryCodesView):
    heading = gettext_lazy("Make new recovery codes")
    verb = gettext_lazy("Make new codes")
    lead = gettext_lazy("Those that you have now open nothing any longer.")
    back = reverse_lazy("mfa_view_recovery_codes")

    def form_valid(self, form):
        """A session that came in by one of the old codes has a new factor in its stead."""
        with transaction.atomic():
            response = super().form_valid(form)
            second_factor.codes_made(self.request.user)
        _has_shown(self.request, Authenticator.Type.RECOVERY_CODES)
        return response


def _has_shown(request, kind):
    factor = request.user.authenticator_set.get(type=kind)
    record_authentication(request, request.user, "mfa", id=factor.pk, type=factor.type)


@require_safe
@reauthentication_required(app="allauth.mfa")
def recovery_codes(request):
    """allauth's own page notes that it was looked at, which a GET of ours may not."""
    codes = factors_of(request.user).codes
    if not codes:
        return redirect("crm:account")
    return TemplateResponse(request, "crm/recovery_codes.html", {"codes": codes})


class Shown(FormOfOurs, allauth.AuthenticateView):
    """The second step of a log-in."""

    heading = gettext_lazy("Second factor")
    verb = gettext_lazy("Log in")
    template_name = "crm/second_factor.html"
    lead = gettext_lazy("Type the code that your app shows, or one of your recovery codes.")
    form_class = SecondFactorForm
    webauthn_form_class = SecondPasskeyForm

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["options"] = ""
        if has_passkey(self.stage.login.user):
            context["options"] = json.dumps(context["js_data"]["request_options"]["publicKey"])
        return context

    def get_form_class(self):
        user, request = self.stage.login.user, self.request

        def form(*args, **kwargs):
            return SecondFactorForm(*args, **kwargs | {"user": user, "request": request})

        return form


@form_page
@reauthentication_required(app="allauth.mfa")
def take_away(request, pk):
    """For who lost phone and recovery codes."""
    person = get_object_or_404(User.objects.looked_after_by(request.user), pk=pk)
    if not permissions.can_take_second_factor(request.user):
        raise PermissionDenied
    form = TakeAwayForm(request.POST or None)

    def act():
        second_factor.take_away(person, by=request.user, why=form.cleaned_data["why"])

    page = FormPage(
        heading=_("Take the second factor away"),
        verb=_("Take it away"),
        back=here(request),
        done=_("%(name)s logs in without it, and sets up a new one.") % {"name": person},
        context={
            "lead": _(
                "For who has lost phone and recovery codes. Make sure that it is %(name)s who asks."
            )
            % {"name": person}
        },
    )
    return answer_form(request, form, act, page)
