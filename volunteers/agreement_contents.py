"""What the law wants in an agreement, by its legal form, and what is usual; facts in, a list out; no database.

Sources: Labour Code L8241-2, L8241-3 and R8241-2 (in force since 17 April 2024 and 28 April 2022); law 2022-217
of 21 February 2022, art. 209, and decree 2022-1682. A list of what is written down, never legal advice.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LOAN, GENERAL_LOAN, SERVICE, CIVIL_SERVANT = "loan-l8241-3", "loan-l8241-2", "service", "civil-servant"
R8241_2, L8241_2, DECREE = "R8241-2", "L8241-2", gettext_lazy("decree 2022-1682")
CONDITIONS = "L8241-3, L1251-21"


@dataclass(frozen=True)
class Content:
    """One thing to write down; `article` is empty for what is only usual."""

    what: str
    is_there: bool
    article: str = ""

    @property
    def is_mandatory(self):
        return bool(self.article)


def contents_of(agreement):
    """[Content] in the order in which one writes them; mandatory ones first."""
    mandatory = {
        LOAN: _loan,
        GENERAL_LOAN: _general_loan,
        SERVICE: lambda _agreement: [],
        CIVIL_SERVANT: _civil_servant,
    }[agreement.form](agreement)
    return [*mandatory, *_usual(agreement)]


def missing_of(agreement):
    """[what] of the mandatory contents that are not written down."""
    return [content.what for content in contents_of(agreement) if content.is_mandatory and not content.is_there]


def _loan(agreement):
    return [
        *_person(agreement, R8241_2),
        Content(_("The purpose pursued"), bool(agreement.purpose), R8241_2),
        Content(_("The missions entrusted"), bool(agreement.missions), R8241_2),
        Content(_("The employee's written agreement"), agreement.consent_on is not None, R8241_2),
        Content(_("The way back to their post, and no sanction for a refusal"), agreement.has_return, R8241_2),
        Content(_("Who answers for the working conditions"), agreement.has_conditions, CONDITIONS),
    ]


def _general_loan(agreement):
    return [
        *_person(agreement, L8241_2),
        Content(_("The employee's written agreement"), agreement.consent_on is not None, L8241_2),
        Content(_("The signed amendment: work, hours, place"), agreement.has_amendment, L8241_2),
        Content(_("The way back to their post, and no sanction for a refusal"), agreement.has_return, L8241_2),
    ]


def _person(agreement, article):
    return [
        Content(_("The employee's identity"), agreement.volunteer_id is not None, article),
        Content(_("Their qualification"), bool(agreement.qualification), article),
        Content(_("How wages, social charges and expenses invoiced are determined"), bool(agreement.costs), article),
        Content(_("The duration"), True, article),
    ]


def _civil_servant(agreement):
    return [
        Content(_("The civil servant's identity"), agreement.volunteer_id is not None, DECREE),
        Content(_("The missions entrusted"), bool(agreement.missions), DECREE),
        Content(_("Their written agreement"), agreement.consent_on is not None, DECREE),
        Content(_("The duration"), True, DECREE),
    ]


def _usual(agreement):
    usual = [
        Content(_("Place and hours"), bool(agreement.place)),
        Content(_("Insurance and accidents"), agreement.has_insurance),
        Content(_("Confidentiality"), agreement.has_confidentiality),
        Content(_("Who owns what is made, and who maintains it"), agreement.has_ownership),
        Content(_("Personal data"), agreement.has_personal_data),
        Content(_("How it may be ended early"), agreement.has_ending),
    ]
    if agreement.form == SERVICE:
        usual.insert(0, Content(_("What the company does, from start to end"), bool(agreement.missions)))
    return usual
