"""The directory of organisations: found, opened, changed, archived."""

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import Contact, Interaction, Organisation, Sdg
from tests.crm.factories import (
    ContactFactory,
    OrganisationFactory,
    SupportRequestFactory,
    UserFactory,
    person_as,
)
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import FundingFactory
from tests.volunteers.factories import AssignmentFactory

pytestmark = pytest.mark.django_db

LIST = reverse("crm:organisation-list")
CREATE = reverse("crm:organisation-create")
SEARCH = reverse("crm:search")


def address(name, pk):
    return reverse(f"crm:{name}", args=[pk])


def names(response):
    assert response.status_code == 200
    return [organisation.name for organisation in response.context_data["organisations"]]


def note(organisation, kept_by, author, text, **fields):
    data = {"kind": "call", "happened_on": timezone.localdate()} | fields
    return Interaction.objects.create(
        organisation=organisation, kept_by=kept_by, author=author, text=text, **data
    )


class TestList:
    @pytest.mark.parametrize("size", [3, 40])
    def test_statements_do_not_grow(self, page, size, django_assert_num_queries):
        OrganisationFactory.create_batch(size, beneficiary=True)
        page.get(LIST)

        with django_assert_num_queries(6):
            response = page.get(LIST)

        assert len(names(response)) == size + 1

    @pytest.mark.parametrize("query", ["foret", "FORÊT", " Forêt ", "forêt"])
    def test_search_ignores_accents_and_case(self, page, query):
        OrganisationFactory(name="La Forêt")
        OrganisationFactory(name="Trees", city="Forêt-la-Folie")
        OrganisationFactory(name="Other")

        assert names(page.get(LIST, {"q": query})) == ["La Forêt", "Trees"]

    @pytest.mark.parametrize(
        ("query", "found"),
        [("oeuvre", "Œuvre"), ("l'arbre", "L’arbre"), ("🌱", "Graine 🌱"), ('"amis', 'Les "Amis"')],
    )
    def test_search_finds_ligatures_apostrophes_emoji_and_quotes(self, page, query, found):
        for name in ("Œuvre", "L’arbre", "Graine 🌱", 'Les "Amis"'):
            OrganisationFactory(name=name)

        assert names(page.get(LIST, {"q": query})) == [found]

    @pytest.mark.parametrize("query", ["%", "_", "\\"])
    def test_signs_of_the_database_are_only_signs(self, page, query):
        OrganisationFactory(name=f"With {query} in it")

        assert names(page.get(LIST, {"q": query})) == [f"With {query} in it"]

    def test_search_finds_an_identifier(self, page):
        OrganisationFactory(name="Known", siren="732829320")

        assert names(page.get(LIST, {"q": "732829320"})) == ["Known"]

    def test_filters_by_part_and_form(self, page):
        OrganisationFactory(name="Funder", funder=True, ess_form="foundation")
        OrganisationFactory(name="Sponsor", sponsor=True, ess_form="scop")
        OrganisationFactory(name="Both", funder=True, sponsor=True)

        assert names(page.get(LIST, {"part": "funder"})) == ["Both", "Funder"]
        assert names(page.get(LIST, {"part": "sponsor", "ess_form": "scop"})) == ["Sponsor"]

    def test_sorts_both_ways_and_any_other_sort_is_by_name(self, page):
        for name in ("B", "A", "C"):
            OrganisationFactory(name=name)

        assert names(page.get(LIST)) == ["A", "B", "C", "Share it"]
        assert names(page.get(LIST, {"sort": "-name"})) == ["Share it", "C", "B", "A"]
        assert names(page.get(LIST, {"sort": "password"})) == ["A", "B", "C", "Share it"]

    @pytest.mark.parametrize("sort", ["name", "-name"])
    def test_walks_all_pages_forward_and_back(self, page, sort):
        for n in range(105):
            OrganisationFactory(name=f"Same {n % 7}")
        response = first = page.get(LIST, {"sort": sort, "q": "same"})
        rows = [row.pk for row in response.context_data["organisations"]]
        while response.context_data["page"].next:
            response = page.get(LIST + response.context_data["page"].next)
            rows += [row.pk for row in response.context_data["organisations"]]

        last = page.get(LIST + first.context_data["page"].last)

        order = (sort, "pk" if sort == "name" else "-pk")
        expected = list(
            Organisation.objects.filter(name__startswith="Same")
            .order_by(*order)
            .values_list("pk", flat=True)
        )
        assert rows == expected
        assert [row.pk for row in last.context_data["organisations"]] == expected[-50:]

    def test_nothing_found_teaches(self, page):
        response = page.get(LIST, {"q": "nothing like it"})

        assert names(response) == []
        assert "Take a filter away, or add one." in response.content.decode()

    def test_a_filter_that_makes_no_sense_is_told_at_its_field(self, page):
        response = page.get(LIST, {"part": "enemy", "q": "x" * 101})

        assert response.status_code == 200
        assert set(response.context_data["filter"].form.errors) == {"part", "q"}

    def test_those_outside_the_directory_find_their_own_organisation_alone(self, enter):
        user = person_as(Role.FUNDER, OrganisationFactory(name="Mine", funder=True))
        OrganisationFactory(name="Foreign")

        response = enter(user).get(LIST)

        assert names(response) == ["Mine"]
        assert CREATE not in response.content.decode()


