"""What becomes of this app's rows when two organisations, or two contacts, are merged; upper apps add theirs."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from crm.domain.merging import Twin, moves, objection, stays
from crm.models import Contact

moves("crm.Membership.organisation", twin=Twin.ENDS)
moves("crm.Contact.organisation", owner="kept_by")
moves("crm.Contact.kept_by")
moves("crm.Interaction.organisation", owner="kept_by")
moves("crm.Interaction.kept_by")
moves("crm.Interaction.contact", owner="kept_by")
moves("crm.SupportRequest.organisation", owner="accepted_by")
moves("crm.SupportRequest.owner")
moves("crm.SupportRequest.accepted_by")
moves("crm.MemberOffer.member")
moves("crm.Referral.member")
stays("crm.RequestEntry.member", "a line of an open file is written once, as it was that day")
stays(
    "crm.Organisation_sdgs.organisation",
    "goals have no history: the kept one is given those it lacks",
)
stays("crm.Organisation.merged_into", "what was merged before leads on from one to the next")
stays("crm.Contact.merged_into", "what was merged before leads on from one to the next")


@objection("crm.Contact")
def two_address_books(kept: Contact, absorbed: Contact) -> Iterator[str]:
    if kept.kept_by_id != absorbed.kept_by_id:
        yield _("They stand in the address books of two members: each keeps its own.")


@objection("crm.Contact")
def two_organisations(kept: Contact, absorbed: Contact) -> Iterator[str]:
    if kept.organisation_id != absorbed.organisation_id:
        yield _("They are at two organisations: merge these first, if they are one.")


@objection("crm.Contact")
def two_accounts(kept: Contact, absorbed: Contact) -> Iterator[str]:
    if kept.user_id and absorbed.user_id and kept.user_id != absorbed.user_id:
        yield _("Each has an account of their own, and accounts are not merged: close one first.")
