"""One way to compare text, word by word, for every search and every list, on both databases."""

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.roles import Role
from crm.domain.text import is_one_slip_away, normalise, words_of
from crm.models import Contact, Organisation, SupportRequest, User
from crm.text import NormalisedField, rebuild
from engagements.models import Engagement
from impact.models import Indicator
from tests.crm.factories import (
    ContactFactory,
    OrganisationFactory,
    SupportRequestFactory,
    person_as,
)
from tests.engagements.factories import EngagementFactory
from volunteers.models import Skill, Volunteer

# (what stands there, what somebody types)
CORPUS = [
    ("Łukasz Kowalski", "lukasz"),
    ("Đặng Văn Đức", "dang van duc"),
    ("Işık", "isik"),
    ("IŞIK", "ışık"),
    ("Łódź", "lodz"),
    ("Jean\u2011Pierre", "Jean-Pierre"),
    ("Jean-Pierre", "jean pierre"),
    ("Jean Pierre", "jean\u2013pierre"),
    ("soli\u00addarité", "solidarite"),
    ("Solidarité", "soli\u00addarite"),
    ("L\u2019Abri", "l'abri"),
    ("L'Abri", "l\u02bcabri"),
    ("L\u02bcAbri", "l\u2019abri"),
    ("Saint-Denis", "saint denis"),
    ("Saint  Denis", "saint denis"),
    ("Saint Denis", "saint   denis"),
    ("Maison des jeunes", "jeunes maison"),
    ("Maison des jeunes", "JEUNES, maison"),
    ("Saint-Étienne Métropole", "st etienne"),
    ("St-Étienne Métropole", "saint étienne"),
    ("Foyer Ste Foy", "sainte-foy foyer"),
    ("Foyer Sainte Foy", "ste foy"),
    ("Jean & Cie", "jean et cie"),
    ("Jean et Cie", "jean & cie"),
    ("Smith & Sons", "smith and sons"),
    ("Entr\u2019aide 93", "entraide"),
    ("Jean-Marc et Cie", "jeanmarc"),
    ("Œuvre de Noël", "oeuvre noel"),
    ("Straße", "strasse"),
    ("Ísafjörður Þór", "isafjordur thor"),
    ("A\u0301ccent décomposé", "accent decompose"),
    ("\ufeffZéro\u200blargeur", "zerolargeur"),
    ("S.A.S. Horizon", "sas horizon"),
    ("Σίσυφος", "ΣΙΣΥΦΟΣ"),
    ("李小龍", "李小龍"),
]
SLIPS = ["emaus", "emmmaus", "emamus", "emmaux", "emmaüss", "rseau emmaus", "emmaus reseua"]


@pytest.mark.django_db
class TestEverySearch:
    @pytest.mark.parametrize(("written", "typed"), CORPUS)
    def test_finds_it_and_not_another(self, written, typed):
        found = OrganisationFactory(name=written)
        OrganisationFactory(name="Zzz Qqq")

        assert list(Organisation.objects.found_by(typed)) == [found]

    @pytest.mark.parametrize("typed", SLIPS)
    def test_forgives_one_slip_in_a_word(self, typed):
        found = OrganisationFactory(name="Réseau Emmaüs")
        OrganisationFactory(name="Réserve")

        assert list(Organisation.objects.found_by(typed)) == [found]

    def test_two_slips_or_a_slip_in_a_short_word_find_nothing(self):
        OrganisationFactory(name="Emmaüs Aix")

        assert not Organisation.objects.found_by("emoas").exists()
        assert not Organisation.objects.found_by("aux").exists()

    def test_what_is_written_exactly_so_leaves_what_is_near_aside(self):
        OrganisationFactory(name="Emmaus")
        OrganisationFactory(name="Emmaux")

        assert [one.name for one in Organisation.objects.found_by("emmaus")] == ["Emmaus"]

    @pytest.mark.parametrize("typed", ["", "  ", "-", "'", "\u200b", "..."])
    def test_no_word_finds_no_row(self, typed):
        OrganisationFactory(name="A - B '")

        assert not Organisation.objects.found_by(typed).exists()

    def test_asks_no_further_statement_where_rows_carry_the_words(
        self, client, coordinator, django_assert_num_queries
    ):
        OrganisationFactory(name="Emmaüs", beneficiary=True)

        with django_assert_num_queries(1):
            list(Organisation.objects.matching("emmaus"))


