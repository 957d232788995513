"""An agreement in the words of the service: written, agreed to, signed, ended; each day with the ones beside it."""

from datetime import date, timedelta

import pytest

from crm.domain.refusals import ChangedSinceRead, Stale, Unread
from tests.crm.factories import OrganisationFactory, UserFactory
from tests.engagements.factories import EngagementFactory
from tests.services import WHOLE, last_line, refusal
from tests.volunteers.factories import AgreementFactory, VolunteerFactory
from volunteers.services import agreements
from volunteers.services.agreements import too_long

pytestmark = pytest.mark.django_db
TODAY, DAY = date(2026, 6, 15), timedelta(days=1)
FIRST, LAST = date(2026, 1, 5), date(2026, 12, 31)
LAST_BY_LAW = date(2029, 1, 4)  # three years of a loan that begins on 5 January 2026
COMPLETE = {
    "purpose": "partnership",
    "qualification": "Engineer",
    "missions": "Build the platform",
    "costs": "Nothing is invoiced",
    "has_return": True,
    "has_conditions": True,
    "consent_on": TODAY - 9 * DAY,
}
BOTH = {
    "sponsor_signatory": "Ada",
    "sponsor_signed_on": TODAY - DAY,
    "host_signatory": "Hugo",
    "host_signed_on": TODAY - DAY,
}
TO_COME = {"on": ["This day is still to come."]}


@pytest.fixture
def by():
    return UserFactory()


@pytest.fixture
def person(member):
    return VolunteerFactory(member=member, user__full_name="Alix")


@pytest.fixture
def draft(person):
    return AgreementFactory(volunteer=person)


@pytest.fixture
def complete(person):
    return AgreementFactory(volunteer=person, **COMPLETE)


@pytest.fixture
def signed(person):
    return AgreementFactory(volunteer=person, **COMPLETE, **BOTH)


def write(person, by, **facts):
    given = {
        "sponsor": person.sponsor,
        "host": person.member,
        "volunteer": person,
        "starts_on": FIRST,
        "ends_on": LAST,
    }
    return agreements.draft_agreement(by=by, **given | facts)


def consent(agreement, by, **more):
    return agreements.record_consent(
        agreement, **{"on": TODAY, "today": TODAY, "by": by, "seen": agreement.version} | more
    )


def sign(agreement, side, by, **more):
    given = {"name": "Ada", "on": TODAY, "today": TODAY, "by": by, "seen": agreement.version} | more
    signature = agreements.AgreementSignature(side, given.pop("name"), given.pop("on"))
    return agreements.sign_agreement(agreement, signature, **given)


def end(agreement, by, on, **more):
    return agreements.end_agreement(agreement, on=on, reason=" They leave ", by=by, **more)


class TestDrafting:
    def test_leaves_a_line(self, person, by):
        assert last_line(write(person, by)) == (by, "Drafted")

    def test_of_a_person_whom_that_company_lends_on_the_first_day(self, person, by):
        former = OrganisationFactory(sponsor=True)
        person.former_companies.create(sponsor=former, ended_on=FIRST)

        assert refusal(write, person, by) == {
            "volunteer": ["Alix is not lent by this company on 5 January 2026."]
        }
        assert write(person, by, sponsor=former).sponsor == former
        assert write(person, by, starts_on=FIRST + DAY).sponsor == person.sponsor

    def test_of_a_person_whom_that_host_lends_on(self, person, by):
        assert refusal(write, person, by, host=OrganisationFactory(member=True)) == {
            "volunteer": ["Alix is not lent to this host."]
        }

    def test_for_an_engagement_of_that_host(self, person, by, member):
        another = {"engagement": ["This engagement is another host's."]}
        assert refusal(write, person, by, engagement=EngagementFactory()) == another
        assert refusal(write, person, by, engagement=EngagementFactory(), volunteer=None) == another
        assert write(person, by, engagement=EngagementFactory(member=member)).pk

    def test_of_nobody_in_person(self, person, by):
        assert (
            write(person, by, volunteer=None, sponsor=OrganisationFactory(sponsor=True)).volunteer
            is None
        )


