"""The keys of the API that somebody gives to other programs."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.forms.keys import KeyForm
from crm.forms.refusals import refusals_in
from crm.models import ApiKey
from crm.services import keys
from crm.views.access import FormPage, form_page, show_form
from crm.web import new_keys


@form_page
@reauthentication_required
def token_create(request):
    """Sent twice by a double click, the form makes one key, which is then shown (crm.web.once)."""
    form = KeyForm(request.POST or None)
    page = FormPage(
        heading=_("Make a key of the API"), verb=_("Make the key"), back=reverse("crm:account")
    )
    if form.is_valid():
        with refusals_in(form):
            key, secret = keys.make_key(request.user, form.plan, at=timezone.now())
            new_keys.keep(request, key, secret)
            return redirect("crm:token-made")
    return show_form(request, form, page)


@require_safe
def token_made(request):
    """A new key, for some minutes: only its digest is kept."""
    pk, secret = new_keys.newest(request)
    key = ApiKey.objects.filter(user=request.user, pk=pk).first()
    if key is None:
        return redirect(reverse("crm:account") + "#tokens")
    context = {"secret": secret, "name": key.name}
    return TemplateResponse(request, "crm/key_made.html", context)


@require_POST
def token_revoke(request, pk):
    key = get_object_or_404(ApiKey.objects.filter(user=request.user), pk=pk)
    key.delete()
    messages.success(request, _("The key is revoked: it opens nothing any more."))
    return redirect(reverse("crm:account") + "#tokens")
