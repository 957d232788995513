"""A report read by a secret link, without an account: these pages and no other.

The secret goes into a cookie of the report's own pages at once, so that no address gives it away to another site.
Opening the link writes nothing; a view is counted when the reader asks to read.
"""

from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from crm.views.ask import remember, secret_page
from impact.exports.report import files
from impact.selectors import reports
from impact.services.reports import count_view, open_share_link
from impact.views.reports import figure_context, later_than, report_context

COOKIE = "relais-report"
READ = "read"


@require_safe
@secret_page
def shared_enter(request, token):
    link = open_share_link(token, at=timezone.now())
    if link is None:
        return _no_link(request)
    return _remember(HttpResponseRedirect(_cover_of(link)), link, token)


@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def shared_cover(request, pk):
    """Who sent what, until when, and what is counted; then the report."""
    link, token, has_read = _opened(request, pk)
    if link is None:
        return _no_link(request)
    if request.method == "POST":
        if not has_read:
            count_view(link, at=timezone.now())
        return _remember(redirect("impact:shared-report", pk), link, f"{token}.{READ}")
    return TemplateResponse(
        request, "impact/shared_cover.html", {"link": link, "report": link.report}
    )


@require_safe
@secret_page
def shared_report(request, pk):
    link, _secret, has_read = _opened(request, pk)
    if link is None:
        return _no_link(request)
    if not has_read:
        return redirect(_cover_of(link))
    report = link.report
    context = {
        "report": report,
        "link": link,
        "address": reports.address_of(report),
        "later": later_than(report),
        **report_context(
            report.contents,
            lambda place: reverse("impact:shared-figure", args=[pk, place]),
            reports.changes_since(report),
        ),
    }
    return TemplateResponse(request, "impact/shared_report.html", context)


@require_safe
@secret_page
def shared_figure(request, pk, place):
    link, _secret, has_read = _opened(request, pk)
    if link is None or not has_read:
        return _no_link(request)
    context = {
        "report": link.report,
        "back": reverse("impact:shared-report", args=[pk]),
        "is_shared": True,
        **figure_context(link.report, place),
    }
    return TemplateResponse(request, "impact/report_figure.html", context)


@require_safe
@secret_page
def shared_file(request, pk, kind):
    link, _secret, has_read = _opened(request, pk)
    if link is None or not has_read:
        return _no_link(request)
    return files.file_of(link.report, kind)


def _opened(request, pk):
    """(link, its secret, whether the view was counted), or (None, "", False): a link opens its own report alone."""
    token, _dot, read = request.COOKIES.get(COOKIE, "")[:200].partition(".")
    link = open_share_link(token, at=timezone.now())
    if link is None or link.report_id != pk:
        return None, "", False
    return link, token, read == READ


def _cover_of(link):
    return reverse("impact:shared-cover", args=[link.report_id])


def _remember(response, link, value):
    return remember(response, COOKIE, value, _cover_of(link))


def _no_link(request):
    return TemplateResponse(request, "impact/shared_no_link.html", status=404)
