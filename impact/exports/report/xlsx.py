"""A report as a spreadsheet: the same contents as its page, one kind of thing a sheet."""

import math

from django.utils.translation import gettext as _

from crm.files.spreadsheets import XLSX, workbook
from impact.display import messages
from impact.display.measurements import days_given
from impact.display.narrative import sentence_of
from impact.exports.report import contents, groups, targets
from impact.models import Grade, Population
from impact.selectors import reports


def file_of(report):
    _section, figures = reports.figures_of(report.contents, lambda place: "")
    sheets = [
        (_("Report"), [_("What"), _("Value")], _about(report)),
        (_("Figures"), _figure_header(), [_figure_row(each) for each in figures]),
        (
            _("Baselines"),
            _baseline_header(),
            [row for each in figures for row in _baseline_rows(each)],
        ),
        (_("Rows"), _row_header(), [row for each in figures for row in _measurement_rows(each)]),
    ]
    if group_rows := [row for each in figures for row in groups.rows_of(each)]:
        sheets.append((_("Groups"), groups.header(), group_rows))
    if target_rows := [row for each in figures for row in targets.rows_of(each)]:
        sheets.append((_("Targets"), targets.header(), target_rows))
    return workbook(sheets), XLSX


def _days_in(half_days):
    return days_given(None) if half_days is None else half_days / 2


def _about(report):
    frozen = report.contents
    return [
        [_("Report"), report.number],
        [_("Engagement"), frozen["engagement"]["title"]],
        [_("Beneficiary"), frozen["engagement"]["beneficiary"]],
        [_("As of"), reports.as_of(frozen)],
        [_("Days contributed"), _days_in(frozen["half_days"])],
        [_("Milestones reached"), frozen["milestones_done"]],
        [_("Milestones"), frozen["milestones"]],
        [_("Address"), reports.address_of(report)],
        [_("Checksum"), f"SHA-256 {report.checksum}"],
        [_("The word of the beneficiary"), contents.word_sentence(report)],
        *(
            [_("Corrected since"), f"{row['figure']}. {row['said']}"]
            for row in contents.changes_in_order(report)
        ),
        [_("In short"), reports.story_in_language(frozen)],
    ]


def _figure_header():
    return [
        _("Place"),
        _("Indicator"),
        _("Unit"),
        _("Definition"),
        _("Kind"),
        _("How it adds up"),
        _("SDG"),
        _("Count"),
        _("At the least"),
        _("Out of"),
        _("Per cent"),
        _("Amount"),
        _("Months"),
        _("From"),
        _("Until"),
        _("Population"),
        _("Strength of evidence"),
        _("Multiplier"),
        _("Low, 95 %"),
        _("High, 95 %"),
        _("Method"),
        _("No figure"),
        _("Net"),
        _("Net, low"),
        _("Net, high"),
        _("Asked"),
        _("Answered"),
        _("Anyway"),
    ]


def _figure_row(figure):
    summary, indicator = figure.summary, figure.summary.metric.indicator
    result, comparison = summary.result, summary.comparison
    multiplier = comparison.multiplier if comparison else None
    refusal = result.refusal or (comparison.refusal if comparison else "no-baseline")
    return [
        figure.place,
        indicator.name,
        indicator.unit,
        indicator.definition,
        indicator.get_kind_display(),
        indicator.get_aggregation_display(),
        indicator.sdg.number if indicator.sdg else None,
        result.count,
        result.count_least,
        result.total,
        result.percent,
        result.amount,
        result.months,
        result.window_start,
        result.window_end,
        *_of_whom(result),
        *(
            (
                multiplier.ratio,
                _finite(multiplier.low),
                _finite(multiplier.high),
                str(contents.method_name(multiplier)),
            )
            if multiplier
            else (None,) * 4
        ),
        None if multiplier else str(messages.REFUSALS[refusal]),
        *_net_cells(result.net),
    ]


def _of_whom(result):
    codes = ((Population, result.population), (Grade, result.grade))
    return [str(kind(code).label) if code else "" for kind, code in codes]


def _net_cells(net):
    if net is None:
        return (None,) * 6
    rounded = (round(value, 1) for value in (net.value, net.low, net.high))
    return (*rounded, net.asked, net.answered, net.deadweight)


def _baseline_header():
    return [
        _("Place"),
        _("Indicator"),
        _("Method"),
        _("Count"),
        _("Out of"),
        _("Per cent"),
        _("Amount"),
        _("Months"),
        _("From"),
        _("Until"),
        _("Population"),
        _("Source"),
        _("Strength of evidence"),
        _("Team"),
        _("Hours"),
        _("Cost, in euros"),
        _("Agreed"),
        _("Sentence"),
    ]


def _baseline_rows(figure):
    for comparison in contents.comparisons_of(figure.summary):
        row = comparison.baseline
        yield [
            figure.place,
            figure.summary.metric.indicator.name,
            row.get_method_display(),
            row.count,
            row.total,
            row.percent,
            row.amount,
            row.exposure_months,
            row.window_start,
            row.window_end,
            row.get_population_display(),
            row.source,
            str(row.strength.label),
            row.team,
            row.hours,
            row.cost,
            row.agreed_on,
            sentence_of(row),
        ]


def _row_header():
    return [
        _("Place"),
        _("Indicator"),
        _("Count"),
        _("Out of"),
        _("Per cent"),
        _("Amount"),
        _("Months"),
        _("From"),
        _("Until"),
        _("Population"),
        _("Strength of evidence"),
        _("Source"),
        _("Counts in the total"),
        _("Note"),
    ]


def _measurement_rows(figure):
    for row in (*figure.summary.series, *figure.summary.beside):
        yield [
            figure.place,
            figure.summary.metric.indicator.name,
            row.count,
            row.total,
            row.percent,
            row.amount,
            row.exposure_months,
            row.window_start,
            row.window_end,
            str(row.get_population_display()),
            str(row.get_grade_display()),
            row.source,
            int(row.counts_in_total),
            row.note,
        ]


def _finite(value):
    return None if math.isinf(value) else value
