"""The figures of support requests as tables, for the page's text, CSV and spreadsheets alike."""

from django.utils.translation import gettext as _


def delays_of(figures):
    return [(_("First answer"), figures.first_answer), (_("Acceptance"), figures.acceptance)]


def sheets_of(figures):
    """[(title, header, rows)] of everything on the page."""
    delays = [
        [title, delay.total, delay.done, delay.median, delay.low, delay.high]
        for title, delay in delays_of(figures)
    ]
    curve = [
        [
            title,
            step.day,
            step.at_risk,
            step.done,
            round(step.waiting, 4),
            round(step.low, 4),
            round(step.high, 4),
        ]
        for title, delay in delays_of(figures)
        for step in delay.steps
    ]
    answers = [_("Asked"), _("Taken on"), _("Declined"), _("Waiting")]
    return [
        (
            _("Delays"),
            ["", _("Requests"), _("Answered"), _("Median, in days"), _("at least"), _("at most")],
            delays,
        ),
        (
            _("Curves"),
            [
                "",
                _("Day"),
                _("Waiting before"),
                _("Answered"),
                _("Share waiting"),
                _("at least"),
                _("at most"),
            ],
            curve,
        ),
        (
            _("By member"),
            [_("Coalition member"), *answers],
            [
                [line.label, line.asked, line.accepted, line.declined, line.waiting]
                for line in figures.by_member
            ],
        ),
        (
            _("By legal form"),
            [_("Legal form"), _("Requests"), _("Taken on")],
            [[line.label, line.asked, line.accepted] for line in figures.by_form],
        ),
        (_("Refusals"), [_("Reason"), _("Number")], [list(row) for row in figures.declines]),
        (
            _("Uncovered needs"),
            [_("Need"), _("Legal form"), _("Number")],
            [list(row) for row in figures.uncovered],
        ),
    ]
