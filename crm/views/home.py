from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from crm import permissions
from crm.models import Contact, Organisation, SupportRequest
from crm.roles import Role
from crm.text import normalise

MOST = 10


@require_safe
def home(request):
    """What needs me. Volunteers start at their week, funders at their summary."""
    user = request.user
    if user.holds(Role.VOLUNTEER) and not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR, Role.LEAD):
        return redirect("volunteers:week")
    if user.holds(Role.FUNDER) and not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR, Role.LEAD, Role.DESK):
        return redirect("impact:summary")
    return TemplateResponse(request, "crm/home.html")


@require_safe
def search(request):
    """Everything that carries these letters, accents ignored, each app through its own panel."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    organisations, contacts, requests = [], [], []
    if text:
        organisations = Organisation.objects.visible_to(request.user).matching(text).for_list()[:MOST]
        contacts = Contact.objects.visible_to(request.user).filter(search__contains=normalise(text)).for_list()[:MOST]
        requests = SupportRequest.objects.visible_to(request.user).matching(text).for_list()[:MOST]
    context = {"text": text, "organisations": organisations, "contacts": contacts, "requests": requests}
    return TemplateResponse(request, "crm/search.html", context)


@require_safe
def style(request):
    if not permissions.can_see_style(request.user):
        raise PermissionDenied
    return TemplateResponse(request, "crm/style.html")
