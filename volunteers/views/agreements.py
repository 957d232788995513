from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.audit import history
from crm.domain.roles import Role
from crm.files.pdf import PDF, pdf
from crm.files.spreadsheets import download
from crm.selectors.paging import in_order, page_by_key
from crm.views.access import FormPage, answer_form, form_page
from crm.web.clock import today_of
from volunteers import permissions
from volunteers.domain.agreement_contents import contents_of, missing_of
from volunteers.exports import agreements
from volunteers.forms.agreements import (
    AgreementFilterForm,
    AgreementForm,
    ConsentForm,
    EndForm,
    SignForm,
    TakeBackForm,
)
from volunteers.models import SponsorshipAgreement
from volunteers.selectors import loan_limits
from volunteers.selectors.agreements import names_in
from volunteers.services.agreements import (
    AGREEMENT_FIELDS,
    AgreementSignature,
    change_agreement,
    draft_agreement,
    end_agreement,
    record_consent,
    sign_agreement,
    take_signatures_back,
    too_long,
)

PAPER = Path(__file__).parent.parent / "documents" / "agreement.typ"
SIDES = {"sponsor", "host"}


def get_agreement(request, pk):
    return get_object_or_404(
        SponsorshipAgreement.objects.visible_to(request.user).for_list(), pk=pk
    )


def _get_written(request, pk):
    agreement = get_agreement(request, pk)
    if not permissions.can_write_agreement(request.user, agreement):
        raise PermissionDenied
    return agreement


@require_safe
def agreement_list(request):
    if not permissions.can_read_agreements(request.user):
        raise PermissionDenied
    today = timezone.localdate()
    form = AgreementFilterForm(request.GET)
    visible = SponsorshipAgreement.objects.visible_to(request.user)
    rows_of_state = {
        "unsigned": visible.unsigned,
        "running": lambda: visible.running(today),
        "over": lambda: visible.over(today),
    }
    rows = rows_of_state.get(form.chosen_state(), visible.all)()
    page = page_by_key(rows, order=("-starts_on", "-pk"), params=request.GET)
    context = {
        "form": form,
        "page": page,
        "agreements": in_order(page.keys, SponsorshipAgreement.objects.for_list()),
        "can_create": permissions.can_staff(request.user),
        "today": today,
    }
    return TemplateResponse(request, "volunteers/agreement_list.html", context)


@require_safe
def agreement_detail(request, pk):
    agreement = get_agreement(request, pk)
    user = request.user
    context = {
        "agreement": agreement,
        "names": names_in(agreement),
        "contents": contents_of(agreement),
        "missing": missing_of(agreement),
        "too_long": too_long(agreement),
        "in_all": loan_limits.sum_of_loans(agreement),
        "is_alike": agreements.is_same_person_lent_twice(agreement),
        "today": timezone.localdate(),
        "can_write": permissions.can_write_agreement(user, agreement),
        "can_consent": agreement.consent_on is None
        and agreement.volunteer_id is not None
        and permissions.can_consent(user, agreement),
        "can_sign_sponsor": agreement.sponsor_signed_on is None
        and permissions.can_sign_agreement(user, agreement, "sponsor"),
        "can_sign_host": agreement.host_signed_on is None
        and permissions.can_sign_agreement(user, agreement, "host"),
        "entries": history.entries(agreement),
    }
    return TemplateResponse(request, "volunteers/agreement_detail.html", context)


@require_safe
def agreement_pdf(request, pk):
    """To sign on paper; what is missing is named on it."""
    agreement = get_agreement(request, pk)
    paper = agreements.paper_of(agreement, get_language(), timezone.localdate())
    return download(pdf(PAPER, paper), PDF, "pdf", name="relais-convention")


