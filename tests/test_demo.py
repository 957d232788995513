"""The demo: small, believable, marked where it is invented, and never beside real people."""

import json
from datetime import date
from io import StringIO

import polib
import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation

from crm.audit.reasons import Reason
from crm.domain.roles import Role
from crm.management.catalogues import APPS, path_of
from crm.models import (
    Contact,
    MemberOffer,
    Need,
    Organisation,
    ReferenceFigure,
    Referral,
    SupportRequest,
    User,
)
from crm.selectors import duplicates, orientation
from demo import ACCOUNTS
from engagements.domain.stages import Stage
from engagements.models import Engagement, HealthRule, MilestoneTemplate, SurvivalCheck
from engagements.services.calendars import make_calendar_link
from impact.models import Baseline, Claim, Indicator, Measurement, reported_to
from impact.selectors import summaries
from tests.engagements.calendars import read_back
from volunteers.models import DeclaredStatement, MonthSheet, WorkDay
from volunteers.selectors.legal_figures import caps_of

pytestmark = pytest.mark.django_db

# A User is made by Django's own create_user; what becomes of them later is in their history.
# No rule of health is changed in the demo; an unchanged one has no row.
KEPT = [
    model
    for model in apps.get_models()
    if hasattr(model, "history") and model not in {User, HealthRule}
]
# A project holder has no account: what they do has no author in the history.
# Nor has the clock, which asks whether a solution is still alive.
WRITTEN_BY_HOLDERS = {SupportRequest, Referral, SurvivalCheck}
# What Relais brings along is written by nobody.
BROUGHT_ALONG = {Indicator, MilestoneTemplate, Need, ReferenceFigure}
WAYS = [{}, {"reset": True}, {"accounts": True}]
PUBLIC = {
    "Coalition Tech for Good",
    "Share it",
    "Entourage",
    "Signes de sens",
    "Droit Pluriel",
    "Wavestone",
    "OCTO",
}
HAVE_DATES = {Role.ADMINISTRATOR, Role.COORDINATOR, Role.LEAD, Role.VOLUNTEER, Role.SPONSOR}
MARKS = ("(fictive)", "(fictif)")


def person(role):
    return User.objects.get(email=ACCOUNTS[role])


def ceiling_is_known():
    """Of the year of the first signed month: without it nothing can be declared, in the demo as elsewhere."""
    year = MonthSheet.objects.filter(state=MonthSheet.State.LOCKED).earliest("month").month.year
    return year in caps_of([year])


def accounts():
    printed = StringIO()
    call_command("demo", accounts=True, stdout=printed)
    return [json.loads(line) for line in printed.getvalue().splitlines()]


def titles(engagements):
    return set(engagements.order_by("title").values_list("title", flat=True))


@pytest.mark.usefixtures("demo")
class TestAccounts:
    def test_there_is_one_line_for_each_of_the_seven_roles(self):
        printed = accounts()

        assert sorted(line["role"] for line in printed) == sorted(Role)
        assert all(set(line) == {"role", "email", "password"} for line in printed)

    def test_each_logs_in_and_holds_its_role(self, rf):
        for line in accounts():
            user = authenticate(rf.post("/"), username=line["email"], password=line["password"])

            assert user is not None, line["role"]
            assert user.holds(line["role"]), line["role"]
            validate_password(line["password"], user)

    def test_the_coordinator_is_head(self):
        assert person(Role.COORDINATOR).memberships.get().is_head

    @pytest.mark.parametrize("role", list(Role))
    def test_the_calendar_of_each_is_read_back(self, client, settings, role):
        _link, token = make_calendar_link(person(role), at=timezone.now())

        body = client.get(reverse("engagements:calendar", args=[token])).content

        assert bool(read_back(body, settings.SITE_URL)) == (role in HAVE_DATES)

    @pytest.mark.parametrize("role", list(Role))
    def test_the_first_page_of_each_opens(self, client, role):
        client.force_login(person(role))

        assert client.get(reverse("crm:home"), follow=True).status_code == 200


