"""A link opens as long as whoever made it could make it again, and says who revoked it."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from impact import permissions
from impact.services import reports
from tests.crm.factories import MembershipFactory, UserFactory, person_as
from tests.impact.factories import (
    FundingFactory,
    MeasurementFactory,
    MetricFactory,
    publish_as_read,
)
from tests.impact.shared import sharing

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(member, coordinator):
    row = MeasurementFactory(metric=MetricFactory(engagement__member=member))
    return publish_as_read(row.metric.engagement, by=coordinator, today=timezone.localdate())


@pytest.fixture
def share(report):
    return sharing(report)


@pytest.fixture
def path(share, coordinator):
    return share(coordinator)


def opens(path):
    return Client().get(path).status_code == 302


class TestWhoMadeIt:
    """A link opens as long as whoever made it could make it again."""

    def test_ends_with_the_grant_of_the_funder_who_made_it(self, share, report):
        funding = FundingFactory(engagement=report.engagement)
        path = share(person_as(Role.FUNDER, funding.funder))
        assert opens(path)

        funding.reads_until = timezone.localdate() - timedelta(days=1)
        funding.starts_on = funding.reads_until
        funding.save()

        assert not opens(path)

    def test_a_grant_on_another_engagement_does_not_hold_it_open(self, share, report):
        funder = FundingFactory().funder

        assert not opens(share(person_as(Role.FUNDER, funder)))

    @pytest.mark.parametrize("event", ["account closed", "role ended"])
    def test_ends_with_the_account_and_with_the_role(self, share, report, event):
        maker = person_as(Role.COORDINATOR, report.engagement.member)
        path = share(maker)
        if event == "account closed":
            maker.is_active = False
            maker.save()
        else:
            maker.memberships.update(ended_on=timezone.localdate())

        assert not opens(path)

    @pytest.mark.parametrize(
        ("role", "where"),
        [(role, where) for role in Role.values for where in ("member", "funder", "elsewhere")],
    )
    def test_is_the_rule_of_who_may_share(self, share, report, role, where):
        funder = FundingFactory(engagement=report.engagement).funder
        place = {"member": report.engagement.member, "funder": funder, "elsewhere": None}[where]
        maker = person_as(role, place)

        assert opens(share(maker)) == permissions.can_share_report(maker, report)

    def test_two_roles_open_it_once(self, share, report):
        maker = UserFactory()
        for role in (Role.ADMINISTRATOR, Role.COORDINATOR):
            MembershipFactory(user=maker, role=role, organisation=report.engagement.member)

        assert opens(share(maker))

    def test_those_who_run_the_engagement_see_why_it_opens_nothing_and_may_revoke_it(
        self, share, report, client
    ):
        maker = person_as(Role.COORDINATOR, report.engagement.member)
        share(maker)
        maker.is_active = False
        maker.save()
        client.force_login(person_as(Role.COORDINATOR, report.engagement.member))

        html = client.get(
            report.get_absolute_url(), headers={"accept-language": "en"}
        ).content.decode()

        assert "closed: whoever made it may not share it any more" in html
        client.post(reverse("impact:share-link-revoke", args=[report.links.get().pk]))
        assert report.links.get().revoked_at


class TestWhoRevoked:
    def test_is_told_and_the_first_one_stays(self, path, report, client, coordinator):
        colleague = person_as(Role.COORDINATOR, report.engagement.member)
        client.force_login(colleague)
        for _click in range(2):
            client.post(reverse("impact:share-link-revoke", args=[report.links.get().pk]))
        first = report.links.get().revoked_at
        reports.revoke_share_link(report.links.get(), by=coordinator, at=timezone.now())

        assert (report.links.get().revoked_by, report.links.get().revoked_at) == (colleague, first)
        html = client.get(
            report.get_absolute_url(), headers={"accept-language": "en"}
        ).content.decode()
        assert re.search(rf"revoked by {re.escape(str(colleague))} on <time", html)

    def test_a_live_link_was_revoked_by_nobody(self, path, report, coordinator):
        with pytest.raises(IntegrityError, match="share_link_live_has_no_revoker"):
            report.links.update(revoked_by=coordinator)