class TestDetail:
    def fill(self, organisation, member, author, size):
        for n in range(size):
            ContactFactory(organisation=organisation, kept_by=member)
            note(organisation, member, author, f"Call {n}")
            organisation.city = f"Town {n}"
            organisation._history_user = author
            organisation.save()

    @pytest.mark.parametrize("size", [1, 15])
    def test_statements_do_not_grow(
        self, page, member, coordinator, size, django_assert_num_queries
    ):
        organisation = OrganisationFactory()
        self.fill(organisation, member, coordinator, size)
        page.get(organisation.get_absolute_url())

        with django_assert_num_queries(16):
            page.get(organisation.get_absolute_url())

    def test_contacts_and_notes_of_another_member_are_not_seen(
        self, page, member, coordinator, outsider
    ):
        organisation, elsewhere = OrganisationFactory(), outsider.memberships.get().organisation
        ContactFactory(organisation=organisation, kept_by=member, full_name="Our Zoé")
        ContactFactory(organisation=organisation, kept_by=elsewhere, full_name="Their Zoé")
        note(organisation, member, coordinator, "We called.")
        note(organisation, elsewhere, outsider, "They called.")

        html = page.get(organisation.get_absolute_url()).content.decode()

        assert "Our Zoé" in html
        assert "We called." in html
        assert "Their Zoé" not in html
        assert "They called." not in html

    def test_the_lead_sees_the_contacts_and_neither_notes_nor_history(
        self, enter, member, coordinator
    ):
        organisation = OrganisationFactory(beneficiary=True)
        ContactFactory(organisation=organisation, kept_by=member, full_name="Zoé")
        note(organisation, member, coordinator, "A word on the lead.")

        response = enter(person_as(Role.LEAD, organisation)).get(organisation.get_absolute_url())

        assert "Zoé" in response.content.decode()
        assert "A word on the lead." not in response.content.decode()
        assert response.context_data["entries"] == []

    def test_names_are_shown_as_text(self, page):
        organisation = OrganisationFactory(name='<b>"Amis" & Cie</b> 🌱')

        html = page.get(organisation.get_absolute_url()).content.decode()

        assert "&lt;b&gt;&#34;Amis&#34; &amp; Cie&lt;/b&gt; 🌱" in html
        assert "<b>" not in html


