"""The yearly statement to keep: what documents/statement.typ is made of, and the same as a spreadsheet."""

from django.utils.translation import gettext as _

from crm.domain import formatting
from crm.domain.formatting import colon, day_text, money, month_text
from volunteers.selectors.statements import THRESHOLD_KEY, fields_of


def header():
    return [
        _("Person lent"),
        _("Days"),
        _("Months"),
        _("Cost"),
        _("Ceiling"),
        _("Estimation"),
        _("Euros a day"),
    ]


def sheets_of(statement):
    """[(title, header, rows)] for a spreadsheet."""
    people = [
        [line.volunteer.user.full_name, line.valued / 2, len(line.counted), *_amounts(line)]
        for line in statement.lines
    ]
    waiting = [
        [line.volunteer.user.full_name, month, _("waits for a confirmation")]
        for line in statement.lines
        for month in line.waiting
    ]
    waiting += [
        [line.volunteer.user.full_name, month, why]
        for line in statement.lines
        for month, why in _left_out(line)
    ]
    fields = [[field.number, field.what, _value(field)] for field in fields_of(statement)]
    total = [_("Total"), statement.valued / 2, None, None, None, statement.total, None]
    return [
        (_("Statement"), header(), [*people, total]),
        (_("Not counted"), [_("Person lent"), _("Month"), _("Why")], waiting),
        ("2041-MEC-SD", [_("Field"), _("What the form asks"), _("What Relais knows")], fields),
    ]


def paper_of(statement, language, today):
    return {
        "title": _("Statement of %(year)s (estimation)") % {"year": statement.called},
        "author": "Relais",
        "language": language or "fr",
        "about": f"{statement.sponsor.name} → {statement.host.name}, {day_text(today)}",
        "notice": notice(),
        "unknown": statement.unknown,
        "header": header(),
        "rows": [
            [
                line.volunteer.user.on_paper,
                formatting.days(line.valued) if line.valued else "—",
                str(len(line.counted)),
                *(money(amount) if amount is not None else "—" for amount in _amounts(line)),
            ]
            for line in statement.lines
        ],
        "total": _in_all(statement),
        "waiting_title": _("Not counted: these months wait for a confirmation"),
        "waiting": [
            f"{line.volunteer.user.on_paper}{colon()} {', '.join(month_text(month) for month in line.waiting)}"
            for line in statement.lines
            if line.waiting
        ],
        "left_out_title": _("Confirmed, and not in the total"),
        "left_out": [
            _("%(person)s, %(month)s: %(why)s")
            % {"person": line.volunteer.user.on_paper, "month": month_text(month), "why": why}
            for line in statement.lines
            for month, why in _left_out(line)
        ],
        "eligibility": eligibility(statement),
        "fields_title": _("What the receipt wants: form 2041-MEC-SD %(version)s")
        % {"version": statement.form_version},
        "fields_header": [_("Field"), _("What it asks"), _("What is known")],
        "fields": [
            [str(field.number), field.what, _value(field)] for field in fields_of(statement)
        ],
        "footer": "Relais",
    }


def notice():
    return _(
        "An estimation, not tax advice: the company alone values its gift, and its accountant decides."
    )


def eligibility(statement):
    """What the host says of itself, never a judgement."""
    words = _("General interest of %(host)s: %(said)s.")
    return words % {
        "host": statement.host.name,
        "said": statement.host.get_general_interest_display(),
    }


def to_declare(statement):
    """Empty where the gifts stay at or under the threshold of the declaration."""
    if not statement.is_to_declare:
        return ""
    words = _("Above %(threshold)s of gifts in a year, the company declares them (2069-RCI-SD).")
    return words % {"threshold": money(statement.figures[THRESHOLD_KEY].value)}


def _in_all(statement):
    """Nothing rather than a sum of nothing, where no ceiling of the year is known."""
    if statement.unknown and not statement.valued:
        return _("In all: nothing can be estimated yet.")
    return _("In all: %(days)s, %(amount)s") % {
        "days": formatting.days(statement.valued),
        "amount": money(statement.total),
    }


def unknown():
    return _("Relais does not know it")


def _value(field):
    if field.value:
        return field.value
    return _("The host fills it in") if field.is_hosts else unknown()


def _left_out(line):
    """(month, why) of confirmed days that are worth nothing here."""
    yield from ((month, _("no cost is entered for some days")) for month in line.uncovered)
    yield from ((month, _("some days are outside the signed agreement")) for month in line.outside)


def _amounts(line):
    estimation = line.estimation
    if estimation is None:
        return [None, None, None, None]
    return [estimation.cost, estimation.cap, estimation.base, line.a_day]
