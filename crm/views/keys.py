"""The keys of the API that somebody gives to other programs."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.forms.keys import KeyForm
from crm.forms.refusals import refusals_in
from crm.models import ApiKey
from crm.services import keys
from crm.views.access import FormPage, form_page, show_form


@form_page
@reauthentication_required
def token_create(request):
    """A new key, shown this once: only its digest is kept."""
    form = KeyForm(request.POST or None)
    page = FormPage(
        heading=_("Make a key of the API"), verb=_("Make the key"), back=reverse("crm:account")
    )
    if form.is_valid():
        with refusals_in(form):
            secret = keys.make_key(request.user, form.plan, at=timezone.now())
            context = {"secret": secret, "name": form.plan.name}
            return TemplateResponse(request, "crm/key_made.html", context)
    return show_form(request, form, page)


@require_POST
def token_revoke(request, pk):
    key = get_object_or_404(ApiKey.objects.filter(user=request.user), pk=pk)
    key.delete()
    messages.success(request, _("The key is revoked: it opens nothing any more."))
    return redirect(reverse("crm:account") + "#tokens")
