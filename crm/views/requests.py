"""The Coalition's desk: the inbox, a request, and what one does with it."""

from copy import copy

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm import permissions
from crm.audit import history
from crm.display.messages import BOXES, FAILURES
from crm.display.orientation import side_by_side
from crm.domain.request_states import MOVES, TO_QUALIFY, RequestState
from crm.filters import RequestFilter
from crm.forms.fields import SeenForm
from crm.forms.refusals import refusals_in
from crm.forms.requests import (
    DeclineForm,
    MergeForm,
    NobodyForm,
    NoteForm,
    QualifyForm,
    ReferForm,
    RequestChangeForm,
    TextForm,
    WithdrawForm,
)
from crm.models import Attachment, MemberOffer, Referral, SupportRequest
from crm.selectors import duplicates, orientation, requests
from crm.selectors.paging import in_order, page_by_key
from crm.services.referrals import decline, refer, take_back
from crm.services.requests import (
    ask_holder,
    change_request,
    merge_request,
    nobody_fits,
    qualify,
    renew_link,
    unmerge_request,
    withdraw_request,
    write_note,
)
from crm.views.access import FormPage, answer_form, form_page
from crm.views.ask import facts_of
from crm.views.files import send_file
from crm.web.refusals import refusals_shown

SORTS = {
    "due": ("due_on", "pk"),
    "-due": ("-due_on", "-pk"),
    "sent": ("submitted_at", "pk"),
    "-sent": ("-submitted_at", "-pk"),
    "name": ("sort_name", "pk"),
    "-name": ("-sort_name", "-pk"),
}


def get_request(request, pk, may=None):
    """The request, if the person may read it, else 404; PermissionDenied where `may(user)` is false."""
    visible = SupportRequest.objects.visible_to(request.user).select_related(
        "need", "owner", "organisation"
    )
    support_request = get_object_or_404(visible, pk=pk)
    if may is not None and not may(request.user):
        raise PermissionDenied
    return support_request


def get_referral(request, pk, may=None):
    referral = get_object_or_404(
        Referral.objects.visible_to(request.user).select_related("request__need", "member"), pk=pk
    )
    if may is not None and not may(request.user, referral):
        raise PermissionDenied
    return referral


@require_safe
def request_list(request):
    if not permissions.can_read_requests(request.user):
        raise PermissionDenied
    today = timezone.localdate()
    visible = SupportRequest.objects.visible_to(request.user)
    filtered = RequestFilter(request.GET, visible, request=request)
    wanted_sort = request.GET.get("sort")
    # A request that is closed has no next date: sorting by it would lose the row.
    sort = (
        wanted_sort
        if wanted_sort in SORTS and (filtered.shows_open_only or "due" not in wanted_sort)
        else None
    )
    sort = sort or ("due" if filtered.shows_open_only else "-sent")
    page = page_by_key(filtered.qs, order=SORTS[sort], params=request.GET)
    context = {
        "filter": filtered,
        "page": page,
        "sort": sort,
        "rows": in_order(page.keys, SupportRequest.objects.for_list()),
        "boxes": [(box, BOXES[box.key]) for box in requests.boxes(visible, today)],
        "box": request.GET.get("box", ""),
        "today": today,
        "can_triage": permissions.can_triage(request.user),
    }
    return TemplateResponse(request, "crm/request_list.html", context)


@require_safe
def request_detail(request, pk):
    return _page_of(request, get_request(request, pk))