class TestForm:
    def given(self, **changes):
        return {"name": "Les paniers", "general_interest": "to-check", "city": "Lyon"} | changes

    def test_a_new_one_is_saved_as_typed(self, page, coordinator):
        data = self.given(
            name='Les "Amis" 🌱', siren="732 829 320", rna="w2a1234567", website="amis.example"
        )

        response = page.post(CREATE, data)

        organisation = Organisation.objects.get(siren="732829320")
        assert response.status_code == 302
        assert response["Location"] == organisation.get_absolute_url()
        assert (organisation.name, organisation.rna, organisation.website) == (
            'Les "Amis" 🌱',
            "W2A1234567",
            "https://amis.example",
        )
        assert organisation.history.get().history_user == coordinator

    def test_two_without_identifiers_are_no_duplicates(self, page):
        page.post(CREATE, self.given(name="One", siren=" "))
        page.post(CREATE, self.given(name="Two", siren=""))

        assert list(Organisation.objects.filter(city="Lyon").values_list("siren", flat=True)) == [
            None,
            None,
        ]

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("siren", "200034582", "This SIREN is not valid"),
            ("siren", "20003452", "This SIREN is not valid"),
            ("siret", "20003452800041", "This SIRET is not valid"),
            ("siret", "200034528", "This SIRET is not valid"),
            ("rna", "X123456789", "This RNA number is not valid"),
            ("rna", "W12345678", "This RNA number is not valid"),
            ("name", "", "This field is required."),
            ("name", "x" * 201, "at most 200 characters"),
            ("city", "a\0b", "Null characters are not allowed."),
            ("postal_code", "7500", "A French postcode has 5 digits."),
            ("staff_count", "-1", "greater than or equal to 0"),
            ("annual_budget", "1e9", "is no whole number."),
            ("website", "javascript:alert(1)", "Enter a valid URL."),
            ("sdgs", "99", "99 is not one of the available choices."),
        ],
    )
    def test_bad_input_is_told_at_its_field_and_what_was_typed_is_kept(
        self, page, field, value, sentence
    ):
        response = page.post(
            CREATE, self.given(website="https://kept.example/typed") | {field: value}
        )

        assert response.status_code == 422
        assert sentence in response.context_data["form"].errors[field][0]
        assert field == "website" or "https://kept.example/typed" in response.content.decode()
        assert not Organisation.objects.filter(city="Lyon").exists()

    @pytest.mark.parametrize(
        ("field", "value", "typed"),
        [
            ("siren", "732829320", "732 829 320"),
            ("siret", "20003452800014", "200 034 528 00014"),
            ("rna", "W123456789", "w123456789"),
        ],
    )
    def test_an_identifier_that_is_there_already_is_refused_in_words(
        self, page, field, value, typed
    ):
        OrganisationFactory(**{field: value})

        response = page.post(CREATE, self.given(**{field: typed}))

        errors = str(response.context_data["form"].errors)
        assert response.status_code == 422
        assert "exists already." in errors
        assert not Organisation.objects.filter(city="Lyon").exists()

    def test_a_siret_of_another_siren_is_refused_in_words(self, page):
        response = page.post(CREATE, self.given(siren="732829320", siret="20003452800014"))

        assert response.status_code == 422
        assert "The SIRET begins with another SIREN." in str(response.context_data["form"].errors)

    def test_a_change_keeps_the_goals_it_names(self, page, sdg):
        organisation = OrganisationFactory(name="Before")

        response = page.post(
            address("organisation-change", organisation.pk),
            self.given(name="After", sdgs=[sdg.pk], seen=1),
        )

        organisation.refresh_from_db()
        assert response.status_code == 302
        assert (organisation.name, list(organisation.sdgs.all())) == ("After", [sdg])

    @pytest.fixture
    def sdg(self):
        return Sdg.objects.create(
            number=13, name_fr="Climat", name_en="Climate", colour="#3F7E44", text_colour="#FFFFFF"
        )

    def test_its_own_identifier_is_no_duplicate(self, page):
        organisation = OrganisationFactory(siren="732829320")

        response = page.post(
            address("organisation-change", organisation.pk), self.given(siren="732829320", seen=1)
        )

        assert response.status_code == 302

    def test_two_people_at_once_both_see_what_is_there(self, page):
        organisation = OrganisationFactory(name="Les paniers", city="Paris")
        url = address("organisation-change", organisation.pk)
        page.post(url, self.given(city="Hers", seen=1))

        response = page.post(url, self.given(city="His", seen=1))

        form = response.context_data["form"]
        assert response.status_code == 422
        assert [str(value) for _label, value in form.saved_now] == ["Hers"]
        assert form["city"].value() == "His"
        assert page.post(url, self.given(city="His", seen=form.data["seen"])).status_code == 302
        organisation.refresh_from_db()
        assert organisation.city == "His"

    def test_what_is_saved_now_is_told_in_words(self, page, sdg):
        organisation = OrganisationFactory(
            name="Les paniers", city="Lyon", ess_form="scop", is_esus=True
        )
        organisation.sdgs.add(sdg)
        Organisation.objects.update(version=2)

        initial = {"initial-sdgs": [sdg.pk]}
        response = page.post(
            address("organisation-change", organisation.pk), self.given(seen=1) | initial
        )

        words = {str(value) for _label, value in response.context_data["form"].saved_now}
        assert words == {"Worker cooperative (SCOP)", "yes", "13. Climate"}

    @pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.LEAD, Role.SPONSOR, Role.FUNDER])
    def test_those_who_do_not_keep_the_directory_add_nothing(self, enter, role):
        response = enter(person_as(role)).post(CREATE, self.given())

        assert response.status_code == 403
        assert not Organisation.objects.filter(city="Lyon").exists()


