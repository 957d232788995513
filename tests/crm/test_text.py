"""One way to compare text, word by word, for every search and every list, on both databases."""

import re

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from crm.domain.roles import Role
from crm.domain.text import words_of
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
from tests.crm.written_numbers import WRITTEN_NUMBERS
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import VolunteerFactory
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
        existing = OrganisationFactory(name=written)
        OrganisationFactory(name="Zzz Qqq")

        assert list(Organisation.objects.found_by(typed)) == [existing]

    @pytest.mark.parametrize("typed", SLIPS)
    def test_forgives_one_slip_in_a_word(self, typed):
        existing = OrganisationFactory(name="Réseau Emmaüs")
        OrganisationFactory(name="Réserve")

        assert list(Organisation.objects.found_by(typed)) == [existing]

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

        html = page.get(reverse("crm:search"), {"q": typed}).content.decode()
        listed = page.get(reverse("crm:organisation-list"), {"q": typed}).content.decode()
        results = page.get("/api/v1/organisations/", {"q": typed}).json()["results"]
        engaged = page.get("/api/v1/engagements/", {"q": typed}).json()["results"]

        assert len(re.findall(r'<section\s+class="panel"', html)) == 3
        assert html.count("Abri") >= 3
        assert organisation.name in listed
        assert [one["id"] for one in results] == [organisation.pk]
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
        results = client.get("/api/v1/organisations/", {"part": "beneficiary"}).json()["results"]

        assert [one.name for one in listed] == self.SORTED
        assert [one["name"] for one in results] == self.SORTED

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


WRITTEN_ADDRESSES = [
    "lea.dupont@maison-verte.example",
    "Lea.Dupont@Maison-Verte.Example",
    "Léa D. <lea.dupont@maison-verte.example>",
    "mailto:lea.dupont@maison-verte.example",
    " lea.dupont@maison-verte.example, ",
]


@pytest.mark.django_db
class TestAddressesAndNumbers:
    """People paste what stands in their mailbox or on their telephone."""

    @pytest.fixture
    def contact(self, member):
        """The other one is what no search here may find."""
        ContactFactory(full_name="Zoé", email="zoe@autre.example", phone="07 00 00 00 00")
        return ContactFactory(
            kept_by=member,
            full_name="Madame la présidente",
            organisation=OrganisationFactory(name="Maison", beneficiary=True),
            email="lea.dupont@maison-verte.example",
            phone="+33 6 12 34 56 78",
        )

    @pytest.fixture
    def request_sent(self):
        SupportRequestFactory(email="zoe@autre.example", phone="0700000000")
        return SupportRequestFactory(
            email="lea.dupont@maison-verte.example", phone="06.12.34.56.78"
        )

    @pytest.mark.parametrize("typed", WRITTEN_NUMBERS + WRITTEN_ADDRESSES)
    def test_find_contacts_and_their_organisations(self, client, coordinator, contact, typed):
        client.force_login(coordinator)

        assert list(Contact.objects.visible_to(coordinator).found_by(typed)) == [contact]
        context = client.get(reverse("crm:search"), {"q": typed}).context
        assert context["contacts"] == [contact]
        listed = client.get(reverse("crm:organisation-list"), {"q": typed}).context
        assert list(listed["organisations"]) == [contact.organisation]
        results = client.get("/api/v1/organisations/", {"q": typed}).json()["results"]
        assert [one["id"] for one in results] == [contact.organisation_id]

    @pytest.mark.parametrize("typed", WRITTEN_NUMBERS + WRITTEN_ADDRESSES)
    def test_find_requests(self, request_sent, typed):
        assert list(SupportRequest.objects.found_by(typed)) == [request_sent]

    @pytest.mark.parametrize("city", ["Lyon 03", "Paris 01"])
    def test_a_number_does_not_begin_in_the_field_before_it(self, city):
        sent = SupportRequestFactory(city=city, siren="", siret="", rna="", phone="06 12 34 56 78")

        # Exactly, and not because something near it is found where nothing is.
        assert list(SupportRequest.objects.matching("+33612345678")) == [sent]

    @pytest.mark.parametrize(
        ("written", "words"),
        [
            ("+33 1 23 45 67 89-90", ["0123456789", "90"]),
            ("+33 (0)6 12 34 56 78", ["0612345678"]),
            ("0033612345678", ["0612345678"]),
            ("+32 470 12 34 56", ["32470123456"]),
            ("005520176", ["005520176"]),  # a SIREN
        ],
    )
    def test_a_number_ends_where_it_ends(self, written, words):
        assert words_of(written) == words

    @pytest.mark.parametrize("typed", [WRITTEN_NUMBERS[0], WRITTEN_ADDRESSES[0]])
    def test_tell_nothing_to_whoever_does_not_read_them(self, client, contact, typed):
        """Another member's coordinators and the desk read the organisation, and not this address book."""
        for role in (Role.COORDINATOR, Role.DESK):
            client.force_login(person_as(role, OrganisationFactory(member=True)))
            for address in (reverse("crm:search"), reverse("crm:organisation-list")):
                page = client.get(address, {"q": typed}).content.decode()
                assert contact.organisation.get_absolute_url() not in page
                assert contact.full_name not in page
            body = client.get("/api/v1/organisations/", {"q": typed}).json()
            assert body["results"] == []

    @pytest.fixture
    def lent(self, member):
        VolunteerFactory(member=member, user__email="zoe@autre.example")
        return VolunteerFactory(
            member=member, user__full_name="Oscar", user__email="lea.dupont@maison-verte.example"
        )

    @pytest.mark.parametrize("typed", WRITTEN_ADDRESSES)
    def test_find_lent_people_for_those_who_look_after_them(
        self, client, lent, coordinator, administrator, typed
    ):
        for reader in (coordinator, administrator, lent.user):
            client.force_login(reader)
            for address in (reverse("crm:search"), reverse("volunteers:people-list")):
                page = client.get(address, {"q": typed}).content.decode()
                assert reverse("volunteers:volunteer-detail", args=[lent.pk]) in page
            results = client.get("/api/v1/volunteers/", {"q": typed}).json()["results"]
            assert [one["id"] for one in results] == [lent.pk]

    def test_tell_their_company_nothing_of_their_account(self, client, lent):
        client.force_login(person_as(Role.SPONSOR, lent.sponsor))
        detail = reverse("volunteers:volunteer-detail", args=[lent.pk])
        assert detail in client.get(reverse("volunteers:people-list")).content.decode()

        for typed in WRITTEN_ADDRESSES:
            for address in (reverse("crm:search"), reverse("volunteers:people-list")):
                assert detail not in client.get(address, {"q": typed}).content.decode()
            assert client.get("/api/v1/volunteers/", {"q": typed}).json()["results"] == []


def test_no_volunteer_is_searched_by_another_column():
    assert Volunteer.objects.none().searched == ("user__search",)