@pytest.mark.usefixtures("demo")
class TestMarks:
    """What is not public is plainly fictional, and says so."""

    def test_every_person_is_marked(self):
        names = [
            *User.objects.order_by("pk").values_list("full_name", flat=True),
            *Contact.objects.order_by("pk").values_list("full_name", flat=True),
        ]

        assert [name for name in names if not name.endswith(MARKS)] == []

    def test_every_organisation_is_public_or_marked(self):
        for organisation in Organisation.objects.order_by("pk"):
            marked = organisation.is_fictional and organisation.name.endswith(MARKS)

            assert marked != (organisation.name in PUBLIC), organisation.name

    def test_no_identifier_is_made_up(self):
        assert not Organisation.objects.exclude(siren=None, siret=None, rna=None).exists()

    def test_every_engagement_says_what_is_invented_in_both_languages(self):
        for engagement in Engagement.objects.order_by("pk"):
            assert "inventé" in engagement.summary_fr, engagement
            assert "invented" in engagement.summary_en, engagement

    def test_every_figure_has_a_source(self):
        for model in (Baseline, Measurement, Claim):
            assert not model.objects.filter(source="").exists()

    def test_figures_of_real_organisations_are_linkedout_s_or_say_that_they_are_invented(self):
        for model in (Baseline, Measurement):
            others = model.objects.exclude(metric__engagement__title="LinkedOut")

            assert others.exists()
            assert not others.exclude(source__contains="inventé").exists()

    def test_lenders_are_those_that_are_published(self):
        days = WorkDay.objects.values_list(
            "assignment__engagement__title", "assignment__sponsor__name"
        )

        assert {row for row in days.distinct().order_by("pk") if row[1] in PUBLIC} == {
            ("Justice Plurielle", "Wavestone")
        }

    def test_no_money_is_told(self):
        assert not Engagement.objects.filter(fundings__amount__isnull=False).exists()


@pytest.mark.usefixtures("demo")
class TestIntake:
    def test_nine_members_one_of_them_real_by_what_it_has_published(self):
        offers = {
            offer.member.name: offer
            for offer in MemberOffer.objects.select_related("member").order_by("pk")
        }

        assert len(offers) == 9
        assert [name for name in offers if "fictif" not in name and "fictive" not in name] == [
            "Share it"
        ]
        assert offers["Share it"].lead == "full-time"

    def test_requests_stand_in_every_state_and_exercise_each_rule(self):
        requests = SupportRequest.objects.sent()

        assert requests.count() >= 12
        assert set(requests.order_by("state").values_list("state", flat=True)) == {
            "received",
            "qualified",
            "referred",
            "accepted",
            "nobody",
            "withdrawn",
        }
        assert requests.filter(ess_form="scop").exists()
        assert requests.filter(lead="none").exists()
        assert requests.filter(language="en").exists()
        assert any(duplicates.alike(request) for request in requests.filter(state="received"))
        assert [
            request.name
            for request in requests
            if request.referrals.filter(state="declined").count() == 2
        ] == ["Les Mains Vertes (fictif)"]

    def test_nobody_fits_where_the_demo_says_so(self):
        request = SupportRequest.objects.get(state="nobody")

        assert not any(candidate.can_take for candidate in orientation.candidates_for(request))

    def test_everybody_in_it_is_marked_as_invented(self):
        for request in SupportRequest.objects.sent():
            assert "fictif" in request.name or "fictive" in request.name
            assert "fictif" in request.contact_name or "fictive" in request.contact_name
            assert request.email.endswith(".example")

    def test_no_mail_leaves_it(self, mailoutbox):
        assert mailoutbox == []