class TestArchive:
    def test_takes_it_out_of_list_search_and_address_and_keeps_the_row(self, page, coordinator):
        organisation = OrganisationFactory(name="Paniers")

        response = page.post(
            address("organisation-archive", organisation.pk),
            {"why": "It closed.", "seen": organisation.version},
        )

        organisation.refresh_from_db()
        assert response.status_code == 302
        assert organisation.archived_at is not None
        assert "Paniers" not in names(page.get(LIST))
        assert names_found(page.get(SEARCH, {"q": "paniers"})) == []
        assert page.get(organisation.get_absolute_url()).status_code == 404
        row = organisation.history.latest()
        assert (row.history_user, row.history_change_reason) == (coordinator, "It closed.")

    def test_wants_a_reason(self, page):
        organisation = OrganisationFactory()

        response = page.post(address("organisation-archive", organisation.pk), {"why": ""})

        organisation.refresh_from_db()
        assert "why" in response.context_data["form"].errors
        assert organisation.archived_at is None


def names_found(response):
    return [organisation.name for organisation in response.context_data["organisations"]]


class TestWhatBelongsToIt:
    def test_shows_its_engagements_requests_fundings_and_people(self, client, administrator):
        organisation = OrganisationFactory(beneficiary=True)
        engagement = EngagementFactory(beneficiary=organisation)
        support = SupportRequestFactory(organisation=organisation)
        FundingFactory(engagement=engagement)
        assignment = AssignmentFactory(engagement=engagement)
        client.force_login(administrator)

        html = client.get(organisation.get_absolute_url()).content.decode()

        for url in (
            *(engagement.get_absolute_url(), support.get_absolute_url()),
            reverse("impact:engagement-impact", args=[engagement.pk]),
            reverse("volunteers:volunteer-detail", args=[assignment.volunteer_id]),
        ):
            assert f'href="{url}"' in html

    def test_shows_nothing_that_its_reader_may_not_open(self, client, outsider):
        organisation = OrganisationFactory(beneficiary=True)
        engagement = EngagementFactory(beneficiary=organisation, title="Not theirs")
        support = SupportRequestFactory(organisation=organisation)
        FundingFactory(engagement=engagement)
        client.force_login(outsider)

        html = client.get(organisation.get_absolute_url()).content.decode()

        assert "Not theirs" not in html
        assert support.get_absolute_url() not in html


def test_contacts_with_an_account_are_not_invited_again(client, administrator):
    client.force_login(administrator)
    contact = ContactFactory(user=UserFactory())

    page = client.get(
        reverse("crm:organisation-detail", args=[contact.organisation_id])
    ).content.decode()

    assert f"?contact={contact.pk}" not in page
    assert Contact.objects.count() == 1
