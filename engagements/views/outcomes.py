from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from crm.files.spreadsheets import CSV, csv_text
from crm.selectors.paging import in_order, page_by_key
from engagements import permissions
from engagements.domain.stages import Stage
from engagements.models import Engagement
from engagements.selectors import outcomes

WORDS = {
    "asked": gettext_lazy("Requests received"),
    "oriented": gettext_lazy("Requests proposed"),
    "started": gettext_lazy("Started"),
    "delivered": gettext_lazy("Delivered"),
    "autonomous": gettext_lazy("Stand alone"),
    "alive": gettext_lazy("Alive a year later"),
}
COLUMNS = [
    "year",
    "started",
    "running",
    "delivered",
    "autonomous",
    "stopped",
    "due",
    "alive",
    "over",
    "silent",
]


def _outcomes(request):
    if not permissions.can_see_outcomes(request.user):
        raise PermissionDenied
    visible = Engagement.objects.visible_to(request.user)
    return visible, outcomes.outcomes_by_year(visible, timezone.localdate())


@require_safe
def outcome_summary(request):
    """Over everything that was started: what came through, what was stopped and why."""
    visible, by_year = _outcomes(request)
    everything = outcomes.total(by_year)
    bars = outcomes.bars(outcomes.requests_of(request.user), everything)
    page = page_by_key(
        visible.filter(stage=Stage.STOPPED),
        order=("-stopped_on", "-pk"),
        params=request.GET,
        size=20,
    )
    context = {
        "everything": everything,
        "by_year": by_year,
        "bars": [(bar, WORDS[bar.key]) for bar in bars],
        "height": len(bars) * outcomes.ROW,
        "page": page,
        "stopped": in_order(page.keys, Engagement.objects.select_related("beneficiary")),
        "today": timezone.localdate(),
    }
    return TemplateResponse(request, "engagements/outcomes.html", context)


@require_safe
def outcome_csv(request):
    _visible, by_year = _outcomes(request)
    header = {
        "year": _("Started in"),
        "running": _("Still running"),
        "stopped": _("Stopped"),
        "due": _("Alone for a year"),
        "over": _("No longer alive"),
        "silent": _("No answer"),
    } | {key: str(word) for key, word in WORDS.items()}
    rows = [[getattr(row, name) for name in COLUMNS] for row in by_year]
    text = csv_text([[header[name] for name in COLUMNS], *rows])
    response = HttpResponse(text, content_type=CSV)
    response["Content-Disposition"] = 'attachment; filename="relais-outcomes.csv"'
    return response