def _page_of(request, support_request, *, status=200, refused_form=None):
    """The page of a request; `refused_form` is {key of the context: form} of the one that was sent and not taken."""
    user, today = request.user, timezone.localdate()
    can_triage = permissions.can_triage(user)
    referrals = list(
        support_request.referrals.select_related("member", "proposed_by").order_by(
            "-proposed_at", "-pk"
        )
    )
    open_referral = next((row for row in referrals if row.state == row.State.PROPOSED), None)
    can_answer = open_referral is not None and permissions.can_answer(user, open_referral)
    moves = MOVES[RequestState(support_request.state)]
    context = {
        "support_request": support_request,
        "facts": facts_of(support_request),
        "attachments": support_request.attachments.order_by("pk"),
        "entries": support_request.entries.select_related("member", "by").order_by("-at", "-pk"),
        "merged": [
            (row, list(row.entries.select_related("member", "by").order_by("-at", "-pk")))
            for row in support_request.merged.order_by("pk")[:5]
        ],
        "notes": support_request.notes.select_related("by").order_by("-at", "-pk"),
        "referrals": [(row, [FAILURES[code] for code in row.failures]) for row in referrals],
        "open_referral": open_referral,
        "can_answer": can_answer,
        "alike": duplicates.alike(support_request) if can_triage else [],
        "qualify_form": QualifyForm(
            support_request=support_request,
            user=user,
            like=duplicates.organisations_like(support_request),
        )
        if can_triage and support_request.state in TO_QUALIFY
        else None,
        "text_form": TextForm(),
        "decline_form": DeclineForm(initial={"seen": support_request.version}),
        "withdraw_form": WithdrawForm(initial={"seen": support_request.version}),
        "note_form": NoteForm(),
        "links": support_request.links.filter(revoked_at=None).order_by("-created_at", "-pk")[:20]
        if can_triage
        else [],
        "entries_of_history": history.entries(support_request),
        "can_ask": support_request.is_open and (can_triage or can_answer),
        "can_triage": can_triage,
        "can_refer": can_triage and RequestState.REFERRED in moves,
        "can_say_nobody": can_triage and RequestState.NOBODY in moves,
        "can_withdraw": can_triage and RequestState.WITHDRAWN in moves,
        "can_merge": can_triage and RequestState.MERGED in moves,
        "today": today,
    } | (refused_form or {})
    return TemplateResponse(request, "crm/request_detail.html", context, status=status)


def _act(request, support_request, action, message):
    """Do one thing to a request and go back to its page, with the message that it is done or why it was refused."""
    with refusals_shown(request):
        action()
        messages.success(request, message)
    return redirect(support_request)


@form_page
def request_change(request, pk):
    support_request = get_request(request, pk, permissions.can_triage)
    form = RequestChangeForm(request.POST or None, instance=copy(support_request))

    def change():
        change_request(
            support_request,
            form.cleaned_data,
            by=request.user,
            organisation=support_request.organisation,
            sdgs=form.cleaned_data["sdgs"],
            seen=form.cleaned_data["seen"],
        )

    page = FormPage(
        heading=str(support_request),
        verb=_("Save the changes"),
        back=support_request.get_absolute_url(),
        done=_("%(name)s is saved.") % {"name": support_request.reference},
        context={"entries": history.entries(support_request)},
    )
    return answer_form(request, form, change, page)


@require_POST
def request_qualify(request, pk):
    support_request = get_request(request, pk, permissions.can_triage)
    like = duplicates.organisations_like(support_request)
    form = QualifyForm(request.POST, support_request=support_request, user=request.user, like=like)
    if not form.is_valid():
        messages.error(request, _("Choose the organisation among those offered."))
        return redirect(support_request)

    def act():
        qualify(support_request, by=request.user, at=timezone.now(), **form.cleaned_data)

    return _act(request, support_request, act, _("Qualified: propose it to a member now."))