@form_page
def agreement_create(request):
    if not permissions.can_staff(request.user):
        raise PermissionDenied
    initial = {"starts_on": timezone.localdate(), "volunteer": request.GET.get("volunteer")}
    form = AgreementForm(request.POST or None, user=request.user, initial=initial)

    def act():
        return draft_agreement(**form.cleaned_data, by=request.user)

    page = FormPage(
        _("New agreement"),
        _("Write the draft"),
        back=reverse("volunteers:agreement-list"),
        done=_("Saved."),
        template="volunteers/agreement_form.html",
    )
    return answer_form(request, form, act, page)


@form_page
def agreement_change(request, pk):
    agreement = _get_written(request, pk)
    form = AgreementForm(request.POST or None, user=request.user, instance=agreement)

    def act():
        return change_agreement(agreement, **form.cleaned_data, by=request.user)

    page = FormPage(
        str(agreement),
        _("Save the changes"),
        back=agreement.get_absolute_url(),
        done=_("Saved."),
        template="volunteers/agreement_form.html",
    )
    return answer_form(request, form, act, page)


@form_page
def agreement_consent(request, pk):
    agreement = get_agreement(request, pk)
    if not permissions.can_consent(request.user, agreement):
        raise PermissionDenied
    today = today_of(request)
    form = ConsentForm(request.POST or None, initial={"on": today, "seen": agreement.version})

    def act():
        return record_consent(agreement, **form.cleaned_data, by=request.user, today=today)

    page = _page_to_read_first(
        agreement, _("The employee's written agreement"), _("Record the agreement")
    )
    return answer_form(request, form, act, page)


@form_page
def agreement_sign(request, pk, side):
    agreement = get_agreement(request, pk)
    if side not in SIDES or not permissions.can_sign_agreement(request.user, agreement, side):
        raise PermissionDenied
    today = today_of(request)
    name = _signatory(request.user, agreement, side)
    initial = {"on": today, "name": name, "seen": agreement.version}
    form = SignForm(request.POST or None, initial=initial)

    def act():
        signature = AgreementSignature(side, form.cleaned_data["name"], form.cleaned_data["on"])
        seen = form.cleaned_data["seen"]
        return sign_agreement(agreement, signature, by=request.user, today=today, seen=seen)

    organisation = agreement.sponsor if side == "sponsor" else agreement.host
    heading = _("Sign for %(name)s") % {"name": organisation.name}
    return answer_form(request, form, act, _page_to_read_first(agreement, heading, _("Sign")))


def _signatory(user, agreement, side):
    """Whoever is of the side signs for it; who only writes a signature down is offered the one who represents it."""
    role = Role.SPONSOR if side == "sponsor" else Role.COORDINATOR
    is_of_it = getattr(agreement, f"{side}_id") in user.organisations_as(role)
    return user.full_name if is_of_it else getattr(agreement, f"{side}_representative")


@form_page
def agreement_take_back(request, pk):
    agreement = _get_written(request, pk)
    form = TakeBackForm(request.POST or None, initial={"seen": agreement.version})

    def act():
        return take_signatures_back(agreement, **form.cleaned_data, by=request.user)

    heading, verb = _("Take the signatures back"), _("Take them back")
    page = FormPage(heading, verb, back=agreement.get_absolute_url(), done=_("Saved."))
    return answer_form(request, form, act, page)


@form_page
def agreement_end(request, pk):
    agreement = _get_written(request, pk)
    form = EndForm(
        request.POST or None, initial={"on": timezone.localdate(), "seen": agreement.version}
    )

    def act():
        return end_agreement(agreement, **form.cleaned_data, by=request.user)

    heading, verb = _("End the agreement early"), _("End it")
    page = FormPage(heading, verb, back=agreement.get_absolute_url(), done=_("Saved."))
    return answer_form(request, form, act, page)


def _page_to_read_first(agreement, heading, verb):
    """The page of a word on the agreement, below what it says."""
    return FormPage(
        heading,
        verb,
        back=agreement.get_absolute_url(),
        done=_("Saved."),
        context={"read": history.facts_of(agreement, AGREEMENT_FIELDS)},
    )
