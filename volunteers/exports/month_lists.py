"""Lists as tables to keep: the nominative list of a month, and the map of who has time when."""

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.domain import formatting
from crm.domain.formatting import day_text, month_text
from volunteers.models import FULL_DAY


def sheets_of(listed):
    """[(title, header, rows)] for a spreadsheet: who worked how much, then each day."""
    people = [
        _("Person"),
        _("Sponsor company"),
        _("Engagement"),
        _("Supported organisation"),
        _("Days"),
        _("State"),
        _("Confirmed by the lead"),
        _("On"),
        _("Confirmed by the company"),
        _("On"),
    ]
    return [
        (_("Nominative list"), people, [_person(line) for line in listed]),
        (
            _("Days"),
            [_("Person"), _("Engagement"), _("Day"), _("Days worked")],
            [
                [_who(line)[0], line.sheet.assignment.engagement.title, day, half / 2]
                for line in listed
                for day, half in line.days
            ],
        ),
    ]


def capacity_sheets(people, mondays, weeks):
    """The map of who has time when: days a week still free, an empty cell where the person is away."""
    header = [
        _("Person"),
        _("Sponsor company"),
        _("Days a week"),
        *(f"{monday:%Y-%m-%d}" for monday in mondays),
    ]
    rows = [
        [
            person.user.full_name,
            person.company.name,
            person.days_a_week,
            *(week.free for week in weeks[person.pk]),
        ]
        for person in people
    ]
    proposed = [
        [*row[:3], *(week.proposed for week in weeks[person.pk])]
        for person, row in zip(people, rows, strict=True)
    ]
    return [(_("Who has time when"), header, rows), (_("To be confirmed"), header, proposed)]


def nominative_document(listed, month, language, today):
    """What documents/nominative_list.typ is made of."""
    title = _("Days worked in %(month)s: nominative list") % {"month": month_text(month)}
    return {
        "title": title,
        "author": "Relais",
        "language": language or "fr",
        "about": _("Days as they were logged, and what each side has confirmed on %(day)s.")
        % {"day": day_text(today)},
        "footer": "Relais",
        "header": [
            _("Person"),
            _("Sponsor company"),
            _("Engagement"),
            _("Days of the month"),
            _("Days"),
            _("Confirmed by the lead"),
            _("Confirmed by the company"),
        ],
        "rows": [
            [
                line.sheet.assignment.volunteer.user.on_paper,
                line.sheet.company.name,
                line.sheet.assignment.engagement.title,
                ", ".join(
                    f"{day.day}" if half == FULL_DAY else f"{day.day} (½)"
                    for day, half in line.days
                ),
                formatting.days(line.half_days),
                _signed(line.sheet.lead_by, line.sheet.lead_at),
                _signed(line.sheet.sponsor_by, line.sheet.sponsor_at),
            ]
            for line in listed
        ],
        "total": _("In all: %(days)s")
        % {"days": formatting.days(sum(line.half_days for line in listed))},
    }


def _who(line):
    volunteer = line.sheet.assignment.volunteer
    return [volunteer.user.full_name, line.sheet.company.name]


def _person(line):
    sheet = line.sheet
    return [
        *_who(line),
        sheet.assignment.engagement.title,
        sheet.assignment.engagement.beneficiary.name,
        line.half_days / 2,
        str(sheet.get_state_display()),
        sheet.lead_by.full_name if sheet.lead_by else "",
        timezone.localdate(sheet.lead_at) if sheet.lead_at else None,
        sheet.sponsor_by.full_name if sheet.sponsor_by else "",
        timezone.localdate(sheet.sponsor_at) if sheet.sponsor_at else None,
    ]


def _signed(by, at):
    return f"{by.on_paper}, {day_text(timezone.localdate(at))}" if by else "—"
