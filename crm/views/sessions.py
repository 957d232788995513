"""Where I am logged in."""

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from crm.selectors.sessions import devices_of
from crm.services import sessions
from crm.web.refusals import refusals_shown


@require_safe
def device_list(request):
    devices = devices_of(request.user, this=request.session.session_key)
    return TemplateResponse(request, "crm/devices.html", {"devices": devices})


@require_POST
def device_end(request, mark):
    with refusals_shown(request):
        sessions.end_session(request.user, mark, this=request.session.session_key)
        messages.success(request, _("This device is logged out."))
    return redirect("crm:device-list")


@require_POST
def devices_end(request):
    many = sessions.end_others(request.user, this=request.session.session_key)
    sentence = ngettext(
        "One other device is logged out.", "%(many)s other devices are logged out.", many
    )
    messages.success(
        request, sentence % {"many": many} if many else _("No other device was logged in.")
    )
    return redirect("crm:device-list")