class TestChanging:
    def test_keeps_what_was_given(self, draft, by):
        agreements.change_agreement(
            draft, missions="Teach", ends_on=LAST - DAY, has_insurance=True, by=by
        )

        draft.refresh_from_db()
        assert (draft.missions, draft.ends_on, draft.has_insurance) == ("Teach", LAST - DAY, True)
        assert (draft.starts_on, last_line(draft)) == (FIRST, (by, "Changed"))

    @pytest.mark.parametrize(
        "name",
        [
            {"consent_on": TODAY},
            {"sponsor_signatory": "Ada", "sponsor_signed_on": TODAY},
            {"host_signatory": "Hugo", "host_signed_on": TODAY},
        ],
    )
    def test_not_under_a_name(self, person, by, name):
        touched = AgreementFactory(volunteer=person, **COMPLETE | {"consent_on": None} | name)

        assert refusal(agreements.change_agreement, touched, missions="Teach", by=by) == {
            WHOLE: [
                "Somebody has put their name to these words: take the signatures back first, with a reason."
            ]
        }

    def test_keeps_the_rules_of_a_new_one(self, draft, by):
        another = OrganisationFactory(sponsor=True, member=True)

        assert list(refusal(agreements.change_agreement, draft, sponsor=another, by=by)) == [
            "volunteer"
        ]
        assert list(refusal(agreements.change_agreement, draft, host=another, by=by)) == [
            "volunteer"
        ]

    def test_not_over_what_somebody_saved_meanwhile(self, draft, by):
        with pytest.raises(Stale):
            agreements.change_agreement(draft, missions="Teach", by=by, seen=draft.version + 1)


class TestConsent:
    def test_is_of_today_or_before(self, draft, by):
        assert refusal(consent, draft, by, on=TODAY + DAY) == TO_COME

        consent(draft, by, on=TODAY)

        draft.refresh_from_db()
        assert (draft.consent_on, last_line(draft)) == (TODAY, (by, "Agreed to by the employee"))

    def test_is_given_once_and_by_somebody(self, complete, person, by):
        assert refusal(consent, complete, by) == {WHOLE: ["Their agreement is recorded already."]}

        of_nobody = AgreementFactory(volunteer=None, sponsor=person.sponsor, host=person.member)
        assert refusal(consent, of_nobody, by) == {
            WHOLE: ["Say first whom this agreement is about."]
        }

    def test_is_of_what_was_read(self, draft, by):
        with pytest.raises(Unread):
            consent(draft, by, seen=None)
        with pytest.raises(ChangedSinceRead):
            consent(draft, by, seen=draft.version - 1)


