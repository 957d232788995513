"""Decisions, risks and notes of the steering committee, and what is written when an engagement is stopped."""

from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.selectors.paging import in_order, page_by_key
from crm.views.access import answer_form, form_page
from crm.web.clock import today_of
from engagements import permissions
from engagements.domain.stages import open_at_the_end
from engagements.forms.steering import (
    CloseRiskForm,
    DecisionForm,
    FinishDecisionForm,
    PostMortemForm,
    RiskForm,
    SteeringNoteForm,
    StopForm,
)
from engagements.models import Decision, PostMortem, Risk, SteeringNote
from engagements.models.team import leads_without_account, people_of
from engagements.selectors import holdings, status
from engagements.services import engagements
from engagements.services.steering import (
    close_risk,
    finish_decision,
    save_decision,
    save_post_mortem,
    save_risk,
    save_steering_note,
)
from engagements.views.access import form_page_of, get_engagement, get_part

PAGE_SIZE = 10
MAX_CLOSED = 30


def _page(engagement, heading, verb, name="steering"):
    """Once it is saved, one is back at the page of the committee, or at the one that is named."""
    back = reverse(f"engagements:{name}", args=[engagement.pk])
    return form_page_of(engagement, heading, verb, done=_("Saved."), back=back)


@require_safe
def steering(request, pk):
    engagement = get_engagement(request, pk)
    can_run = permissions.can_run(request.user, engagement)
    page = page_by_key(
        engagement.steering_notes.all(),
        order=("-held_on", "-pk"),
        params=request.GET,
        size=PAGE_SIZE,
    )
    context = {
        "engagement": engagement,
        "here": "steering",
        "today": timezone.localdate(),
        "can_run": can_run,
        "can_plan": can_run and engagement.is_active,
        "decisions": engagement.decisions.open().for_list(),
        "risks": engagement.risks.open().for_list(),
        "leavers": holdings.leavers_of(engagement, timezone.localdate()),
        "done": engagement.decisions.closed().for_list().order_by("-done_on", "-pk")[:MAX_CLOSED],
        "closed": engagement.risks.closed().for_list().order_by("-closed_on", "-pk")[:MAX_CLOSED],
        "notes": in_order(page.keys, SteeringNote.objects.for_list()),
        "page": page,
    }
    return TemplateResponse(request, "engagements/steering.html", context)


@require_safe
def engagement_status(request, pk):
    """The page for the committee, printed on one sheet, in either language whatever the reader's own is."""
    engagement = get_engagement(request, pk)
    languages = {"fr", "en"}
    language = request.GET.get("language")
    if language not in languages:
        language = translation.get_language()
    context = {"engagement": engagement, "here": "status", "other": (languages - {language}).pop()}
    with translation.override(language):
        sheet = status.status_sheet(engagement, timezone.localdate())
        response = TemplateResponse(
            request, "engagements/status.html", context | {"sheet": sheet}
        ).render()
    response.headers["Content-Language"] = language
    return response


@form_page
def decision_create(request, pk):
    engagement = get_engagement(request, pk, permissions.can_run)
    decision = Decision(engagement=engagement, decided_on=today_of(request))
    return _record_form(request, DecisionForm, decision, _("Add a decision"), _("Add the decision"))


@form_page
def decision_change(request, pk):
    decision = get_part(request, Decision, pk)
    return _record_form(request, DecisionForm, decision, decision.title, _("Save the changes"))


@form_page
def decision_finish(request, pk):
    decision, today = get_part(request, Decision, pk), today_of(request)
    form = FinishDecisionForm(
        request.POST or None, initial={"done_on": today, "seen": decision.version}
    )

    def finish():
        finish_decision(decision, **form.cleaned_data, today=today, by=request.user)

    heading = _("“%(title)s” is carried out") % {"title": decision.title}
    page = _page(decision.engagement, heading, _("It is carried out"))
    return answer_form(request, form, finish, page)


@form_page
def risk_create(request, pk):
    engagement = get_engagement(request, pk, permissions.can_run)
    return _record_form(
        request, RiskForm, Risk(engagement=engagement), _("Add a risk"), _("Add the risk")
    )


