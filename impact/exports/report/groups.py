"""The groups of a report, on its paper and in its spreadsheet: the same words as its page."""

from django.utils.translation import gettext as _

from crm.domain.formatting import interval, number, percent


def on_paper(disaggregation, least):
    rows = [[group.label, _group_text(group), _part_text(group)] for group in disaggregation.groups]
    if disaggregation.untold:
        rows.append(
            [
                _("Not shown, or not known") if disaggregation.hides else _("Not known"),
                number(disaggregation.untold),
                "",
            ]
        )
    if disaggregation.elsewhere:
        rows.append(
            [_("In periods that were not told by groups"), number(disaggregation.elsewhere), ""]
        )
    return {
        "title": _("By %(criterion)s") % {"criterion": disaggregation.name},
        "header": [_("Group"), _("Figure"), _("Proportion")],
        "rows": rows,
        "told": (
            _(
                "Groups of fewer than %(least)s people are not shown, nor what would give them back by subtraction."
            )
            % {"least": least}
            if disaggregation.hides
            else ""
        ),
    }


def _group_text(group):
    if group.count is None:
        return _("not shown")
    text = number(group.count) + (f" / {number(group.total)}" if group.total else "")
    return f"{_('at least')} {text}" if group.is_partial else text


def _part_text(group):
    if group.count is None:
        return ""
    if group.share is None:
        return percent(group.part)
    return f"{percent(group.share.value)} {interval(group.share.low, group.share.high, 100)} %"


def header():
    return [
        _("Place"),
        _("Indicator"),
        _("Criterion"),
        _("Group"),
        _("Count"),
        _("Out of"),
        _("Hidden in part"),
        _("Of the whole"),
    ]


def rows_of(each):
    for disaggregation in each.summary.disaggregations:
        first_cells = (each.place, each.summary.metric.indicator.name, str(disaggregation.name))
        for group in disaggregation.groups:
            yield [
                *first_cells,
                group.label,
                group.count,
                group.total,
                int(group.is_partial),
                disaggregation.whole,
            ]
        if disaggregation.untold:
            yield [
                *first_cells,
                _("Not shown, or not known"),
                disaggregation.untold,
                None,
                None,
                disaggregation.whole,
            ]
        if disaggregation.elsewhere:
            yield [
                *first_cells,
                _("In periods that were not told by groups"),
                disaggregation.elsewhere,
                None,
                None,
                None,
            ]