class TestSigning:
    @pytest.mark.parametrize(
        ("side", "told"), [("sponsor", "Signed for the company"), ("host", "Signed for the host")]
    )
    def test_is_each_side_s_own(self, complete, by, side, told):
        sign(complete, side, by, name=" Ada ")

        complete.refresh_from_db()
        assert (getattr(complete, f"{side}_signatory"), getattr(complete, f"{side}_signed_on")) == (
            "Ada",
            TODAY,
        )
        assert (complete.is_signed, last_line(complete)) == (False, (by, told))
        assert refusal(sign, complete, side, by) == {WHOLE: ["This side has signed already."]}
        other = {"sponsor": "host", "host": "sponsor"}[side]
        assert sign(complete, other, by).is_signed

    def test_is_of_today_or_before(self, complete, by):
        assert refusal(sign, complete, "host", by, on=TODAY + DAY) == TO_COME

    def test_is_of_what_was_read(self, complete, by):
        with pytest.raises(Unread):
            sign(complete, "host", by, seen=None)
        with pytest.raises(ChangedSinceRead):
            sign(complete, "host", by, seen=complete.version - 1)

    def test_waits_for_what_is_missing(self, person, by):
        short = AgreementFactory(
            volunteer=person, **COMPLETE | {"qualification": "", "missions": ""}
        )

        (told,) = refusal(sign, short, "host", by)[WHOLE]

        assert told.startswith("Still missing: Their qualification ; ")
        assert told.endswith(".")

    def test_of_a_loan_as_long_as_the_law_allows(self, person, by):
        longest = AgreementFactory(volunteer=person, **COMPLETE, ends_on=LAST_BY_LAW)
        longer = AgreementFactory(volunteer=person, **COMPLETE, ends_on=LAST_BY_LAW + DAY)

        assert sign(longest, "host", by).host_signed_on == TODAY
        assert refusal(sign, longer, "host", by) == {
            "ends_on": ["A loan lasts 3 years at most (L8241-3): until 4 January 2029 here."]
        }

    @pytest.mark.parametrize(
        ("form", "is_bound"), [("loan-l8241-3", True), ("service", False), ("loan-l8241-2", False)]
    )
    def test_the_longest_loan_binds_that_form_alone(self, person, form, is_bound):
        longer = AgreementFactory(volunteer=person, form=form, ends_on=LAST_BY_LAW + DAY)

        assert bool(too_long(longer)) == is_bound

    def test_a_loan_that_was_ended_counts_until_that_day(self, person):
        ended = AgreementFactory(
            volunteer=person,
            **COMPLETE,
            **BOTH,
            ends_on=LAST_BY_LAW + DAY,
            ended_on=LAST_BY_LAW,
            end_reason="x",
        )

        assert too_long(ended) == ""


class TestTakingBack:
    def test_voids_every_name(self, signed, by):
        agreements.take_signatures_back(signed, reason=" Another purpose ", by=by)

        signed.refresh_from_db()
        assert (signed.sponsor_signatory, signed.host_signatory) == ("", "")
        assert (signed.sponsor_signed_on, signed.host_signed_on, signed.consent_on) == (
            None,
            None,
            None,
        )
        assert last_line(signed) == (by, "Another purpose")

    def test_where_there_is_a_name_and_it_has_not_ended(self, draft, signed, by):
        assert refusal(agreements.take_signatures_back, draft, reason="x", by=by) == {
            WHOLE: ["Nobody has signed it yet: it can be changed as it is."]
        }
        end(signed, by, TODAY)
        assert refusal(agreements.take_signatures_back, signed, reason="x", by=by) == {
            WHOLE: ["This agreement has ended: write a new one."]
        }

    def test_not_over_what_somebody_saved_meanwhile(self, signed, by):
        with pytest.raises(Stale):
            agreements.take_signatures_back(signed, reason="x", by=by, seen=signed.version + 1)


class TestEnding:
    @pytest.mark.parametrize(
        ("on", "fits"), [(FIRST - DAY, 0), (FIRST, 1), (LAST - DAY, 1), (LAST, 0)]
    )
    def test_on_a_day_of_it_before_its_last(self, signed, by, on, fits):
        if not fits:
            assert refusal(end, signed, by, on) == {
                "on": ["Give a day of the agreement, before its last one."]
            }
            return
        end(signed, by, on)

        signed.refresh_from_db()
        assert (signed.ended_on, signed.end_reason, last_line(signed)) == (
            on,
            "They leave",
            (by, "They leave"),
        )

    def test_once_and_where_both_signed(self, signed, complete, by):
        sign(complete, "host", by)
        assert refusal(end, complete, by, TODAY) == {
            WHOLE: ["It is not signed by both: there is nothing to end."]
        }

        end(signed, by, TODAY)
        assert refusal(end, signed, by, TODAY) == {WHOLE: ["This agreement has ended already."]}

    def test_not_over_what_somebody_saved_meanwhile(self, signed, by):
        with pytest.raises(Stale):
            end(signed, by, TODAY, seen=signed.version + 1)