@require_POST
def request_note(request, pk):
    support_request = get_request(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page_of(request, support_request, status=422, refused_form={"note_form": form})

    def act():
        write_note(
            support_request, text=form.cleaned_data["text"], by=request.user, at=timezone.now()
        )

    return _act(request, support_request, act, _("Noted. The project holder does not see it."))


@require_POST
def request_question(request, pk):
    """The desk asks; so does a member that the request is proposed to."""
    support_request = get_request(request, pk)
    referral = support_request.referrals.open().select_related("member").first()
    asks_as_member = referral is not None and permissions.can_answer(request.user, referral)
    if not (permissions.can_triage(request.user) or asks_as_member):
        raise PermissionDenied
    form = TextForm(request.POST)
    if not form.is_valid():
        return _page_of(request, support_request, status=422, refused_form={"text_form": form})
    member = referral.member if asks_as_member else None

    def act():
        text = form.cleaned_data["text"]
        ask_holder(support_request, text=text, by=request.user, at=timezone.now(), member=member)

    return _act(
        request,
        support_request,
        act,
        _("The question is on its way: the clock is on the project holder's side."),
    )


@form_page
def request_refer(request, pk):
    """The members that fit beside each other, rule by rule, the others with what speaks against; the desk chooses."""
    support_request = get_request(request, pk, permissions.can_triage)
    offers = MemberOffer.objects.filter(member__archived_at=None)
    form = ReferForm(request.POST or None, offers=offers, initial={"seen": support_request.version})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            referral = refer(
                support_request, **form.cleaned_data, by=request.user, at=timezone.now()
            )
            messages.success(request, _("Proposed to %(name)s.") % {"name": referral.member})
            return redirect(support_request)
    context = side_by_side(orientation.candidates_for(support_request)) | {
        "support_request": support_request,
        "form": form,
        "chosen": form.data.get("offer"),
    }
    return TemplateResponse(
        request, "crm/request_refer.html", context, status=422 if form.errors else 200
    )


@form_page
def request_nobody(request, pk):
    support_request = get_request(request, pk, permissions.can_triage)
    form = NobodyForm(request.POST or None, initial={"seen": support_request.version})

    def tell():
        nobody_fits(support_request, **form.cleaned_data, by=request.user, at=timezone.now())

    page = FormPage(
        heading=_("No member fits %(name)s") % {"name": support_request},
        verb=_("Tell the project holder"),
        back=support_request.get_absolute_url(),
        done=_("The project holder is told what comes next."),
    )
    return answer_form(request, form, tell, page)


@form_page
def request_merge(request, pk):
    support_request = get_request(request, pk, permissions.can_triage)
    others = [other.pk for other in duplicates.alike(support_request) if other.is_open]
    candidates = SupportRequest.objects.filter(pk__in=others).order_by("-pk")
    form = MergeForm(
        request.POST or None, others=candidates, initial={"seen": support_request.version}
    )

    def merge():
        return merge_request(
            support_request, **form.cleaned_data, by=request.user, at=timezone.now()
        )

    page = FormPage(
        heading=_("Merge %(name)s") % {"name": support_request},
        verb=_("Merge"),
        back=support_request.get_absolute_url(),
        done=_("Merged. It can be undone on the page of %(name)s.") % {"name": support_request},
    )
    return answer_form(request, form, merge, page)


@require_POST
def request_unmerge(request, pk):
    support_request = get_request(request, pk, permissions.can_triage)

    def act():
        version = SeenForm(request.POST).version
        unmerge_request(support_request, by=request.user, at=timezone.now(), seen=version)

    return _act(request, support_request, act, _("The merge is undone."))


@require_POST
def request_withdraw(request, pk):
    """On the holder's word, by telephone or mail."""
    support_request = get_request(request, pk, permissions.can_triage)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            withdraw_request(
                support_request, **form.cleaned_data, at=timezone.now(), by=request.user
            )
            messages.success(request, _("The request is withdrawn."))
            return redirect(support_request)
    return _page_of(
        request, get_request(request, pk), status=422, refused_form={"withdraw_form": form}
    )


@require_POST
def request_renew(request, pk):
    support_request = get_request(request, pk, permissions.can_triage)

    def act():
        renew_link(support_request, at=timezone.now())

    return _act(
        request,
        support_request,
        act,
        _("All links are dead; a new one is on its way to the project holder."),
    )


@require_safe
def attachment(request, pk):
    visible = SupportRequest.objects.visible_to(request.user)
    return send_file(
        request, get_object_or_404(Attachment.objects.filter(request__in=visible), pk=pk)
    )


@require_POST
def referral_decline(request, pk):
    referral = get_referral(request, pk, permissions.can_answer)
    form = DeclineForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            decline(referral, **form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, _("Declined. The desk looks for another member."))
            return redirect(referral.request)
    support_request = get_request(request, referral.request_id)
    return _page_of(request, support_request, status=422, refused_form={"decline_form": form})


@require_POST
def referral_take_back(request, pk):
    referral = get_referral(request, pk)
    if not permissions.can_triage(request.user):
        raise PermissionDenied

    def act():
        version = SeenForm(request.POST).version
        take_back(referral, by=request.user, at=timezone.now(), seen=version)

    return _act(request, referral.request, act, _("Taken back: propose it to another member now."))
