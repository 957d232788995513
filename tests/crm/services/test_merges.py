"""Two rows become one, with all that hangs from them, and two again; the pages: tests/crm/views/test_merges.py."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from crm.audit import history
from crm.domain.refusals import Asked, OtherFigures, Refused
from crm.domain.roles import Role
from crm.models import Contact, Interaction, KeptApart, Membership, Merge, Organisation, Sdg
from crm.selectors.duplicates import contact_pairs, organisation_pairs
from crm.selectors.merges import may_merge, plan_of, relations_to, seal_of
from crm.services.merges import Asking, keep_apart, merge, undo_merge
from tests.access.world import build_world
from tests.crm.factories import (
    ContactFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    person_as,
)
from tests.engagements.factories import EngagementFactory, LeadAppointmentFactory
from tests.races import at_once, on_postgres, unexpected
from tests.volunteers.factories import AgreementFactory, DeclaredStatementFactory
from volunteers.models import DeclaredStatement, PartKnowledge, SponsorshipAgreement
from volunteers.selectors.agreements import names_in

pytestmark = pytest.mark.django_db
NOW = timezone.now()
KINDS = ["organisation", "member", "sponsor", "funder"]


@pytest.fixture
def administrator(db):
    return person_as(Role.ADMINISTRATOR)


def join(kept, absorbed, by, at=NOW, **says):
    return merge(kept, absorbed, by=by, at=at, asking=Asking(seal_of(kept, absorbed), **says))


def all_rows():
    """Every row of every table but histories and merges, without the count of its versions."""
    models = [
        model
        for model in apps.get_models()
        if not hasattr(model, "instance_type") and model is not Merge
    ]
    models += [Organisation.sdgs.through]
    return {
        model._meta.label: [
            {name: value for name, value in row.items() if name != "version"}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in models
    }


def left_at(row):
    """The relations by which something still hangs from it."""
    return {each.key for each in relations_to(type(row)) if each.rows(row).exists()}


@pytest.fixture
def worlds(db):
    """Two small worlds with all kinds of rows, and twins of those that may be there once."""
    one, other = build_world("A"), build_world("B")
    goals = [Sdg.objects.create(number=number, name_fr="x", name_en="x") for number in (1, 2)]
    one.objects["organisation"].sdgs.add(goals[0])
    other.objects["organisation"].sdgs.add(*goals)
    members = [world.objects["member"] for world in (one, other)]
    both = UserFactory()
    for member in members:
        MembershipFactory(user=both, organisation=member, role=Role.COORDINATOR)
    return one, other


@pytest.mark.one_database
@pytest.mark.parametrize("kind", KINDS)
def test_all_that_hangs_from_one_hangs_from_the_other_and_back_again(worlds, administrator, kind):
    kept, absorbed = (world.objects[kind] for world in worlds)
    before = all_rows()

    merged = join(kept, absorbed, administrator)

    assert left_at(absorbed) <= {
        "crm.MemberOffer.member",  # each member has its own: the kept one's stands
        "crm.Membership.organisation",
        "crm.Organisation.merged_into",
        "crm.Organisation_sdgs.organisation",
        "crm.RequestEntry.member",
    }
    assert not Membership.objects.not_over().filter(organisation=absorbed).exists()
    assert sum(map(len, merged.moved.values())) > 0
    assert undo_merge(merged, by=administrator, at=NOW + timedelta(days=30)) == []
    assert all_rows() == before


def test_two_contacts_become_one_and_two_again(worlds, administrator):
    world, today = worlds[0], timezone.localdate()
    kept = world.objects["contact"]
    absorbed = ContactFactory(
        organisation=kept.organisation, kept_by=kept.kept_by, email="ada@a.example", phone="1"
    )
    known = world.objects["part"].knowledge.model
    for contact in (kept, absorbed):
        known.objects.get_or_create(part=world.objects["part"], contact=contact)
    LeadAppointmentFactory(
        engagement=EngagementFactory(beneficiary=kept.organisation, member=kept.kept_by),
        contact=absorbed,
        share=50,
        starts_on=today,
    )
    before = all_rows()

    merged = join(kept, absorbed, administrator)

    kept.refresh_from_db()
    assert (left_at(absorbed), kept.email) == (set(), "ada@a.example")
    assert PartKnowledge.objects.filter(part=world.objects["part"], contact=kept).count() == 1
    assert not Contact.objects.visible_to(administrator).filter(pk=absorbed.pk).exists()
    assert undo_merge(merged, by=administrator, at=NOW) == []
    assert all_rows() == before


def test_history_of_both_and_of_each_moved_row_tells(administrator):
    kept, absorbed = OrganisationFactory(name="Bel Air"), OrganisationFactory(name="Belair")
    contact = ContactFactory(organisation=absorbed)

    join(kept, absorbed, administrator)

    for row in (kept, absorbed, contact):
        entry = history.entries(row)[0]
        assert (str(entry.why), entry.by) == ("Merged: Belair into Bel Air", administrator)
    contact.refresh_from_db()
    assert contact.version == 2


def test_facts_that_are_missing_come_over_and_a_number_is_held_once(administrator):
    kept = OrganisationFactory(city="Lyon", website="https://a.example/")
    absorbed = OrganisationFactory(
        siren="732829320", siret="73282932000074", city="Paris", staff_count=12, is_funder=True
    )
    absorbed.website = "https://b.example/"
    absorbed.save()

    join(kept, absorbed, administrator)

    kept.refresh_from_db()
    absorbed.refresh_from_db()
    assert (kept.siren, kept.siret, kept.staff_count) == ("732829320", "73282932000074", 12)
    assert (kept.city, kept.website, kept.is_funder) == ("Lyon", "https://a.example/", True)
    assert (absorbed.siren, absorbed.archived_at, absorbed.merged_into) == (None, NOW, kept)


def test_two_numbers_are_two_unless_somebody_says_that_they_are_one(administrator):
    kept = OrganisationFactory(siren="732829320")
    absorbed = OrganisationFactory(siret="44306184100047")

    with pytest.raises(Asked, match=r"732829320.*443061841"):
        join(kept, absorbed, administrator)

    join(kept, absorbed, administrator, are_one=True)
    absorbed.refresh_from_db()
    assert absorbed.siret == "44306184100047"


class TestRefused:
    def test_what_changed_since_it_was_read(self, administrator):
        kept, absorbed = OrganisationFactory.create_batch(2)
        Organisation.objects.filter(pk=absorbed.pk).update(version=2)

        with pytest.raises(OtherFigures):
            join(kept, absorbed, administrator)

    def test_one_that_is_merged_already(self, administrator):
        kept, absorbed, third = OrganisationFactory.create_batch(3)
        join(kept, absorbed, administrator)
        absorbed.refresh_from_db()

        for pair in [(kept, absorbed), (absorbed, third), (third, third)]:
            for row in pair:
                row.refresh_from_db()
            with pytest.raises(Refused):
                join(*pair, administrator)

    def test_one_that_supports_or_lends_to_the_other(self, administrator, worlds):
        world = worlds[0]
        for one, other in [("organisation", "member"), ("sponsor", "member")]:
            assert plan_of(world.objects[one], world.objects[other]).against != []
            with pytest.raises(Refused):
                join(world.objects[one], world.objects[other], administrator)

    def test_both_have_declared_the_same_months(self, administrator):
        first = DeclaredStatementFactory(reason="")
        second = DeclaredStatementFactory(reason="", host=first.host)
        facts = {"starts_on": first.starts_on, "ends_on": first.ends_on, "number": first.number}
        DeclaredStatement.objects.filter(pk=second.pk).update(**facts)

        with pytest.raises(Refused, match="declared"):
            join(first.sponsor, second.sponsor, administrator)

    def test_contacts_of_two_books_two_organisations_or_two_accounts(self, administrator):
        kept = ContactFactory(user=UserFactory())
        same = {"organisation": kept.organisation, "kept_by": kept.kept_by}
        others = [
            ContactFactory(organisation=kept.organisation),
            ContactFactory(kept_by=kept.kept_by),
            ContactFactory(**same, user=UserFactory()),
        ]

        for other in others:
            with pytest.raises(Refused):
                join(kept, other, administrator)
        join(kept, ContactFactory(**same, user=kept.user), administrator)

    def test_two_who_lead_full_time_on_the_same_days(self, administrator):
        first = LeadAppointmentFactory()
        kept = first.contact
        other = ContactFactory(organisation=kept.organisation, kept_by=kept.kept_by)
        LeadAppointmentFactory(contact=other, starts_on=first.starts_on)

        with pytest.raises(Refused, match="full time"):
            join(kept, other, administrator)


def test_what_was_frozen_or_signed_keeps_its_words(administrator, worlds):
    kept, absorbed = (world.objects["sponsor"] for world in worlds)
    declared = worlds[1].objects["declared statement"]
    agreement = worlds[1].objects["agreement"]
    unsigned = AgreementFactory(volunteer=worlds[1].objects["volunteer"])
    agreement.sponsor_signatory, agreement.sponsor_signed_on = "Rose", timezone.localdate()
    agreement.save()

    join(kept, absorbed, administrator)

    after = DeclaredStatement.objects.get(pk=declared.pk)
    assert (after.sponsor, after.paper, after.checksum) == (kept, declared.paper, declared.checksum)
    signed = SponsorshipAgreement.objects.get(pk=agreement.pk)
    words = ("missions", "sponsor_signatory", "sponsor_signed_on", "host_signatory", "costs")
    assert [getattr(signed, name) for name in words] == [getattr(agreement, name) for name in words]
    assert (signed.sponsor, names_in(signed).sponsor) == (kept, absorbed.name)
    unsigned.refresh_from_db()
    assert names_in(unsigned).sponsor == kept.name


class TestUndo:
    def test_leaves_what_was_changed_since_and_says_so(self, administrator):
        kept, absorbed = (
            OrganisationFactory(),
            OrganisationFactory(staff_count=12, siren="732829320"),
        )
        gone, moved = ContactFactory.create_batch(2, organisation=absorbed)
        merged = join(kept, absorbed, administrator)
        Contact.objects.filter(pk=gone.pk).delete()
        Organisation.objects.filter(pk=kept.pk).update(staff_count=13)
        new = ContactFactory(organisation=kept)

        left = undo_merge(merged, by=administrator, at=NOW)

        assert left == [
            "“employees” was changed since, and stays as it is.",
            "Contacts (organisation): 1 has gone or was moved since, and stays where it is.",
        ]
        for row in (kept, absorbed, moved, new):
            row.refresh_from_db()
        assert (kept.staff_count, kept.siren, absorbed.siren) == (13, None, "732829320")
        assert (moved.organisation, new.organisation) == (absorbed, kept)

    def test_once_within_thirty_days_and_the_last_of_a_chain_first(self, administrator):
        last, kept, absorbed = OrganisationFactory.create_batch(3)
        first = join(kept, absorbed, administrator)
        kept.refresh_from_db()
        second = join(last, kept, administrator)

        with pytest.raises(Refused, match="undo that first"):
            undo_merge(first, by=administrator, at=NOW)
        with pytest.raises(Refused, match="30 days"):
            undo_merge(second, by=administrator, at=NOW + timedelta(days=31))
        undo_merge(second, by=administrator, at=NOW)
        undo_merge(first, by=administrator, at=NOW)
        with pytest.raises(Refused, match="already"):
            undo_merge(first, by=administrator, at=NOW)


class TestWhoMay:
    def test_a_head_coordinator_what_only_their_member_has_to_do_with(self):
        member, other = OrganisationFactory.create_batch(2, member=True)
        head = person_as(Role.COORDINATOR, member, is_head=True)
        kept, absorbed = OrganisationFactory.create_batch(2)
        EngagementFactory(beneficiary=absorbed, member=member)
        ContactFactory(organisation=absorbed, kept_by=member)

        assert may_merge(head, kept, absorbed)
        assert not may_merge(person_as(Role.COORDINATOR, member), kept, absorbed)
        assert not may_merge(person_as(Role.COORDINATOR, other, is_head=True), kept, absorbed)
        assert not may_merge(head, member, absorbed)
        assert not may_merge(head, absorbed, member)

        Interaction.objects.create(
            organisation=absorbed,
            kept_by=other,
            author=head,
            kind="call",
            happened_on=timezone.localdate(),
            text="Theirs",
        )
        assert not may_merge(head, kept, absorbed)

    def test_roles_move_by_an_administrator_alone(self):
        member = OrganisationFactory(member=True)
        head = person_as(Role.COORDINATOR, member, is_head=True)
        kept, absorbed = OrganisationFactory.create_batch(2)
        MembershipFactory(organisation=absorbed, role=Role.LEAD)

        assert not may_merge(head, kept, absorbed)
        assert may_merge(person_as(Role.ADMINISTRATOR), kept, absorbed)

    def test_a_role_held_at_both_gives_nothing_more(self, administrator):
        kept, absorbed = OrganisationFactory.create_batch(2, member=True)
        user = person_as(Role.COORDINATOR, kept)
        MembershipFactory(user=user, organisation=absorbed, is_head=True)

        join(kept, absorbed, administrator)

        user = type(user).objects.get(pk=user.pk)
        assert (user.organisations_as(Role.COORDINATOR), user.heads) == ({kept.pk}, set())

    def test_contacts_of_their_own_address_book(self):
        member = OrganisationFactory(member=True)
        head = person_as(Role.COORDINATOR, member, is_head=True)
        organisation = OrganisationFactory()
        mine = ContactFactory.create_batch(2, organisation=organisation, kept_by=member)

        assert may_merge(head, *mine)
        assert not may_merge(head, mine[0], ContactFactory(organisation=organisation))


class TestPairs:
    def test_by_number_and_by_name_until_somebody_says_that_they_are_two(self, administrator):
        one = OrganisationFactory(name="Les Amis du Canal", siren="732829320")
        other = OrganisationFactory(name="Association Péniche", siret="73282932000074")
        same = OrganisationFactory(name="LES AMIS DU CANAL")
        near = OrganisationFactory(name="Association Péniches")
        OrganisationFactory(name="Association Pénitence", archived_at=NOW)

        def found():
            return {
                (pair.first, pair.second): pair.reason for pair in organisation_pairs(administrator)
            }

        assert found() == {
            (one, other): "the same SIREN",
            (one, same): "the same name",
            (other, near): "nearly the same name",
        }
        for _twice in range(2):
            keep_apart(near, other, by=administrator, at=NOW)
        assert set(found()) == {(one, other), (one, same)}
        assert KeptApart.objects.count() == 1

    def test_contacts_of_one_book_by_address_and_name(self, administrator):
        one = ContactFactory(full_name="Ada Byron", email="ada@a.example")
        same = {"organisation": one.organisation, "kept_by": one.kept_by}
        other = ContactFactory(**same, full_name="A. Byron", email="ADA@a.example")
        third = ContactFactory(**same, full_name="Ada BYRON")
        ContactFactory(full_name="Ada Byron", email="ada@a.example")

        pairs = [(pair.first, pair.second) for pair in contact_pairs(administrator)]

        assert pairs == [(one, other), (one, third)]

    @pytest.mark.parametrize("size", [2, 30])
    def test_statements_do_not_grow(self, administrator, size, django_assert_num_queries):
        administrator.is_administrator  # noqa: B018  # asked once a request
        for number in range(size):
            OrganisationFactory.create_batch(2, name=f"Canal {number}")

        with django_assert_num_queries(3):
            assert len(organisation_pairs(administrator)) >= size


class TestStatements:
    @pytest.mark.parametrize("size", [1, 30])
    def test_of_plan_and_merge_do_not_grow(self, administrator, size, django_assert_num_queries):
        kept, absorbed = OrganisationFactory.create_batch(2)
        ContactFactory.create_batch(size, organisation=absorbed)
        EngagementFactory.create_batch(size, beneficiary=absorbed)
        for _each in range(size):
            MembershipFactory(organisation=absorbed)

        with django_assert_num_queries(28):
            plan_of(kept, absorbed)
        with django_assert_num_queries(64):
            join(kept, absorbed, administrator)


class TestRaces:
    pytestmark = on_postgres

    def test_two_people_merge_the_two_both_ways(self):
        administrator = person_as(Role.ADMINISTRATOR)
        one, other = OrganisationFactory.create_batch(2)
        ContactFactory(organisation=one)
        ContactFactory(organisation=other)

        outcomes = at_once(
            lambda: join(one, other, administrator), lambda: join(other, one, administrator)
        )

        assert unexpected(outcomes) == []
        assert sorted(isinstance(outcome, Merge) for outcome in outcomes) == [False, True]
        assert Organisation.objects.exclude(merged_into=None).count() == 1
