"""A report as a paper: the same contents as its page."""

from dataclasses import asdict
from pathlib import Path

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.domain.formatting import colon, day_text, interval, number, percent, times
from crm.files.pdf import PDF, pdf
from impact.display import messages
from impact.display.measurements import (
    at_most,
    days_given,
    effort_text,
    finding,
    milestones_reached,
    net_text,
    survey_text,
    value_text,
    window,
)
from impact.display.narrative import sentence_of
from impact.exports.report import contents, groups, targets
from impact.selectors import reports

TEMPLATE = Path(__file__).parent.parent.parent / "documents" / "report.typ"


def file_of(report):
    return pdf(TEMPLATE, paper_of(report)), PDF


def paper_of(report):
    """What documents/report.typ sets, as texts in the reader's language and coordinates of the pictures."""
    frozen = report.contents
    section, figures = reports.figures_of(frozen, lambda place: "")
    names = {each.place: each.summary.metric.indicator.name for each in figures}
    return {
        "language": get_language(),
        "title": _("Impact report"),
        "number": _("No. %(number)s") % {"number": report.number},
        "author": frozen["engagement"]["member"],
        "engagement": frozen["engagement"]["title"],
        "beneficiary": frozen["engagement"]["beneficiary"],
        "as_of": _("Published figures, as of %(day)s") % {"day": day_text(reports.as_of(frozen))},
        "notices": [
            f"{names[row['figure']]} · {row['said']}" for row in contents.changes_in_order(report)
        ],
        "notices_title": _("Corrected since"),
        "story": reports.story_in_language(frozen),
        "numbers": [
            [_("Days contributed"), days_given(section.half_days)],
            [_("Milestones reached"), milestones_reached(section)],
        ],
        "figures": [_figure_on_paper(figure) for figure in figures],
        "table_header": [
            _("Window"),
            _("Figure"),
            _("Population"),
            _("Strength of evidence"),
            _("Source"),
        ],
        "word_title": _("The word of the beneficiary"),
        "word": contents.word_sentence(report),
        "check": _("Whether something was corrected since, anyone sees at:"),
        "address": reports.address_of(report),
        "checksum": f"SHA-256 {report.checksum}",
    }


def _figure_on_paper(figure):
    summary, indicator = figure.summary, figure.summary.metric.indicator
    title = str(finding(summary))
    return {
        "name": indicator.name,
        "definition": indicator.definition,
        "caveat": summary.metric.caveat,
        "finding": title,
        "net": _net_on_paper(summary.result, indicator.units),
        "effort": str(effort_text(summary.effort)) if summary.effort else "",
        "claims": [
            f"{times(claim.value)} {claim.get_kind_display()}{colon()} {claim.statement} ({claim.source})"
            + ("" if claim.is_baseline_supplied else f" {_('baseline not supplied')}.")
            for claim in summary.claims
        ],
        "comparisons": [
            _compared_on_paper(compared) for compared in contents.comparisons_of(summary)
        ],
        "groups": [groups.on_paper(each, summary.least) for each in summary.disaggregations],
        "chart": _chart_on_paper(figure.chart, title, summary.comparison) if figure.chart else None,
        "rows": [
            [
                str(window(row)),
                " ".join(
                    text
                    for text in (
                        value_text(row, indicator.units),
                        beside,
                        survey_text(row),
                        row.note,
                    )
                    if text
                ),
                str(row.get_population_display()),
                str(row.get_grade_display()),
                row.source,
            ]
            for rows, beside in (
                (summary.series, ""),
                (summary.beside, f"({_('beside the series')})"),
            )
            for row in rows
        ],
        "targets": targets.on_paper(summary),
    }


def _net_on_paper(result, units):
    if result.no_net:
        return str(messages.REFUSALS[result.no_net])
    return (
        f"{_('Would it have happened anyway?')} {net_text(result.net, units, result.count)}"
        if result.net
        else ""
    )


def _compared_on_paper(comparison):
    baseline = sentence_of(comparison.baseline)
    multiplier = comparison.multiplier
    if multiplier is None:
        return {
            "baseline": baseline,
            "big": "",
            "lines": [f"{_('No single figure:')} {messages.REFUSALS[comparison.refusal]}"],
        }
    lines = [
        f"{_('95 % interval')} {interval(multiplier.low, multiplier.high)} · {contents.method_name(multiplier)}",
        f"{_('Strength of the comparison:')} {comparison.strength.label}",
        *(str(messages.CAUTIONS[code]) for code in multiplier.cautions),
        _("Before and after is not cause and effect."),
    ]
    if comparison.is_hypothesis:
        lines.append(_("The baseline is a hypothesis: nobody supplied it."))
    return {
        "baseline": baseline,
        "big": f"{times(multiplier.ratio)} {messages.KINDS[multiplier.kind]}",
        "lines": lines,
    }


def _chart_on_paper(chart, title, comparison):
    """The picture of the page as lines and words, for the paper."""

    def written(value):
        return percent(value) if chart.is_share else number(value)

    def line(level, name, in_words=str):
        keys = ("x1", "y1", "x2", "y2", "label_y")
        value = percent(level.value) if chart.is_share else number(level.value, 0)
        return {key: getattr(level, key) for key in keys} | {"label": f"{name} {in_words(value)}"}

    return {
        "alt": title,
        **{
            name: getattr(chart, name)
            for name in ("width", "height", "left", "right", "bottom", "is_share")
        },
        "ticks": [{"y": y, "label": written(value)} for y, value in chart.ticks],
        "points": [[point.x, point.y, point.low_y, point.high_y] for point in chart.points],
        "band": chart.band.corners if chart.band else None,
        "band_told": _band_on_paper(chart) if chart.band else "",
        "baseline": line(chart.baseline, _("Baseline") if comparison else _("If the baseline…"))
        if chart.baseline
        else None,
        "target": line(chart.target, _("Target"), at_most if chart.less_is_better else str)
        if chart.target
        else None,
        "goals": [asdict(goal) for goal in chart.goals],
        "goals_told": _goals_on_paper(chart),
        "measured": f"{_('Measured')} {written(chart.points[-1].value)}",
        "measured_y": chart.measured_label_y,
        "marks": [{"x": mark.x, "place": str(mark.place)} for mark in chart.milestones],
        "marks_told": "; ".join(
            f"{mark.place}. {mark.title}, {day_text(mark.day)}" for mark in chart.milestones
        ),
        "first": date_format(chart.first, "m/Y"),
        "last": date_format(chart.last, "m/Y"),
    }


def _goals_on_paper(chart):
    if not chart.goals:
        return ""
    return _("Dotted lines lead to the targets of periods; a bar stands where a period ends.")


def _band_on_paper(chart):
    sentence = _("The band is what chance leaves open of the baseline (95 %):")
    if chart.is_share:
        return f"{sentence} {interval(chart.band.low, chart.band.high, 100)} %"
    return f"{sentence} {interval(chart.band.low, chart.band.high)}"
