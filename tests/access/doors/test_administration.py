"""The stock administration, where it edits the same model as a page."""

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import translation

from crm.domain.refusals import Refused, by_field
from impact.models import Indicator
from impact.services import indicators
from tests.impact.factories import IndicatorFactory, MetricFactory, TargetFactory

OURS = {"crm", "engagements", "volunteers", "impact"}


class TestTheAdministration:
    """Of what it edits, the library of indicators alone has rules beyond those that the database keeps."""

    @pytest.fixture
    def staff(self, client, administrator):
        administrator.is_staff = administrator.is_superuser = True
        administrator.save()
        client.force_login(administrator)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    @pytest.fixture
    def indicator(self):
        return IndicatorFactory()

    def send(self, client, indicator, **changes):
        url = reverse("admin:impact_indicator_change", args=[indicator.pk])
        form = client.get(url).context["adminform"].form
        fields = {name: form[name].value() for name in form.fields}
        return client.post(
            url, {name: value for name, value in (fields | changes).items() if value is not None}
        )

    def told(self, answer):
        form = answer.context["adminform"].form
        return {field: list(errors) for field, errors in form.errors.items()}

    def test_words_are_mended_with_a_reason_as_by_the_service(
        self, staff, administrator, indicator
    ):
        with translation.override("en"), pytest.raises(Refused) as refused:
            indicators.change_indicator(indicator, name_en="Other", by=administrator)

        answer = self.send(staff, indicator, name_en="Other")

        assert self.told(answer) == by_field(refused.value)
        assert Indicator.objects.get(pk=indicator.pk).name_en == indicator.name_en

        assert (
            self.send(staff, indicator, name_en="Other", why="It was unclear.").status_code == 302
        )
        row = indicator.history.latest()
        assert (row.name_en, row.history_user, row.history_change_reason) == (
            "Other",
            administrator,
            "It was unclear.",
        )

    def test_what_is_wanted_stays_once_there_is_a_target(self, staff, administrator, indicator):
        TargetFactory(metric=MetricFactory(indicator=indicator))
        other = {"less": "more", "more": "less"}[indicator.wanted]
        with translation.override("en"), pytest.raises(Refused) as refused:
            indicators.change_indicator(indicator, wanted=other, why="x", by=administrator)

        answer = self.send(staff, indicator, wanted=other, why="x")

        assert self.told(answer) == by_field(refused.value)
        assert Indicator.objects.get(pk=indicator.pk).wanted == indicator.wanted

    def test_edits_what_is_listed_here_and_nothing_else(self):
        """A model that comes to the administration comes with its rules, or with fields that are read alone."""
        ours = {
            model._meta.label for model in admin.site._registry if model._meta.app_label in OURS
        }

        assert ours == {
            "crm.User",
            "crm.Membership",
            "crm.Sdg",
            "crm.LegalCategory",
            "crm.Need",
            "crm.ReferenceFigure",
            "engagements.MilestoneTemplate",
            "volunteers.Skill",
            "impact.Indicator",
        }
