"""An agreement as paper: what documents/agreement.typ is made of, and what one should know beside it."""

from django.utils.translation import gettext as _

from crm.domain.formatting import day_text
from volunteers.domain.agreement_contents import clauses_of, missing_of
from volunteers.models import Assignment, SponsorshipAgreement
from volunteers.selectors.agreements import names_in

BLANK = "…………………………………"


def is_same_person_lent_twice(agreement):
    """Another loan of the person, signed or not, meets these dates."""
    if agreement.volunteer_id is None:
        return False
    others = SponsorshipAgreement.objects.filter(volunteer=agreement.volunteer_id).exclude(
        pk=agreement.pk
    )
    return (
        others.with_last_day()
        .filter(starts_on__lte=agreement.last_day, stops_on__gte=agreement.starts_on)
        .exists()
    )


def paper_of(agreement, language, today):
    missing, names = missing_of(agreement), names_in(agreement)
    return {
        "title": _("Agreement: %(form)s") % {"form": agreement.get_form_display()},
        "author": "Relais",
        "language": language or "fr",
        "about": _("As written on %(day)s.") % {"day": day_text(today)},
        "draft": _("Draft. Still missing: %(contents)s.") % {"contents": " ; ".join(missing)}
        if missing
        else "",
        "footer": "Relais",
        "parties_title": _("Between"),
        "parties": [
            _party(
                agreement.sponsor,
                names.sponsor,
                _("the company"),
                agreement.sponsor_representative,
                agreement.sponsor_capacity,
            ),
            _party(
                agreement.host,
                names.host,
                _("the host"),
                agreement.host_representative,
                agreement.host_capacity,
            ),
        ],
        "articles_title": _("It is agreed"),
        "articles": [
            {
                "title": _("Article %(number)s. %(title)s") % {"number": number, "title": title},
                "text": str(text),
            }
            for number, (title, text) in enumerate(_articles(agreement, names), start=1)
        ],
        "signatures_title": _("Signatures"),
        "signatures": [
            _signature(
                names.sponsor,
                agreement.sponsor_signatory or agreement.sponsor_representative,
                agreement.sponsor_capacity,
                agreement.sponsor_signed_on,
            ),
            _signature(
                names.host,
                agreement.host_signatory or agreement.host_representative,
                agreement.host_capacity,
                agreement.host_signed_on,
            ),
            _signature(
                _("The employee (express agreement)"),
                agreement.volunteer.user.on_paper if agreement.volunteer else "",
                agreement.qualification,
                agreement.consent_on,
            ),
        ],
    }


def _party(organisation, name, called, representative, capacity):
    """Who it is, as a contract names it; what is not known is left to be written by hand."""
    identifiers = [
        f"SIREN {organisation.siren}" if organisation.siren else "",
        organisation.rna or "",
    ]
    town = " ".join(filter(None, [organisation.postal_code, organisation.city]))
    words = {"name": representative or BLANK, "capacity": capacity or BLANK}
    return {
        "name": name,
        "called": called,
        "lines": [
            str(organisation.legal_category or _("Legal form: %(blank)s") % {"blank": BLANK}),
            ", ".join(filter(None, identifiers)) or f"SIREN {BLANK}",
            ", ".join(filter(None, [organisation.street, town]))
            or _("Address: %(blank)s") % {"blank": BLANK},
            _("represented by %(name)s, in their capacity as %(capacity)s") % words,
        ],
    }


def _articles(agreement, names):
    """[(title, text)]: the terms in the order in which one reads them, then the clauses, particular terms first."""
    words = {"first": day_text(agreement.starts_on), "last": day_text(agreement.ends_on)}
    yield _("Object and beneficiary"), _object(agreement, names)
    if agreement.volunteer:
        named = {
            "person": agreement.volunteer.user.on_paper,
            "qualification": agreement.qualification or BLANK,
        }
        yield _("Person lent"), _("%(person)s. Qualification: %(qualification)s.") % named
    if agreement.purpose:
        yield _("Purpose"), agreement.get_purpose_display()
    yield _("Missions entrusted"), agreement.missions or BLANK
    yield _("Duration"), _("From %(first)s to %(last)s.") % words
    yield _("Wages, charges and expenses invoiced"), agreement.costs or BLANK
    yield _("Place and hours"), agreement.place or BLANK
    if agreement.particular_terms:
        yield _("Particular terms"), agreement.particular_terms
    yield from clauses_of(agreement)


def _object(agreement, names):
    """For whom the assignment is: the engagement named, else those on which the person works on these days."""
    engagements = [agreement.engagement] if agreement.engagement else _engagements_of(agreement)
    words = {**names._asdict(), "beneficiaries": BLANK}
    if engagements:
        named = [f"{each.beneficiary.name} ({each.title})" for each in engagements]
        words["beneficiaries"] = ", ".join(dict.fromkeys(named))
    if agreement.form == SponsorshipAgreement.Form.SERVICE:
        return (
            _(
                "%(sponsor)s gives a service to %(host)s, free of charge and without any equivalent in return, for the "
                "benefit of: %(beneficiaries)s."
            )
            % words
        )
    return (
        _(
            "%(sponsor)s lends %(host)s one of its employees, not for profit and without any equivalent in return, for "
            "the benefit of: %(beneficiaries)s."
        )
        % words
    )


def _engagements_of(agreement):
    if agreement.volunteer_id is None:
        return []
    assignments = Assignment.objects.filter(
        volunteer=agreement.volunteer_id, sponsor=agreement.sponsor_id
    )
    overlapping = assignments.overlapping(agreement.starts_on, agreement.last_day).filter(
        engagement__member=agreement.host_id
    )
    return [
        each.engagement
        for each in overlapping.select_related("engagement__beneficiary").order_by(
            "starts_on", "pk"
        )
    ]


def _signature(whom, name, capacity, on):
    return {"whom": whom, "name": name, "capacity": capacity, "on": day_text(on) if on else ""}
