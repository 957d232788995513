"""Who reads or changes the data of many shows a second factor before anything else opens, the administration too."""

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from crm import permissions
from crm.rest.problems import PROBLEM, problem_of
from crm.selectors.second_factor import has_second_factor, still_there

# What is needed to set one up, or to leave. Pages that nobody need be logged in for are open as well.
OPEN = {
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "account_reauthenticate",
    "account_request_reauthentication_code",
    "account_confirm_reauthentication_code",
    "crm:logout",
}


class SecondFactor:
    """Middleware: a session that has not passed is led to where it does; programs get 403."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if (
            not settings.SECOND_FACTOR
            or not request.user.is_authenticated
            or is_open(request, view)
            or not permissions.needs_second_factor(request.user)
            or has_passed(request)
        ):
            return None
        if of_the_api(request):
            sentence = _("Show your second factor first: log in to the pages.")
            return JsonResponse(problem_of(403, sentence), status=403, content_type=PROBLEM)
        if has_second_factor(request.user):
            logout(request)
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        messages.info(request, _("Your role asks for a second factor: set it up once, then go on."))
        return redirect("mfa_activate_totp")


def is_open(request, view):
    """The API says of all its views that they look themselves who asks; they look at the session too."""
    needs_nobody = not getattr(view, "login_required", True) and not of_the_api(request)
    return needs_nobody or request.resolver_match.view_name in OPEN


def of_the_api(request):
    return request.path.startswith("/api/")


def has_passed(request):
    """Whether this session was let in with a factor that the person still has."""
    records = get_authentication_records(request, request.user)
    keys = [record["id"] for record in records if record["method"] == "mfa" and "id" in record]
    return bool(keys) and still_there(request.user, keys)
