"""Two organisations, or two contacts, become one, after all that will move was shown; and two again."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm import permissions
from crm.domain.refusals import Refused
from crm.domain.text import is_key
from crm.forms.merges import FindForm, MergeForm, OtherForm
from crm.models import Contact, Merge, Organisation
from crm.models.merges import Subject
from crm.selectors import duplicates
from crm.selectors import merges as selectors
from crm.services import merges
from crm.views.access import FormPage, answer_form, form_page

MAX_FOUND = 20


@require_safe
def duplicate_list(request):
    if not permissions.can_see_duplicates(request.user):
        raise PermissionDenied
    context = {
        "organisations": duplicates.organisation_pairs(request.user),
        "contacts": duplicates.contact_pairs(request.user),
        "can_merge": permissions.can_merge(request.user),
        "most": duplicates.MAX_PAIRS,
    }
    return TemplateResponse(request, "crm/duplicate_list.html", context)


@form_page
def organisation_merge(request, pk):
    return _merge_page(request, Organisation, pk)


@form_page
def contact_merge(request, pk):
    return _merge_page(request, Contact, pk)


def _merge_page(request, model, pk):
    kept = get_object_or_404(model.objects.visible_to(request.user), pk=pk)
    if not permissions.can_merge(request.user):
        raise PermissionDenied
    if "with" not in request.GET:
        return _choose_other(request, kept)
    absorbed = _other(request, kept, request.GET["with"])
    if selectors.may_merge(request.user, kept, absorbed):
        return _merge_form(request, kept, absorbed, selectors.plan_of(kept, absorbed))
    if request.method == "POST":
        raise PermissionDenied
    sentence = _(
        "Other members have to do with it, or people have a role there: ask an administrator."
    )
    return _merge_form(request, kept, absorbed, selectors.Plan(kept, absorbed, against=[sentence]))


def _other(request, row, key):
    """The other one of the pair, as far as the person sees it; 404 for anything else."""
    if not is_key(key) or int(key) == row.pk:
        raise Http404
    return get_object_or_404(type(row).objects.visible_to(request.user), pk=key)


def _choose_other(request, row):
    """Those that look alike, or those that are searched for."""
    form = FindForm(request.GET or None)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    rows = type(row).objects.visible_to(request.user).exclude(pk=row.pk).for_list()
    if isinstance(row, Contact):
        rows = rows.filter(organisation=row.organisation_id, kept_by=row.kept_by_id)
    found = rows.matching(query)[:MAX_FOUND] if query else duplicates.looking_like(row, rows)
    context = {
        "row": row,
        "found": found,
        "form": form,
        "heading": _("Merge %(name)s with another one") % {"name": row},
        "page_of": _address(row),
        "merge_url": _merge_address(row),
    }
    return TemplateResponse(request, "crm/merge_choose.html", context)


def _merge_form(request, kept, absorbed, plan):
    form = MergeForm(request.POST or None, initial={"seen": selectors.seal_of(kept, absorbed)})

    def act():
        asking = merges.Asking(form.cleaned_data["seen"], form.cleaned_data["are_one"])
        merges.merge(kept, absorbed, by=request.user, at=timezone.now(), asking=asking)

    words = {"absorbed": absorbed, "kept": kept}
    page = FormPage(
        heading=_("Merge %(absorbed)s into %(kept)s") % words,
        verb=_("Merge the two"),
        back=_address(kept),
        done=_("They are one now. For 30 days this can be undone, below the history."),
        template="crm/merge.html",
        context={
            "plan": plan,
            "other_way": f"{_merge_address(absorbed)}?with={kept.pk}",
        },
    )
    return answer_form(request, form, act, page)


def _address(row):
    """Where the row is read: a contact, on the page that changes it."""
    if isinstance(row, Contact):
        return reverse("crm:contact-change", args=[row.pk])
    return row.get_absolute_url()


def _merge_address(row):
    name = "contact-merge" if isinstance(row, Contact) else "organisation-merge"
    return reverse(f"crm:{name}", args=[row.pk])


@require_POST
def organisation_apart(request, pk):
    return _keep_apart(request, Organisation, pk)


@require_POST
def contact_apart(request, pk):
    return _keep_apart(request, Contact, pk)


def _keep_apart(request, model, pk):
    row = get_object_or_404(model.objects.visible_to(request.user), pk=pk)
    if not permissions.can_see_duplicates(request.user):
        raise PermissionDenied
    form = OtherForm(request.POST)
    if not form.is_valid():
        messages.info(request, _("Say which two are meant."))
        return redirect("crm:duplicates")
    other = _other(request, row, form.cleaned_data["other"])
    merges.keep_apart(row, other, by=request.user, at=timezone.now())
    words = {"one": row, "other": other}
    messages.success(
        request, _("%(one)s and %(other)s are two: they do not come up again.") % words
    )
    return redirect("crm:duplicates")


@require_POST
def merge_undo(request, pk):
    merge = get_object_or_404(Merge.objects.visible_to(request.user), pk=pk)
    if not selectors.may_undo(request.user, merge):
        raise PermissionDenied
    model = Contact if merge.subject == Subject.CONTACT else Organisation
    try:
        left = merges.undo_merge(merge, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.info(request, " ".join(refused.messages))
        return redirect(_address(model._base_manager.get(pk=merge.kept)))
    messages.success(request, _("%(name)s is itself again.") % {"name": merge.absorbed_name})
    for sentence in left:
        messages.info(request, sentence)
    return redirect(_address(model._base_manager.get(pk=merge.absorbed)))
