from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm import permissions
from crm.audit import history
from crm.domain.refusals import Refused
from crm.filters import OrganisationFilter
from crm.forms.fields import SeenForm
from crm.forms.organisations import ArchiveForm, ContactForm, InteractionForm, OrganisationForm
from crm.forms.refusals import refusals_in
from crm.models import Contact, Interaction, Organisation, SupportRequest
from crm.selectors.paging import in_order, page_by_key
from crm.services import contacts, organisations
from crm.views.access import form_page
from crm.web.clock import today_of

SORTS = {"name": ("sort_name", "pk"), "-name": ("-sort_name", "-pk")}


def get_organisation(request, pk):
    return get_object_or_404(
        Organisation.objects.visible_to(request.user).select_related("legal_category"), pk=pk
    )


@require_safe
def organisation_list(request):
    is_archive = "archived" in request.GET and permissions.can_change_directory(request.user)
    scope = Organisation.objects.archived_to if is_archive else Organisation.objects.visible_to
    filtered = OrganisationFilter(request.GET, scope(request.user), request=request)
    sort = request.GET.get("sort") if request.GET.get("sort") in SORTS else "name"
    page = page_by_key(filtered.qs, order=SORTS[sort], params=request.GET)
    context = {
        "filter": filtered,
        "page": page,
        "sort": sort,
        "organisations": in_order(page.keys, Organisation.objects.select_related("legal_category")),
        "is_archive": is_archive,
        "can_create": permissions.can_change_directory(request.user),
    }
    return TemplateResponse(request, "crm/organisation_list.html", context)


@require_safe
def organisation_detail(request, pk):
    organisation = get_organisation(request, pk)
    of_it = {"organisation": organisation}
    context = {
        "organisation": organisation,
        "sdgs": organisation.sdgs.order_by("number"),
        "contacts": Contact.objects.visible_to(request.user).filter(**of_it).for_list()[:50],
        "interactions": Interaction.objects.visible_to(request.user)
        .filter(**of_it)
        .for_list()[:20],
        "requests": _requests_of(request.user, organisation),
        "entries": history.entries(organisation)
        if permissions.can_change_directory(request.user)
        else [],
        "can_change": permissions.can_change_directory(request.user),
        "can_invite": permissions.can_invite(request.user),
        "can_keep_contacts": permissions.can_keep_contacts(request.user),
    }
    return TemplateResponse(request, "crm/organisation_detail.html", context)


def _requests_of(user, organisation):
    theirs = SupportRequest.objects.visible_to(user).filter(organisation=organisation)
    return theirs.order_by("-submitted_at", "-pk")[:20]


@form_page
def organisation_create(request):
    if not permissions.can_change_directory(request.user):
        raise PermissionDenied
    return _organisation_form(
        request, Organisation(), heading=_("New organisation"), verb=_("Add the organisation")
    )


@form_page
def organisation_change(request, pk):
    organisation = get_organisation(request, pk)
    if not permissions.can_change_directory(request.user):
        raise PermissionDenied
    return _organisation_form(
        request, organisation, heading=organisation.name, verb=_("Save the changes")
    )


def _organisation_form(request, organisation, *, heading, verb):
    form = OrganisationForm(request.POST or None, instance=organisation)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            saved = organisations.save_organisation(
                form.instance,
                by=request.user,
                sdgs=form.cleaned_data["sdgs"],
                seen=form.cleaned_data["seen"],
                is_another=form.cleaned_data["is_another"],
            )
            messages.success(request, _("%(name)s is saved.") % {"name": saved.name})
            return redirect("crm:organisation-detail", saved.pk)
    return _form_page(request, form, heading=heading, verb=verb, back=_back_to(organisation))


@form_page
def organisation_archive(request, pk):
    organisation = get_organisation(request, pk)
    if not permissions.can_change_directory(request.user):
        raise PermissionDenied
    form = ArchiveForm(request.POST or None, initial={"seen": organisation.version})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            organisations.archive_organisation(
                organisation, **form.cleaned_data, by=request.user, at=timezone.now()
            )
            messages.success(
                request, _("%(name)s is out of the directory.") % {"name": organisation.name}
            )
            return redirect("crm:organisation-list")
    heading = _("Take %(name)s out of the directory") % {"name": organisation.name}
    return _form_page(
        request, form, heading=heading, verb=_("Archive"), back=_back_to(organisation)
    )


@require_POST
def organisation_restore(request, pk):
    organisation = get_object_or_404(Organisation.objects.archived_to(request.user), pk=pk)
    try:
        organisations.restore_organisation(
            organisation, by=request.user, seen=SeenForm(request.POST).version
        )
    except Refused as refused:  # somebody else was quicker
        messages.info(request, " ".join(refused.messages))
    else:
        messages.success(
            request, _("%(name)s is back in the directory.") % {"name": organisation.name}
        )
    return redirect(organisation)


@form_page
def contact_create(request, pk):
    organisation = get_organisation(request, pk)
    if not permissions.can_keep_contacts(request.user):
        raise PermissionDenied
    return _contact_form(request, Contact(organisation=organisation), verb=_("Add the contact"))


@form_page
def contact_change(request, pk):
    contact = get_object_or_404(
        Contact.objects.visible_to(request.user).select_related("organisation"), pk=pk
    )
    if not permissions.can_keep_contacts(request.user):
        raise PermissionDenied
    return _contact_form(request, contact, verb=_("Save the changes"))


def _contact_form(request, contact, *, verb):
    form = ContactForm(request.POST or None, instance=contact, user=request.user)
    entries = history.entries(contact) if contact.pk else []
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            confirmations = {
                name: form.cleaned_data[name]
                for name in ("is_another", "seen")
                if name in form.cleaned_data
            }
            contacts.save_contact(form.instance, **confirmations, by=request.user)
            messages.success(request, _("%(name)s is saved.") % {"name": form.instance.full_name})
            return redirect("crm:organisation-detail", contact.organisation_id)
    heading = contact.full_name or _("New contact")
    back = _back_to(contact.organisation)
    return _form_page(request, form, heading=heading, verb=verb, back=back, entries=entries)


@form_page
def interaction_create(request, pk):
    organisation = get_organisation(request, pk)
    if not permissions.can_keep_contacts(request.user):
        raise PermissionDenied
    today = today_of(request)
    form = InteractionForm(
        request.POST or None,
        user=request.user,
        organisation=organisation,
        initial={"happened_on": today},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            interaction = Interaction(organisation=organisation, **form.cleaned_data)
            contacts.log_interaction(interaction, by=request.user, today=today)
            messages.success(request, _("It is written down."))
            return redirect("crm:organisation-detail", organisation.pk)
    heading = _("Call, mail or meeting with %(name)s") % {"name": organisation.name}
    return _form_page(
        request, form, heading=heading, verb=_("Write it down"), back=_back_to(organisation)
    )


def _back_to(organisation):
    return organisation.get_absolute_url() if organisation.pk else reverse("crm:organisation-list")


def _form_page(request, form, *, heading, verb, back, entries=()):
    """A form on a page of its own; refused input answers 422 with what was typed."""
    context = {"form": form, "heading": heading, "verb": verb, "back": back, "entries": entries}
    return TemplateResponse(request, "crm/form.html", context, status=422 if form.errors else 200)
