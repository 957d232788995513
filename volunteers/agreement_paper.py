"""An agreement as paper: what documents/agreement.typ is made of, and what one should know beside it."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.templatetags.formats import day_text
from volunteers.agreement_contents import contents_of, missing_of
from volunteers.models import SponsorshipAgreement


def is_same_person_lent_twice(agreement):
    """Another loan of the person, signed or not, meets these dates."""
    if agreement.volunteer_id is None:
        return False
    others = SponsorshipAgreement.objects.filter(volunteer=agreement.volunteer_id).exclude(pk=agreement.pk)
    return others.with_last_day().filter(starts_on__lte=agreement.last_day, stops_on__gte=agreement.starts_on).exists()


def paper_of(agreement, language, today):
    missing = missing_of(agreement)
    return {
        "title": _("Agreement: %(form)s") % {"form": agreement.get_form_display()},
        "author": "Relais",
        "language": language or "fr",
        "about": _("As written on %(day)s.") % {"day": day_text(today)},
        "draft": _("Draft. Still missing: %(contents)s.") % {"contents": " ; ".join(missing)} if missing else "",
        "footer": "Relais",
        "parties_title": _("Between"),
        "parties": [_party(agreement.sponsor, _("the company")), _party(agreement.host, _("the host"))],
        "terms_title": _("What is agreed"),
        "terms": [[str(label), str(text or "—")] for label, text in _terms(agreement)],
        "clauses_title": _("Dealt with in the text or its annexes"),
        "clauses": [
            {"text": content.what, "is_there": content.is_there, "article": str(content.article)}
            for content in contents_of(agreement)
        ],
        "signatures_title": _("Signatures"),
        "signatures": [
            _signature(agreement.sponsor.name, agreement.sponsor_signatory, agreement.sponsor_signed_on),
            _signature(agreement.host.name, agreement.host_signatory, agreement.host_signed_on),
            _signature(
                _("The employee (express agreement)"),
                str(agreement.volunteer) if agreement.consent_on else "",
                agreement.consent_on,
            ),
        ],
    }


def _party(organisation, called):
    identifiers = [f"SIREN {organisation.siren}" if organisation.siren else "", organisation.rna or ""]
    where = " ".join(filter(None, [organisation.postal_code, organisation.city]))
    return {"name": organisation.name, "called": called, "about": ", ".join(filter(None, [*identifiers, where]))}


def _terms(agreement):
    yield _("Person lent"), agreement.volunteer
    yield _("Qualification"), agreement.qualification
    yield _("Purpose"), agreement.get_purpose_display() if agreement.purpose else ""
    words = {"first": date_format(agreement.starts_on, "j F Y"), "last": date_format(agreement.ends_on, "j F Y")}
    yield _("Duration"), _("from %(first)s to %(last)s") % words
    yield _("Missions entrusted"), agreement.missions
    yield _("Wages, charges and expenses invoiced"), agreement.costs
    yield _("Place and hours"), agreement.place


def _signature(whom, name, on):
    return {"whom": whom, "name": name, "on": day_text(on) if on else ""}
