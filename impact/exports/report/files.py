"""A report as a paper, as a spreadsheet and as data: the same figures as its page."""

import json
import math
from dataclasses import asdict
from pathlib import Path

from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.domain.formatting import colon, day_text, number, percent, times
from crm.domain.formatting import interval as in_brackets
from crm.files.pdf import PDF, pdf
from crm.files.spreadsheets import XLSX, download, workbook
from impact.display import messages
from impact.display.measurements import (
    at_most,
    days_given,
    effort_text,
    finding,
    net_text,
    survey_text,
    value_text,
    window,
)
from impact.display.narrative import sentence_of
from impact.exports.report import groups, targets
from impact.models import Grade, Population
from impact.selectors import reports
from impact.selectors.summaries import MeasurementRow

PAPER = Path(__file__).parent.parent.parent / "documents" / "report.typ"


def file_of(report, kind):
    if kind not in _KINDS:
        raise Http404
    content, media_type = _KINDS[kind](report)
    return download(content, media_type, kind, name=f"relais-{report.number}")


def _pdf(report):
    return pdf(PAPER, paper_of(report)), PDF


def _json(report):
    """What was frozen with its checksum (SHA-256 of the canonical JSON of `contents`), and what changed since."""
    told = {
        "number": report.number,
        "address": reports.address_of(report),
        "published_on": report.published_on.isoformat(),
        "checksum": report.checksum,
        "contents": report.contents,
        "word": word_of(report),
        "changes_since": changes_in_order(report),
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode(), "application/json"


def _xlsx(report):
    contents = report.contents
    _section, figures = reports.figures_of(contents, lambda place: "")
    sheets = [
        (_("Report"), [_("What"), _("Value")], _about(report)),
        (_("Figures"), _figure_header(), [_figure_row(each) for each in figures]),
        (
            _("Baselines"),
            _baseline_header(),
            [row for each in figures for row in _baseline_rows(each)],
        ),
        (_("Rows"), _row_header(), [row for each in figures for row in _measured_rows(each)]),
    ]
    if by_groups := [row for each in figures for row in groups.rows_of(each)]:
        sheets.append((_("Groups"), groups.header(), by_groups))
    if wanted := [row for each in figures for row in targets.rows_of(each)]:
        sheets.append((_("Targets"), targets.header(), wanted))
    return workbook(sheets), XLSX


_KINDS = {"pdf": _pdf, "xlsx": _xlsx, "json": _json}


def word_of(report):
    if report.word_on is None:
        return None
    return {
        "agrees": report.word_agrees,
        "comment": report.word_comment,
        "on": report.word_on.isoformat(),
    }


def word_sentence(report):
    if report.word_on is None:
        return _("The beneficiary has not given its word on this report.")
    told = (
        _("The beneficiary agreed on %(day)s.")
        if report.word_agrees
        else _("The beneficiary disagreed on %(day)s.")
    ) % {"day": day_text(report.word_on)}
    return f"{told} {report.word_comment}".strip()


def changes_in_order(report):
    found = reports.changes_since(report)
    return [
        {"figure": place, "said": sentence} for place in sorted(found) for sentence in found[place]
    ]


# --- the paper ---------------------------------------------------------------------------------------------


def paper_of(report):
    contents = report.contents
    section, figures = reports.figures_of(contents, lambda place: "")
    names = {each.place: each.summary.metric.indicator.name for each in figures}
    return {
        "language": get_language(),
        "title": _("Impact report"),
        "number": _("No. %(number)s") % {"number": report.number},
        "author": contents["engagement"]["member"],
        "engagement": contents["engagement"]["title"],
        "beneficiary": contents["engagement"]["beneficiary"],
        "as_of": _("Published figures, as of %(day)s") % {"day": day_text(reports.as_of(contents))},
        "notices": [f"{names[row['figure']]} · {row['said']}" for row in changes_in_order(report)],
        "notices_title": _("Corrected since"),
        "story": reports.story_in_language(contents),
        "numbers": [
            [_("Days contributed"), days_given(section.half_days)],
            [
                _("Milestones reached"),
                f"{number(section.milestones_done)} / {number(section.milestones)}",
            ],
        ],
        "figures": [_figure_on_paper(each) for each in figures],
        "table_header": [
            _("Window"),
            _("Figure"),
            _("Population"),
            _("Strength of evidence"),
            _("Source"),
        ],
        "word_title": _("The word of the beneficiary"),
        "word": word_sentence(report),
        "check": _("Whether something was corrected since, anyone sees at:"),
        "address": reports.address_of(report),
        "checksum": f"SHA-256 {report.checksum}",
    }


def _figure_on_paper(each):
    summary, indicator = each.summary, each.summary.metric.indicator
    title = str(finding(summary))
    return {
        "name": indicator.name,
        "definition": indicator.definition,
        "caveat": summary.metric.caveat,
        "finding": title,
        "net": _net_on_paper(summary.result, indicator.unit),
        "effort": str(effort_text(summary.effort)) if summary.effort else "",
        "claims": [
            f"{times(claim.value)} {claim.get_kind_display()}{colon()} {claim.statement} ({claim.source})"
            + ("" if claim.is_baseline_supplied else f" {_('baseline not supplied')}.")
            for claim in summary.claims
        ],
        "comparisons": [_compared_on_paper(compared) for compared in _comparisons(summary)],
        "groups": [groups.on_paper(told, summary.least) for told in summary.disaggregations],
        "chart": _drawn(each.chart, title, summary.comparison) if each.chart else None,
        "rows": [
            [
                str(window(row)),
                " ".join(
                    told
                    for told in (
                        value_text(row, indicator.unit),
                        beside,
                        survey_text(row),
                        row.note,
                    )
                    if told
                ),
                str(row.get_population_display),
                str(row.get_grade_display),
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


def _net_on_paper(result, unit):
    if result.no_net:
        return str(messages.REFUSALS[result.no_net])
    return (
        f"{_('Would it have happened anyway?')} {net_text(result.net, unit, result.count)}"
        if result.net
        else ""
    )


def _comparisons(summary):
    return [*([summary.comparison] if summary.comparison else []), *summary.what_ifs]


def _method_of(found):
    return messages.METHODS.get(found.method, found.method)


def _compared_on_paper(compared):
    told = sentence_of(compared.baseline)
    found = compared.multiplier
    if found is None:
        return {
            "baseline": told,
            "big": "",
            "lines": [f"{_('No single figure:')} {messages.REFUSALS[compared.refusal]}"],
        }
    lines = [
        f"{_('95 % interval')} {in_brackets(found.low, found.high)} · {_method_of(found)}",
        f"{_('Strength of the comparison:')} {compared.strength.label}",
        *(str(messages.CAUTIONS[code]) for code in found.cautions),
        _("Before and after is not cause and effect."),
    ]
    if compared.is_hypothesis:
        lines.append(_("The baseline is a hypothesis: nobody supplied it."))
    return {
        "baseline": told,
        "big": f"{times(found.ratio)} {messages.KINDS[found.kind]}",
        "lines": lines,
    }


def _drawn(chart, title, comparison):
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
    told = _("The band is what chance leaves open of the baseline (95 %):")
    if chart.is_share:
        return f"{told} {in_brackets(chart.band.low, chart.band.high, 100)} %"
    return f"{told} {in_brackets(chart.band.low, chart.band.high)}"


# --- the spreadsheet ---------------------------------------------------------------------------------------


def _days_in(half_days):
    return days_given(None) if half_days is None else half_days / 2


def _about(report):
    contents = report.contents
    return [
        [_("Report"), report.number],
        [_("Engagement"), contents["engagement"]["title"]],
        [_("Beneficiary"), contents["engagement"]["beneficiary"]],
        [_("As of"), reports.as_of(contents)],
        [_("Days contributed"), _days_in(contents["half_days"])],
        [_("Milestones reached"), contents["milestones_done"]],
        [_("Milestones"), contents["milestones"]],
        [_("Address"), reports.address_of(report)],
        [_("Checksum"), f"SHA-256 {report.checksum}"],
        [_("The word of the beneficiary"), word_sentence(report)],
        *(
            [_("Corrected since"), f"{row['figure']}. {row['said']}"]
            for row in changes_in_order(report)
        ),
        [_("In short"), reports.story_in_language(contents)],
    ]


def _figure_header():
    return [
        *(
            _("Place"),
            _("Indicator"),
            _("Unit"),
            _("Definition"),
            _("Kind"),
            _("How it adds up"),
            _("SDG"),
        ),
        *(
            _("Count"),
            _("At the least"),
            _("Out of"),
            _("Per cent"),
            _("Amount"),
            _("Months"),
            _("From"),
            _("Until"),
        ),
        *(
            _("Population"),
            _("Strength of evidence"),
            _("Multiplier"),
            _("Low, 95 %"),
            _("High, 95 %"),
            _("Method"),
            _("No figure"),
        ),
        *(_("Net"), _("Net, low"), _("Net, high"), _("Asked"), _("Answered"), _("Anyway")),
    ]


def _figure_row(each):
    summary, indicator = each.summary, each.summary.metric.indicator
    result, compared = summary.result, summary.comparison
    found = compared.multiplier if compared else None
    refusal = result.refusal or (compared.refusal if compared else "no-baseline")
    return [
        *(
            each.place,
            indicator.name,
            indicator.unit,
            indicator.definition,
            indicator.get_kind_display(),
        ),
        *(indicator.get_aggregation_display(), indicator.sdg.number if indicator.sdg else None),
        result.count,
        result.count_least,
        result.total,
        result.percent,
        result.amount,
        result.months,
        *(result.window_start, result.window_end, *_of_whom(result)),
        *(
            (
                found.ratio,
                _finite(found.low),
                _finite(found.high),
                str(messages.METHODS.get(found.method, found.method)),
            )
            if found
            else (None,) * 4
        ),
        None if found else str(messages.REFUSALS[refusal]),
        *_net_cells(result.net),
    ]


def _of_whom(result):
    labels = ((Population, result.population), (Grade, result.grade))
    return [str(kind(code).label) if code else "" for kind, code in labels]


def _net_cells(found):
    if found is None:
        return (None,) * 6
    rounded = (round(value, 1) for value in (found.value, found.low, found.high))
    return (*rounded, found.asked, found.answered, found.deadweight)


def _baseline_header():
    return [
        *(
            _("Place"),
            _("Indicator"),
            _("Method"),
            _("Count"),
            _("Out of"),
            _("Per cent"),
            _("Amount"),
            _("Months"),
        ),
        *(
            _("From"),
            _("Until"),
            _("Population"),
            _("Source"),
            _("Strength of evidence"),
            _("Team"),
            _("Hours"),
        ),
        *(_("Cost, in euros"), _("Agreed"), _("Sentence")),
    ]


def _baseline_rows(each):
    for compared in _comparisons(each.summary):
        row = compared.baseline
        yield [
            *(each.place, each.summary.metric.indicator.name, row.get_method_display()),
            row.count,
            row.total,
            row.percent,
            row.amount,
            row.exposure_months,
            row.window_start,
            row.window_end,
            *(
                row.get_population_display(),
                row.source,
                str(row.strength.label),
                row.team,
                row.hours,
                row.cost,
            ),
            *(row.agreed_on, sentence_of(row)),
        ]


def _row_header():
    return [
        *(
            _("Place"),
            _("Indicator"),
            _("Count"),
            _("Out of"),
            _("Per cent"),
            _("Amount"),
            _("Months"),
            _("From"),
        ),
        *(
            _("Until"),
            _("Population"),
            _("Strength of evidence"),
            _("Source"),
            _("Counts in the total"),
            _("Note"),
        ),
    ]


def _measured_rows(each):
    for row in (*each.summary.series, *each.summary.beside):
        told = row._asdict()
        yield [
            each.place,
            each.summary.metric.indicator.name,
            *(told[name] for name in MeasurementRow._fields[1:8]),
            *(
                str(row.get_population_display),
                str(row.get_grade_display),
                row.source,
                int(row.counts_in_total),
            ),
            row.note,
        ]


def _finite(value):
    return None if math.isinf(value) else value