@pytest.mark.django_db
class TestPages:
    """The same words find the same rows on every page, panel and route that searches."""

    @pytest.fixture
    def page(self, client, coordinator):
        client.force_login(coordinator)
        return client

    @pytest.mark.parametrize(
        "typed", ["oeuvre l'abri", "ABRI œuvre", "l\u2019abri l oeuvre", "oevre abri"]
    )
    def test_search_lists_and_api_agree(self, page, member, typed):
        organisation = OrganisationFactory(name="L\u2019Abri de l\u2019Œuvre", beneficiary=True)
        ContactFactory(full_name="L\u2019Abri Œuvre", organisation=organisation, kept_by=member)
        EngagementFactory(
            title="L\u2019Abri, l\u2019Œuvre", member=member, beneficiary=organisation
        )

        shown = page.get(reverse("crm:search"), {"q": typed}).content.decode()
        listed = page.get(reverse("crm:organisation-list"), {"q": typed}).content.decode()
        told = page.get("/api/v1/organisations/", {"q": typed}).json()["results"]
        engaged = page.get("/api/v1/engagements/", {"q": typed}).json()["results"]

        assert shown.count('<section class="panel"') == 3
        assert shown.count("Abri") >= 3
        assert organisation.name in listed
        assert [one["id"] for one in told] == [organisation.pk]
        assert [one["title"] for one in engaged] == ["L\u2019Abri, l\u2019Œuvre"]

    def test_what_only_comes_near_is_said_to(self, page):
        OrganisationFactory(name="Emmaüs", beneficiary=True)

        near = page.get(
            reverse("crm:search"), {"q": "emaus"}, headers={"accept-language": "en"}
        ).content.decode()
        exact = page.get(
            reverse("crm:search"), {"q": "emmaus"}, headers={"accept-language": "en"}
        ).content.decode()

        assert "these come close" in near
        assert "these come close" not in exact

    def test_nothing_near_is_told_of_rows_out_of_sight(self, client, outsider, member):
        EngagementFactory(title="Emmaüs", member=member)
        client.force_login(outsider)

        assert (
            "Emma"
            not in client.get(
                reverse("engagements:search-results"), {"q": "emaus"}
            ).content.decode()
        )

    def test_a_funder_does_not_search_the_need_that_they_do_not_read(self, client):
        funder = person_as(Role.FUNDER)
        engagement = EngagementFactory(title="Menus", need="un besoin confidentiel")
        assert Engagement.objects.matching("confidentiel").get() == engagement
        client.force_login(funder)

        assert not Engagement.objects.named("confidentiel").exists()
        assert Engagement.objects.named("menus").get() == engagement


@pytest.mark.django_db
class TestAlphabet:
    NAMES = ["Zèbre", "École", "abeille", "Étoile", "Île", "d'Arc", "Œuvre", "Nord"]
    SORTED = ["abeille", "d'Arc", "École", "Étoile", "Île", "Nord", "Œuvre", "Zèbre"]

    def test_organisations_sort_e_with_an_accent_as_e_on_page_and_api(self, client, coordinator):
        for name in self.NAMES:
            OrganisationFactory(name=name, beneficiary=True)
        client.force_login(coordinator)

        listed = client.get(reverse("crm:organisation-list"), {"part": "beneficiary"}).context[
            "organisations"
        ]
        told = client.get("/api/v1/organisations/", {"part": "beneficiary"}).json()["results"]

        assert [one.name for one in listed] == self.SORTED
        assert [one["name"] for one in told] == self.SORTED

    def test_engagements_people_and_requests_do_too(self, client, coordinator, member):
        for name in self.NAMES:
            EngagementFactory(title=name, member=member)
            SupportRequestFactory(name=name)
            person_as(Role.COORDINATOR, member, full_name=name)

        titles = [one.title for one in Engagement.objects.order_by("sort_title", "pk")]
        assert titles == self.SORTED
        assert [
            one.name for one in SupportRequest.objects.order_by("sort_name", "pk")
        ] == self.SORTED
        people = User.objects.coordinating_beside(coordinator).exclude(pk=coordinator.pk)
        assert [one.full_name for one in people if one.full_name in self.NAMES] == self.SORTED

    def test_no_list_sorts_by_a_column_as_it_is_typed(self):
        """Each model with a name that people sort by has a normalised column for it."""
        for model in (Organisation, User, Contact, SupportRequest, Engagement, Skill, Indicator):
            columns = {
                field.name
                for field in model._meta.concrete_fields
                if isinstance(field, NormalisedField)
            }
            assert any(name.startswith("sort_") for name in columns), model


@pytest.mark.django_db
class TestStoredColumns:
    @pytest.mark.parametrize(
        "model",
        [
            model
            for model in apps.get_models()
            if any(isinstance(field, NormalisedField) for field in model._meta.concrete_fields)
            and not model._meta.model_name.startswith("historical")
        ],
        ids=lambda model: model._meta.label,
    )
    def test_every_column_follows_fields_of_its_own_model(self, model):
        for field in model._meta.concrete_fields:
            if isinstance(field, NormalisedField):
                for source in field.sources:
                    assert isinstance(
                        model._meta.get_field(source), models.CharField | models.TextField
                    )

    def test_rows_saved_before_are_filled_by_the_migration(self):
        organisation = OrganisationFactory(name="Łódź-Est")
        Organisation.objects.update(search="", sort_name="")

        rebuild(Organisation, rows_at_once=1)

        organisation.refresh_from_db()
        assert (organisation.search, organisation.sort_name) == ("lodz est", "lodz est")


letters = st.text("abcdé", min_size=4, max_size=12)


@given(st.text(max_size=40))
def test_normal_form_is_its_own_normal_form(text):
    assert normalise(normalise(text)) == normalise(text)
    assert words_of(" ".join(words_of(text))) == words_of(text)


@given(letters, st.data())
def test_a_slip_is_one_letter_changed_added_left_out_or_swapped(word, data):
    at = data.draw(st.integers(0, len(word) - 1))
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    for slip in (
        word[:at] + word[at + 1 :],
        word[:at] + "x" + word[at:],
        word[:at] + "x" + word[at + 1 :],
        swapped,
    ):
        assert is_one_slip_away(word, slip)
        assert is_one_slip_away(slip, word)
    assert not is_one_slip_away(word, word + "xy")
    assert not is_one_slip_away("xy" + word[2:], word)


@given(letters, st.data())
def test_a_third_of_the_word_is_whole_after_one_slip(word, data):
    from crm.domain.text import thirds_of

    at = data.draw(st.integers(0, len(word) - 1))
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    for slip in (
        word[:at] + word[at + 1 :],
        word[:at] + "x" + word[at:],
        word[:at] + "x" + word[at + 1 :],
        swapped,
    ):
        assert any(part in slip for part in thirds_of(word))


def test_no_volunteer_is_searched_by_another_column():
    assert Volunteer.objects.none().searched == ("user__search",)