@pytest.mark.usefixtures("demo")
class TestStory:
    def test_every_record_says_who_wrote_it_and_why(self):
        for model in KEPT:
            rows = model.history.order_by("pk")

            assert rows.exists() or (model is DeclaredStatement and not ceiling_is_known()), model
            if model not in WRITTEN_BY_HOLDERS | BROUGHT_ALONG:
                assert not rows.filter(history_user=None).exists(), model
            assert not rows.filter(history_change_reason=None).exists(), model

    def test_what_relais_says_in_the_history_is_said_in_each_language(self):
        """The demo is made under French. What people say in it is theirs; it is none of the texts of Relais."""
        french = [
            entry.msgstr
            for app in APPS
            for entry in polib.pofile(str(path_of(app)))
            if not entry.msgid_plural
        ]
        plain = {text for text in french if "%(" not in text}
        reasons = {
            why
            for model in KEPT
            for why in model.history.order_by()
            .values_list("history_change_reason", flat=True)
            .distinct()
        }
        product = [why for why in reasons if isinstance(why, Reason)]

        assert len(product) > 60
        assert [
            why for why in reasons if not isinstance(why, Reason) and (why in plain or why == "")
        ] == []
        with translation.override("en"):
            assert [
                str(why) for why in product if str(why) in plain - {"Qualification", "Solution"}
            ] == []

    def test_engagements_stand_in_many_stages(self):
        stages = set(Engagement.objects.order_by("stage").values_list("stage", flat=True))

        assert stages >= {
            Stage.SCOPING,
            Stage.DESIGN,
            Stage.BUILD,
            Stage.HANDOVER,
            Stage.AUTONOMOUS,
            Stage.STOPPED,
        }

    def test_a_gate_passed_with_a_reason_shows_the_reason(self):
        passed = Engagement.objects.get(title="LinkedOut").gate_passes.order_by("pk")

        assert passed.exists()
        assert all("inventée" in gate.reason for gate in passed)

    def test_each_funder_reads_what_it_funds_and_nothing_else(self):
        north = User.objects.get(email="fonds@nord.example")

        assert titles(reported_to(person(Role.FUNDER))) == {
            "LinkedOut",
            "Elix, l’extension web",
            "Prêt de livres",
            "Menus partagés",
            "Accueil en 5 langues",
        }
        assert titles(reported_to(north)) == {"Agenda des bénévoles", "Stock solidaire"}

    def test_each_member_sees_its_own(self):
        ours = Engagement.objects.visible_to(person(Role.COORDINATOR))
        theirs = Engagement.objects.visible_to(User.objects.get(email="nord@membre.example"))

        assert titles(ours) & titles(theirs) == set()
        assert (ours.count(), theirs.count()) == (9, 3)


@pytest.mark.usefixtures("demo")
class TestLinkedOut:
    @pytest.fixture
    def metrics(self):
        engagement = Engagement.objects.get(title="LinkedOut")
        (summary,) = summaries.summarise([engagement])
        return {metric.metric.indicator.code: metric for metric in summary.metrics}

    def test_sixteen_times_is_claimed_and_its_baseline_was_not_supplied(self, metrics):
        (claim,) = metrics["back-in-work"].claims

        assert (claim.value, claim.kind, claim.stated_on) == (
            16,
            Claim.Kind.VOLUME,
            date(2022, 5, 2),
        )
        assert not claim.is_baseline_supplied
        assert metrics["back-in-work"].comparison is None

    def test_about_ten_in_the_pilot_is_only_a_what_if(self, metrics):
        what_if, _other = metrics["back-in-work"].what_ifs
        multiplier = what_if.multiplier

        assert what_if.is_hypothesis
        assert (
            round(multiplier.ratio, 1),
            round(multiplier.low, 1),
            round(multiplier.high, 1),
        ) == (
            16.6,
            8.8,
            35.1,
        )

    def test_equal_windows_are_the_other_reading_and_only_a_what_if_as_well(self, metrics):
        _pilot, what_if = metrics["back-in-work"].what_ifs

        assert what_if.is_hypothesis
        assert round(what_if.multiplier.ratio, 1) == 16.7

    def test_per_person_the_rate_did_not_rise(self, metrics):
        share = metrics["placement-rate"]

        assert (share.comparison.baseline.count, share.comparison.baseline.total) == (11, 15)
        assert (share.result.count, share.result.total) == (45, 80)
        assert share.result.population == "all"
        assert round(share.comparison.multiplier.ratio, 2) == 0.77
        assert share.comparison.is_undecided

    def test_other_populations_and_definitions_stand_beside_the_series(self, metrics):
        beside = metrics["placement-rate"].beside

        assert {(row.count, row.total, row.population) for row in beside if row.count} >= {
            (45, 63, "completers")
        }
        assert {row.percent for row in beside if row.percent} >= {61, 67, 72}
        assert all(row.population == "unknown" and row.note for row in beside if row.percent)

    def test_people_supported_grow_as_they_were_published(self, metrics):
        people = metrics["people-supported"]

        assert [row.count for row in people.series] == [15, 300, 400, 2500]
        assert [row.count for row in people.beside] == [80]
