"""What the law wants in an agreement, by its legal form, and what is usual; facts in, a list out; no database.

Sources: Labour Code L8241-2, L8241-3 and R8241-2 (in force since 17 April 2024 and 28 April 2022); law 2022-217
of 21 February 2022, art. 209, and decree 2022-1682. A list of what is written down, never legal advice.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LOAN, GENERAL_LOAN, SERVICE, CIVIL_SERVANT = (
    "loan-l8241-3",
    "loan-l8241-2",
    "service",
    "civil-servant",
)
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
    return [
        content.what
        for content in contents_of(agreement)
        if content.is_mandatory and not content.is_there
    ]


def _loan(agreement):
    return [
        *_person(agreement, R8241_2),
        Content(_("The purpose pursued"), bool(agreement.purpose), R8241_2),
        Content(_("The missions entrusted"), bool(agreement.missions), R8241_2),
        Content(_("The employee's written agreement"), agreement.consent_on is not None, R8241_2),
        Content(
            _("The way back to their post, and no sanction for a refusal"),
            agreement.has_return,
            R8241_2,
        ),
        Content(_("Who answers for the working conditions"), agreement.has_conditions, CONDITIONS),
    ]


def _general_loan(agreement):
    return [
        *_person(agreement, L8241_2),
        Content(_("The employee's written agreement"), agreement.consent_on is not None, L8241_2),
        Content(_("The signed amendment: work, hours, place"), agreement.has_amendment, L8241_2),
        Content(
            _("The way back to their post, and no sanction for a refusal"),
            agreement.has_return,
            L8241_2,
        ),
    ]


def _person(agreement, article):
    return [
        Content(_("The employee's identity"), agreement.volunteer_id is not None, article),
        Content(_("Their qualification"), bool(agreement.qualification), article),
        Content(
            _("How wages, social charges and expenses invoiced are determined"),
            bool(agreement.costs),
            article,
        ),
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
        usual.insert(
            0, Content(_("What the company does, from start to end"), bool(agreement.missions))
        )
    return usual


def clauses_of(agreement):
    """[(heading, text)] of the clauses that the agreement says it deals with, as its paper prints them.

    A proposal in plain words; the particular terms come before it, and advisers of both parties read it.
    """
    wordings = {
        "has_return": (_("Return to the post"), _return()),
        "has_conditions": (_("Working conditions"), _conditions()),
        "has_amendment": (_("Amendment to the employment contract"), _amendment()),
        "has_insurance": (_("Insurance and accidents"), _insurance()),
        "has_confidentiality": (_("Confidentiality"), _confidentiality()),
        "has_ownership": (_("What is made"), _ownership()),
        "has_personal_data": (_("Personal data"), _personal_data()),
        "has_ending": (_("Early end"), _ending()),
    }
    return [words for name, words in wordings.items() if getattr(agreement, name)]


def _return():
    return _(
        "At the end of the loan the person returns to their post, or to an equivalent one, and neither their career "
        "nor their pay suffers from it. Nobody may be sanctioned, dismissed or discriminated against for having "
        "refused the loan or ended it."
    )


def _conditions():
    return _(
        "During the loan the host answers for the conditions in which the work is done: working time, night work, "
        "weekly rest and public holidays, health and safety (Labour Code, L1251-21 to L1251-24). The person stays an "
        "employee of the company, which keeps the power to sanction."
    )


def _amendment():
    return _(
        "An amendment to the employment contract, signed by the company and by the person, says what work is "
        "entrusted, when and where it is done, and what is particular to the post."
    )


def _insurance():
    return _(
        "The company goes on paying and insuring the person, accidents at work and on the way included; the host "
        "tells it of any accident at once. Each party keeps its own liability insured."
    )


def _confidentiality():
    return _(
        "Each party, and the person, keep to themselves what they learn of the others and of the people whom they "
        "help, during the mission and after it."
    )


def _ownership():
    return _(
        "What is made during the mission is handed over to the beneficiary, who may use, change and publish it "
        "without payment or limit in time. The host says who maintains it once the mission is over."
    )


def _personal_data():
    return _(
        "Personal data are handled for the mission alone and on instructions, under Regulation (EU) 2016/679; none "
        "of them leaves the systems of the host or of the beneficiary."
    )


def _ending():
    return _(
        "Any of the parties, or the person, may end this agreement before its last day by writing to the others one "
        "month ahead."
    )