@form_page
def risk_change(request, pk):
    risk = get_part(request, Risk, pk)
    return _record_form(request, RiskForm, risk, risk.title, _("Save the changes"))


@form_page
def risk_close(request, pk):
    risk, today = get_part(request, Risk, pk), today_of(request)
    form = CloseRiskForm(request.POST or None, initial={"closed_on": today, "seen": risk.version})

    def close():
        close_risk(risk, **form.cleaned_data, today=today, by=request.user)

    heading = _("Close “%(title)s”") % {"title": risk.title}
    page = _page(risk.engagement, heading, _("Close the risk"))
    return answer_form(request, form, close, page)


@form_page
def steering_note_create(request, pk):
    engagement = get_engagement(request, pk, permissions.can_run)
    note = SteeringNote(engagement=engagement, held_on=today_of(request))
    return _note_form(request, note, _("Write a note"), _("Write it down"))


@form_page
def steering_note_change(request, pk):
    note = get_part(request, SteeringNote, pk)
    return _note_form(request, note, _("Change a note"), _("Save the changes"))


@form_page
def engagement_stop(request, pk):
    """Stop the engagement: why, and what one learns from it, in one form."""
    engagement = get_engagement(request, pk, permissions.can_move_stage)
    still_open = open_at_the_end(engagement, timezone.localdate())
    form = StopForm(
        request.POST or None, initial={"seen": engagement.version}, still_open=still_open
    )

    def stop():
        at, seen = timezone.now(), form.cleaned_data["seen"]
        engagements.move_stage(engagement, form.move(), by=request.user, at=at, seen=seen)

    heading, verb = _("Stop the engagement"), _("Stop the engagement")
    return answer_form(request, form, stop, _page(engagement, heading, verb, "post-mortem"))


@require_safe
def post_mortem_detail(request, pk):
    engagement = get_engagement(request, pk)
    post_mortem = PostMortem.objects.filter(engagement=engagement).for_list().first()
    if post_mortem is None:
        raise Http404
    can_run = permissions.can_run(request.user, engagement)
    context = {
        "engagement": engagement,
        "here": "post-mortem",
        "post_mortem": post_mortem,
        "can_run": can_run,
    }
    return TemplateResponse(request, "engagements/post_mortem.html", context)


@form_page
def post_mortem_change(request, pk):
    post_mortem = get_part(request, PostMortem, pk)
    form = PostMortemForm(request.POST or None, instance=post_mortem)

    def change():
        save_post_mortem(form.instance, seen=form.cleaned_data["seen"], by=request.user)

    heading, verb = _("Change the post-mortem"), _("Save the changes")
    page = _page(post_mortem.engagement, heading, verb, "post-mortem")
    return answer_form(request, form, change, page)


@require_safe
def post_mortem_list(request):
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    visible = PostMortem.objects.visible_to(request.user)
    rows = visible.found_by(text) if text else visible
    page = page_by_key(rows, order=("-written_on", "-pk"), params=request.GET, size=PAGE_SIZE)
    context = {
        "text": text,
        "page": page,
        "post_mortems": in_order(page.keys, PostMortem.objects.for_list()),
        "can_see_outcomes": permissions.can_see_outcomes(request.user),
    }
    return TemplateResponse(request, "engagements/post_mortem_list.html", context)


def _record_form(request, form_class, record, heading, verb):
    today = timezone.localdate()
    people = people_of(record.engagement, today, beside=record.owner_id)
    leads = leads_without_account(record.engagement, today, beside=record.owner_lead_id)
    form = form_class(request.POST or None, instance=record, people=people, leads=leads)
    save = save_decision if isinstance(record, Decision) else save_risk

    def act():
        save(form.instance, seen=form.cleaned_data["seen"], by=request.user, today=today)

    return answer_form(request, form, act, _page(record.engagement, heading, verb))


def _note_form(request, note, heading, verb):
    form, today = SteeringNoteForm(request.POST or None, instance=note), today_of(request)

    def save():
        save_steering_note(
            form.instance, seen=form.cleaned_data["seen"], today=today, by=request.user
        )

    return answer_form(request, form, save, _page(note.engagement, heading, verb))
