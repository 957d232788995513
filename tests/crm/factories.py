import factory

from crm.models import Contact, Membership, Organisation, User
from crm.roles import Role

PASSWORD = "believable-world-2026"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@relais.example")
    full_name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password(None)


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n:03}")

    class Params:
        beneficiary = factory.Trait(is_beneficiary=True)
        member = factory.Trait(is_member=True)
        sponsor = factory.Trait(is_sponsor=True)
        funder = factory.Trait(is_funder=True)


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.COORDINATOR


class ContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Contact

    organisation = factory.SubFactory(OrganisationFactory, beneficiary=True)
    kept_by = factory.SubFactory(OrganisationFactory, member=True)
    full_name = factory.Sequence(lambda n: f"Contact {n:03}")


def person_as(role, organisation=None, **fields):
    """A person who holds one role, in a new organisation unless one is given."""
    membership = MembershipFactory(
        role=role,
        organisation=organisation or OrganisationFactory(),
        user=UserFactory(**{k: v for k, v in fields.items() if k != "is_head"}),
        is_head=fields.get("is_head", False),
    )
    return membership.user
