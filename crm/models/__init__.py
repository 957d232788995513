from crm.models.organisations import Organisation, OrganisationQuerySet
from crm.models.people import Contact, Interaction, Membership, User
from crm.models.reference import Bilingual, LegalCategory, ReferenceFigure, Sdg

__all__ = [
    "Bilingual",
    "Contact",
    "Interaction",
    "LegalCategory",
    "Membership",
    "Organisation",
    "OrganisationQuerySet",
    "ReferenceFigure",
    "Sdg",
    "User",
]
