"""The command that loads the demo: what it refuses, starting afresh, and any day of the year."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import Membership, Organisation, User
from engagements.domain import health
from engagements.models import Engagement, Milestone
from engagements.selectors.troubles import troubles_of
from impact.models import Measurement
from tests.crm.factories import UserFactory
from tests.test_demo import WAYS, person
from volunteers.models import Skill, WorkDay
from volunteers.selectors.teams import endings_of

pytestmark = pytest.mark.django_db


class TestRefusals:
    @pytest.mark.parametrize("way", WAYS, ids=str)
    def test_it_keeps_out_of_a_database_of_real_people(self, way):
        UserFactory(email="ana@association.fr")

        with pytest.raises(CommandError, match=r"Real people .*\."):
            call_command("demo", **way)

        assert list(User.objects.order_by("pk").values_list("email", flat=True)) == [
            "ana@association.fr"
        ]
        assert not Organisation.objects.exists()

    @pytest.mark.parametrize("way", WAYS, ids=str)
    def test_it_does_not_exist_in_production(self, way, settings):
        settings.PRODUCTION = True

        with pytest.raises(CommandError, match=r"production\."):
            call_command("demo", **way)

        assert not User.objects.exists()

    def test_there_are_no_accounts_before_it_is_loaded(self):
        with pytest.raises(CommandError, match="not loaded"):
            call_command("demo", accounts=True)


@pytest.mark.usefixtures("demo_of_a_class")
class TestOnceItIsLoaded:
    @pytest.mark.parametrize("way", WAYS, ids=str)
    def test_one_real_person_beside_it_is_enough(self, way):
        UserFactory(email="ana@association.fr")
        before = Engagement.objects.count()

        with pytest.raises(CommandError, match=r"Real people .*\."):
            call_command("demo", **way)

        assert Engagement.objects.count() == before

    def test_it_loads_once(self):
        with pytest.raises(CommandError, match="demo --reset"):
            call_command("demo")

    def test_a_reset_starts_afresh_and_keeps_the_reference_data_that_a_person_added(self):
        counted = (
            Organisation,
            User,
            Engagement,
            Milestone,
            WorkDay,
            Measurement,
            Membership,
            Engagement.history,
        )
        before = [getattr(model, "objects", model).count() for model in counted]
        Engagement.objects.filter(title="LinkedOut").update(title="Changed")
        UserFactory(email="someone@else.example")
        Skill.objects.create(name_fr="Broderie", name_en="Embroidery")

        call_command("demo", reset=True)

        assert [getattr(model, "objects", model).count() for model in counted] == before
        assert Engagement.objects.filter(title="LinkedOut").count() == 1
        assert Skill.objects.filter(name_fr="Broderie").exists()

    def test_a_reset_that_fails_leaves_the_old_demo(self, monkeypatch):
        monkeypatch.setattr("demo.build", lambda: 1 / 0)
        before = Engagement.objects.count()

        with pytest.raises(ZeroDivisionError):
            call_command("demo", reset=True)

        assert Engagement.objects.count() == before > 0


@pytest.mark.large
class TestAnyDay:
    """The dates follow today, so something waits whatever the day on which the demo is loaded."""

    @pytest.mark.parametrize(
        "day",
        [
            date(2026, 11, 23),
            date(2026, 12, 31),
            date(2027, 1, 3),
            date(2028, 2, 29),
        ],
        ids=lambda day: f"{day:%A %d %B %Y}",
    )
    def test_something_of_each_kind_waits_for_the_coordinator(self, day, monkeypatch):
        monkeypatch.setattr(
            timezone, "now", lambda: datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC)
        )
        call_command("demo")
        coordinator = person(Role.COORDINATOR)

        reasons = {
            rule.fact
            for engagement in Engagement.objects.run_by(coordinator)
            .active()
            .with_facts(day)
            .order_by("pk")
            for rule in health.DEFAULTS
            if rule.fires(engagement, day)
        }
        ending, proposed = endings_of(coordinator, day)

        assert reasons == {"vacant_since", "late_since", "blocked_since", "silent_since"}
        assert 3 <= len(troubles_of(coordinator, day)) <= 6
        assert len(ending) == 1
        assert len(proposed) == 2
