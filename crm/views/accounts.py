from django.contrib import messages
from django.contrib.auth import views
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from knox.models import AuthToken

from crm.domain.refusals import Refused
from crm.forms.accounts import LoginForm, OwnPasswordForm
from crm.forms.todos import DigestForm
from crm.selectors.keys import keys_of
from crm.services import keys
from crm.web import devices


class Login(views.LoginView):
    template_name = "crm/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = False

    def form_valid(self, form):
        return devices.remember(super().form_valid(form), form.get_user().email, self.request)

    def form_invalid(self, form):
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class Logout(views.LogoutView):
    http_method_names = ["post", "options"]


class PasswordChange(views.PasswordChangeView):
    template_name = "crm/password_change.html"
    success_url = reverse_lazy("crm:account")
    form_class = OwnPasswordForm

    def form_valid(self, form):
        messages.success(
            self.request,
            _(
                "Your password is changed. Other devices are logged out, and your API keys open nothing any more."
            ),
        )
        return super().form_valid(form)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


@require_safe
def account(request):
    """Who I am here, the mails I get, and the keys I gave to other programs."""
    return TemplateResponse(request, "crm/account.html", _page_of(request.user))


def _page_of(user, secret=""):
    return {
        "memberships": user.memberships.current()
        .select_related("organisation")
        .order_by("role", "pk"),
        "tokens": keys_of(user, timezone.now()),
        "secret": secret,
        "digest_form": DigestForm(user=user),
    }


@require_POST
def token_create(request):
    """A new key for the API, shown this once: only its digest is kept."""
    try:
        secret = keys.make_key(request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("crm:account")
    return TemplateResponse(request, "crm/account.html", _page_of(request.user, secret))


@require_POST
def token_revoke(request, pk):
    token = get_object_or_404(AuthToken.objects.filter(user=request.user), pk=pk)
    token.delete()
    messages.success(request, _("The key is revoked: it opens nothing any more."))
    return redirect("crm:account")
