"""What becomes of people lent, agreements and estimations when two organisations, or two contacts, are merged."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from crm.domain.merging import Twin, moves, objection
from crm.models import Organisation
from volunteers.models import SponsorshipAgreement

moves("volunteers.Volunteer.sponsor", owner="member")
moves("volunteers.Volunteer.member")
moves("volunteers.FormerCompany.sponsor", owner="volunteer__member")
moves("volunteers.ComingCompany.sponsor", owner="volunteer__member")
moves("volunteers.Assignment.sponsor", owner="engagement__member")
moves("volunteers.SponsorshipAgreement.sponsor", owner="host")
moves("volunteers.SponsorshipAgreement.host")
moves("volunteers.EmployerCost.sponsor")
# What it says is frozen with its checksum and names the company as it was; who may read it moves along.
moves("volunteers.DeclaredStatement.sponsor", twin=Twin.REFUSES)
moves("volunteers.DeclaredStatement.host", twin=Twin.REFUSES)
moves("volunteers.PartKnowledge.contact", owner="part__engagement__member", twin=Twin.GOES)


@objection("crm.Organisation")
def one_lends_to_the_other(kept: Organisation, absorbed: Organisation) -> Iterator[str]:
    both = Q(sponsor=kept, host=absorbed) | Q(sponsor=absorbed, host=kept)
    if SponsorshipAgreement.objects.filter(both).exists():
        yield _("They have an agreement with each other: they are two.")
