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
from crm.models import Contact, Interaction, MemberOffer, Organisation, SupportRequest
from crm.selectors import merges
from crm.selectors.paging import in_order, page_by_key
from crm.services import contacts, organisations
from crm.views.access import FormPage, answer_form, form_page
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
        "can_see_duplicates": permissions.can_see_duplicates(request.user),
        "can_create": permissions.can_change_directory(request.user),
    }
    return TemplateResponse(request, "crm/organisation_list.html", context)


@require_safe
def organisation_detail(request, pk):
    organisation = (
        Organisation.objects.visible_to(request.user)
        .select_related("legal_category")
        .filter(pk=pk)
        .first()
    )
    if organisation is None:
        return redirect(_kept_of(request, Organisation, pk))
    of_it = {"organisation": organisation}
    context = {
        "organisation": organisation,
        "sdgs": organisation.sdgs.order_by("number"),
        "contacts": Contact.objects.visible_to(request.user).filter(**of_it).for_list()[:50],
        "interactions": Interaction.objects.visible_to(request.user)
        .filter(**of_it)
        .for_list()[:20],
        "requests": _requests_of(request.user, organisation),
        "offer": _offer_of(request.user, organisation),
        "can_write_offer": permissions.can_write_offer(request.user, organisation),
        "entries": history.entries(organisation)
        if permissions.can_change_directory(request.user)
        else [],
        "can_change": permissions.can_change_directory(request.user),
        "merges": _merges_of(request.user, organisation),
        "can_merge": permissions.can_merge(request.user),
        "can_see_duplicates": permissions.can_see_duplicates(request.user),
        "can_invite": permissions.can_invite(request.user, organisation),
        "can_keep_contacts": permissions.can_keep_contacts(request.user),
    }
    return TemplateResponse(request, "crm/organisation_detail.html", context)


def _kept_of(request, model, pk):
    """What a row that is not there has become, where it was merged and the person sees that; else it is missing."""
    kept = merges.kept_of(model, pk)
    return get_object_or_404(model.objects.visible_to(request.user), pk=kept.pk if kept else pk)


def _merges_of(user, row):
    """[(merge, the history of what was merged, whether the person may undo it)], for whoever reads histories."""
    if not permissions.can_change_directory(user):
        return []
    found, now = list(merges.merged_into(row)), timezone.now()
    absorbed = merges.rows_of(found, type(row))
    histories = {each.instance.pk: each.entries for each in history.entries_of(absorbed)}
    return [
        (
            merge,
            histories[merge.absorbed],
            merge.can_be_undone(now) and merges.may_undo(user, merge),
        )
        for merge in found
    ]


def _requests_of(user, organisation):
    theirs = SupportRequest.objects.visible_to(user).filter(organisation=organisation)
    return theirs.order_by("-submitted_at", "-pk")[:20]


def _offer_of(user, organisation):
    """What the member accepts, as far as the person reads it."""
    if not organisation.is_member:
        return None
    return MemberOffer.objects.visible_to(user).filter(member=organisation).first()


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

    def save():
        saved = organisations.save_organisation(
            form.instance,
            by=request.user,
            sdgs=form.cleaned_data["sdgs"],
            seen=form.cleaned_data["seen"],
            is_another=form.cleaned_data["is_another"],
        )
        messages.success(request, _("%(name)s is saved.") % {"name": saved.name})
        return saved

    return answer_form(request, form, save, FormPage(heading, verb, _back_to(organisation)))


@form_page
def organisation_archive(request, pk):
    organisation = get_organisation(request, pk)
    if not permissions.can_change_directory(request.user):
        raise PermissionDenied
    form = ArchiveForm(request.POST or None, initial={"seen": organisation.version})

    def archive():
        organisations.archive_organisation(
            organisation, **form.cleaned_data, by=request.user, at=timezone.now()
        )
        return "crm:organisation-list"

    words = {"name": organisation.name}
    page = FormPage(
        heading=_("Take %(name)s out of the directory") % words,
        verb=_("Archive"),
        back=_back_to(organisation),
        done=_("%(name)s is out of the directory.") % words,
    )
    return answer_form(request, form, archive, page)


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
    mine = Contact.objects.visible_to(request.user).select_related("organisation")
    contact = mine.filter(pk=pk).first()
    if contact is None:
        return redirect("crm:contact-change", _kept_of(request, Contact, pk).pk)
    if not permissions.can_keep_contacts(request.user):
        raise PermissionDenied
    return _contact_form(request, contact, verb=_("Save the changes"))


def _contact_form(request, contact, *, verb):
    form = ContactForm(request.POST or None, instance=contact, user=request.user)
    entries = history.entries(contact) if contact.pk else []
    instead = []
    if contact.pk and permissions.can_merge(request.user):
        url = reverse("crm:contact-merge", args=[contact.pk])
        instead.append((url, _("Merge with another contact")))

    def save():
        contacts.save_contact(
            form.instance,
            by=request.user,
            is_another=form.cleaned_data["is_another"],
            seen=form.cleaned_data.get("seen"),  # a new contact has none
        )
        messages.success(request, _("%(name)s is saved.") % {"name": form.instance.full_name})

    form.is_valid()  # fills the contact: the heading is the name that was typed
    page = FormPage(
        heading=contact.full_name or _("New contact"),
        verb=verb,
        back=_back_to(contact.organisation),
        template="crm/contact_form.html",
        context={
            "entries": entries,
            "instead": instead,
            "merges": _merges_of(request.user, contact) if contact.pk else [],
        },
    )
    return answer_form(request, form, save, page)


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

    def log():
        interaction = Interaction(organisation=organisation, **form.cleaned_data)
        contacts.log_interaction(interaction, by=request.user, today=today)

    page = FormPage(
        heading=_("Call, mail or meeting with %(name)s") % {"name": organisation.name},
        verb=_("Write it down"),
        back=_back_to(organisation),
        done=_("It is written down."),
    )
    return answer_form(request, form, log, page)


def _back_to(organisation):
    return organisation.get_absolute_url() if organisation.pk else reverse("crm:organisation-list")
