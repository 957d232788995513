"""The groups of a report, on its paper and in its spreadsheet: the same words as its page."""

from django.utils.translation import gettext as _

from crm.domain.formatting import interval, number, percent


def on_paper(told, least):
    rows = [[group.label, _group_text(group), _part_text(group)] for group in told.groups]
    if told.untold:
        rows.append(
            [
                _("Not shown, or not known") if told.hides else _("Not known"),
                number(told.untold),
                "",
            ]
        )
    if told.elsewhere:
        rows.append([_("In periods that were not told by groups"), number(told.elsewhere), ""])
    return {
        "title": _("By %(criterion)s") % {"criterion": told.name},
        "header": [_("Group"), _("Figure"), _("Proportion")],
        "rows": rows,
        "told": (
            _(
                "Groups of fewer than %(least)s people are not shown, nor what would give them back by subtraction."
            )
            % {"least": least}
            if told.hides
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
        *(_("Place"), _("Indicator"), _("Criterion"), _("Group"), _("Count"), _("Out of")),
        *(_("Hidden in part"), _("Of the whole")),
    ]


def rows_of(each):
    for told in each.summary.disaggregations:
        of_it = (each.place, each.summary.metric.indicator.name, str(told.name))
        for group in told.groups:
            yield [*of_it, group.label, group.count, group.total, int(group.is_partial), told.whole]
        if told.untold:
            yield [*of_it, _("Not shown, or not known"), told.untold, None, None, told.whole]
        if told.elsewhere:
            yield [
                *of_it,
                _("In periods that were not told by groups"),
                told.elsewhere,
                None,
                None,
                None,
            ]
