from pathlib import Path

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.audit import history
from crm.files.pdf import PDF, pdf
from crm.files.spreadsheets import download
from crm.forms.refusals import refusals_in
from crm.views.access import FormPage, answer_form, form_page
from crm.views.ask import secret_page
from volunteers import permissions
from volunteers.forms.attestations import AttestationForm, RevokeForm
from volunteers.models import Assignment, Attestation
from volunteers.selectors import attestations
from volunteers.services.attestations import issue_attestation, revoke_attestation

PAPER = Path(__file__).parent.parent / "documents" / "attestation.typ"


def get_attestation(request, pk):
    return get_object_or_404(Attestation.objects.visible_to(request.user).for_list(), pk=pk)


@form_page
def attestation_create(request, pk):
    """The paper as it will be frozen is shown before it is issued."""
    assignment = get_object_or_404(Assignment.objects.visible_to(request.user).for_list(), pk=pk)
    if not permissions.can_change_assignment(request.user, assignment):
        raise PermissionDenied
    today = timezone.localdate()
    initial = {
        "signer": request.user.full_name,
        "language": get_language(),
        "seen": attestations.seal_of(assignment),
    }
    form = AttestationForm(request.POST or None, assignment=assignment, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            issued = issue_attestation(
                assignment,
                form.answers(),
                by=request.user,
                today=today,
                seen=form.cleaned_data["seen"],
            )
            messages.success(
                request,
                _("The attestation is issued: %(person)s finds it on their page.")
                % {"person": assignment.volunteer},
            )
            return redirect(issued)
    confirmed, waiting = attestations.half_days_of(assignment)
    context = {
        "form": form,
        "assignment": assignment,
        "confirmed": confirmed,
        "waiting": waiting,
        "standing": assignment.attestations.standing().first(),
        "is_time": attestations.is_time(assignment, today),
    }
    return TemplateResponse(
        request, "volunteers/attestation_form.html", context, status=422 if form.errors else 200
    )


@require_safe
def attestation_detail(request, pk):
    attestation = get_attestation(request, pk)
    context = {
        "attestation": attestation,
        "facts": attestations.facts_of(attestation.contents),
        "address": attestations.address_of(attestation),
        "can_revoke": attestation.is_standing and _can_revoke(request, attestation),
        "entries": history.entries(attestation),
    }
    return TemplateResponse(request, "volunteers/attestation_detail.html", context)


@require_safe
def attestation_pdf(request, pk):
    attestation = get_attestation(request, pk)
    return download(
        pdf(PAPER, attestations.paper_of(attestation)),
        PDF,
        "pdf",
        name=f"relais-{attestation.number}",
    )


@form_page
def attestation_revoke(request, pk):
    attestation = get_attestation(request, pk)
    if not _can_revoke(request, attestation):
        raise PermissionDenied
    form = RevokeForm(request.POST or None)

    def act():
        revoke_attestation(
            attestation, **form.cleaned_data, by=request.user, today=timezone.localdate()
        )

    page = FormPage(
        _("Revoke attestation %(number)s") % {"number": attestation.number},
        _("Revoke it for good"),
        back=attestation.get_absolute_url(),
        done=_("The attestation is revoked; its public page says so."),
    )
    return answer_form(request, form, act, page)


@require_safe
@secret_page
def attestation_check(request, code):
    """For whoever holds the paper: the least that proves it, and whether it still stands. Nothing is written."""
    attestation = Attestation.objects.filter(code=code).first()
    if attestation is None:
        return TemplateResponse(request, "volunteers/attestation_unknown.html", status=404)
    context = {
        "attestation": attestation,
        "contents": attestation.contents,
        "facts": attestations.facts_of(attestation.contents),
        "is_intact": attestations.is_intact(attestation),
    }
    return TemplateResponse(request, "volunteers/attestation_check.html", context)


def _can_revoke(request, attestation):
    return permissions.can_change_assignment(request.user, attestation.assignment)
