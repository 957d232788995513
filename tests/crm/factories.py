from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import factory

from crm.domain.roles import Role
from crm.models import (
    Contact,
    Job,
    MemberOffer,
    Membership,
    Need,
    Organisation,
    OutgoingMail,
    Referral,
    SupportRequest,
    User,
)

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


class NeedFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Need
        django_get_or_create = ["code"]

    code = "matching"
    name_fr = "Mettre en relation"
    name_en = "Matching people"


class SupportRequestFactory(factory.django.DjangoModelFactory):
    """A request that was sent and that the desk has to read. Traits: draft, qualified, nobody."""

    class Meta:
        model = SupportRequest

    class Params:
        draft = factory.Trait(
            state="draft", submitted_at=None, due_on=None, waiting_since=None, waiting_for="holder"
        )
        qualified = factory.Trait(state="qualified")
        nobody = factory.Trait(state="nobody")

    state = "received"
    waiting_for = "desk"
    waiting_since = date(2026, 6, 1)
    due_on = date(2026, 6, 8)
    started_at = datetime(2026, 6, 1, 8, tzinfo=UTC)
    submitted_at = datetime(2026, 6, 1, 9, tzinfo=UTC)
    language = "fr"
    is_address_confirmed = True
    contact_name = "Hana Holder"
    email = factory.Sequence(lambda n: f"holder{n}@ask.example")
    name = factory.Sequence(lambda n: f"Asking organisation {n}")
    ess_form = "association"
    need = factory.SubFactory(NeedFactory)
    need_text = "We match people by hand."
    audience = "beneficiaries"
    maturity = "scoped"
    lead = "full-time"
    skills = "some"
    postal_code = "93200"
    staff_count = 12
    running_budget = Decimal(80)
    barrier_culture = 1
    barrier_expertise = 3
    barrier_finance = 2
    barrier_time = 0


class MemberOfferFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MemberOffer

    member = factory.SubFactory(OrganisationFactory, member=True)
    places = 3
    email = factory.Sequence(lambda n: f"member{n}@coalition.example")


class ReferralFactory(factory.django.DjangoModelFactory):
    """An open proposal, its request referred with it."""

    class Meta:
        model = Referral

    member = factory.LazyAttribute(lambda made: MemberOfferFactory().member)
    request = factory.LazyAttribute(
        lambda made: SupportRequestFactory(
            state="referred", waiting_for="member", owner=made.member
        )
    )
    score = 60
    proposed_by = factory.SubFactory(UserFactory)
    proposed_at = datetime(2026, 6, 2, 9, tzinfo=UTC)
    due_on = date(2026, 6, 16)


class OutgoingMailFactory(factory.django.DjangoModelFactory):
    """One that waits for its first try."""

    class Meta:
        model = OutgoingMail

    class Params:
        failed = factory.Trait(
            state="failed",
            ended_at=factory.SelfAttribute("made_at"),
            tries=1,
            trouble="TimeoutError",
        )
        sent = factory.Trait(
            state="sent", ended_at=factory.SelfAttribute("made_at"), tries=1, message=None
        )

    kind = "question"
    sender = "relais@relais.example"
    to = factory.Sequence(lambda n: f"person{n}@holder.example")
    recipients = factory.LazyAttribute(lambda made: [made.to])
    subject = "A question for you"
    message = b"Subject: A question for you\n\nText"
    made_at = datetime(2026, 6, 2, 9, tzinfo=UTC)
    next_at = factory.SelfAttribute("made_at")
    tried_until = factory.LazyAttribute(lambda made: made.made_at + timedelta(days=5))


class JobFactory(factory.django.DjangoModelFactory):
    """One that failed at last."""

    class Meta:
        model = Job

    task = "tests.crm.some_tasks.break_down"
    args = ["word"]
    state = "failed"
    attempts = 5
    trouble = "ValueError\ntests/crm/some_tasks.py:20 break_down"
    made_at = datetime(2026, 6, 2, 9, tzinfo=UTC)
    run_at = factory.SelfAttribute("made_at")
    ended_at = factory.SelfAttribute("made_at")
