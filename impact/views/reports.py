"""Reports: frozen and published, agreed to by the beneficiary, downloaded and shared."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.audit import history
from crm.domain.refusals import Refused
from crm.files.checksums import checksum_of
from crm.forms.fields import SealForm
from crm.selectors.paging import in_order, page_by_key
from crm.views.access import answer_form, form_page
from crm.views.ask import secret_page
from impact import permissions
from impact.exports.report import files
from impact.forms.reports import ShareForm, WordForm
from impact.models import ImpactReport, ShareLink
from impact.selectors import reports
from impact.services.reports import publish_report, revoke_share_link, share_report, sign_report
from impact.views.access import form_page_of, get_engagement_to_run

PAGE_SIZE = 20


def get_report(request, pk):
    return get_object_or_404(ImpactReport.objects.visible_to(request.user).for_list(), pk=pk)


@require_safe
def report_list(request):
    """The reports on the engagements whose impact the person reads, the latest first."""
    page = page_by_key(
        ImpactReport.objects.visible_to(request.user),
        order=("-published_on", "-pk"),
        params=request.GET,
        size=PAGE_SIZE,
    )
    rows = in_order(page.keys, ImpactReport.objects.for_list().defer("contents"))
    return TemplateResponse(request, "impact/report_list.html", {"page": page, "reports": rows})


@form_page
def report_create(request, pk):
    """The report as it would be now; a POST freezes it, if it still is as it was read."""
    engagement = get_engagement_to_run(request, pk)
    today = timezone.localdate()
    refusal = ""
    if request.method == "POST":
        try:
            seen = SealForm(request.POST).seal
            report = publish_report(engagement, by=request.user, today=today, seen=seen)
        except Refused as refused:
            refusal = " ".join(refused.messages)
        else:
            messages.success(request, _("The report is published, and will not change any more."))
            return redirect(report)
    contents = reports.contents_of(engagement, today=today)
    context = {
        "engagement": engagement,
        "seal": checksum_of(contents),
        "refusal": refusal,
        "is_empty": not any(figure["series"] or figure["beside"] for figure in contents["figures"]),
        **report_context(contents, lambda place: ""),
    }
    return TemplateResponse(
        request, "impact/report_create.html", context, status=422 if refusal else 200
    )


@require_safe
def report_detail(request, pk):
    report = get_report(request, pk)
    can_share = permissions.can_share_report(request.user, report)
    can_run = permissions.can_run(request.user, report.engagement)
    now = timezone.now()
    links = (
        ShareLink.objects.visible_to(request.user).filter(report=report).for_list(now)
        if can_share
        else []
    )
    context = {
        "report": report,
        "can_share": can_share,
        "may_sign": permissions.can_sign_report(request.user, report),
        "links": links,
        "now": now,
        "address": reports.address_of(report),
        "later": later_than(report),
        "entries": history.entries(report) if can_run else [],
        **report_context(
            report.contents,
            lambda place: reverse("impact:report-figure", args=[pk, place]),
            reports.changes_since(report),
        ),
    }
    return TemplateResponse(request, "impact/report_detail.html", context)


@require_safe
def report_figure(request, pk, place):
    """All about one figure of a report, at an address that does not change."""
    report = get_report(request, pk)
    context = {"report": report, "back": report.get_absolute_url(), **figure_context(report, place)}
    return TemplateResponse(request, "impact/report_figure.html", context)


@require_safe
def report_file(request, pk, kind):
    return files.file_of(get_report(request, pk), kind)


@form_page
def report_sign(request, pk):
    """Agree, or disagree and say why: both are shown as they are written."""
    report = get_report(request, pk)
    if not permissions.speaks_for_beneficiary(request.user, report):
        raise PermissionDenied
    if report.word_on:
        messages.info(request, _("The beneficiary has given its word on this report already."))
        return redirect(report)
    form = WordForm(request.POST or None)

    def save():
        sign_report(report, **form.answers(), by=request.user, today=timezone.localdate())

    page = form_page_of(
        _("Your word on report %(number)s") % {"number": report.number},
        verb=_("Give my word"),
        back=report.get_absolute_url(),
    )
    return answer_form(request, form, save, page)


@form_page
def report_share(request, pk):
    """The address of the new link is shown once, on the page that answers."""
    report = get_report(request, pk)
    if not permissions.can_share_report(request.user, report):
        raise PermissionDenied
    form = ShareForm(request.POST or None)

    def save():
        _link, path = share_report(report, **form.cleaned_data, by=request.user, at=timezone.now())
        address = request.build_absolute_uri(path)
        messages.success(
            request,
            _("Copy this address now, it is not shown again: %(address)s") % {"address": address},
        )

    page = form_page_of(
        _("Share report %(number)s by a link") % {"number": report.number},
        verb=_("Make the link"),
        back=report.get_absolute_url(),
    )
    return answer_form(request, form, save, page)


@require_POST
def share_link_revoke(request, pk):
    link = get_object_or_404(
        ShareLink.objects.visible_to(request.user).select_related("report"), pk=pk
    )
    revoke_share_link(link, by=request.user, at=timezone.now())
    messages.success(request, _("The link opens nothing any longer."))
    return redirect(link.report)


@require_safe
@secret_page
def report_check(request, code):
    """For whoever holds the paper: that it is genuine, and whether something was corrected since."""
    report = ImpactReport.objects.for_list().filter(code=code).first()
    if report is None:
        return TemplateResponse(request, "impact/report_unknown.html", status=404)
    changes = reports.changes_since(report)
    context = {
        "report": report,
        "is_intact": reports.is_intact(report),
        "changes": [sentence for place in sorted(changes) for sentence in changes[place]],
        "later": later_than(report),
    }
    return TemplateResponse(request, "impact/report_check.html", context)


def report_context(contents, url_of, changes=None):
    section, figures = reports.figures_of(contents, url_of, changes)
    return {
        "contents": contents,
        "section": section,
        "figures": figures,
        "story": reports.story_in_language(contents),
        "as_of": reports.as_of(contents),
        "corrected": [figure for figure in figures if figure.changes],
    }


def figure_context(report, place):
    _section, figures = reports.figures_of(
        report.contents, lambda _place: "", reports.changes_since(report)
    )
    if not 1 <= place <= len(figures):
        raise Http404
    return {"figure": figures[place - 1], "as_of": reports.as_of(report.contents)}


def later_than(report):
    return (
        report.engagement.impact_reports.filter(pk__gt=report.pk)
        .order_by("-pk")
        .defer("contents")
        .first()
    )
