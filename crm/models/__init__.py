from crm.models.answers import GivenAnswer
from crm.models.files import KeptFile
from crm.models.jobs import Job, Schedule, Worker
from crm.models.keys import ApiKey
from crm.models.merges import KeptApart, Merge
from crm.models.offers import MemberOffer, Referral
from crm.models.organisations import Organisation, OrganisationQuerySet
from crm.models.outbox import OutgoingMail
from crm.models.people import Contact, Interaction, Membership, User
from crm.models.reference import Bilingual, BilingualQuerySet, LegalCategory, ReferenceFigure, Sdg
from crm.models.requests import (
    Attachment,
    Need,
    RequestEntry,
    RequestNote,
    SecretLink,
    SupportRequest,
)
from crm.models.saved_views import SavedView
from crm.models.sent_forms import SentForm
from crm.models.sessions import Session
from crm.models.snoozes import Snooze
from crm.models.tries import TryCount

__all__ = [
    "ApiKey",
    "Attachment",
    "Bilingual",
    "BilingualQuerySet",
    "Contact",
    "GivenAnswer",
    "Interaction",
    "Job",
    "KeptApart",
    "KeptFile",
    "LegalCategory",
    "MemberOffer",
    "Membership",
    "Merge",
    "Need",
    "Organisation",
    "OrganisationQuerySet",
    "OutgoingMail",
    "ReferenceFigure",
    "Referral",
    "RequestEntry",
    "RequestNote",
    "SavedView",
    "Schedule",
    "Sdg",
    "SecretLink",
    "SentForm",
    "Session",
    "Snooze",
    "SupportRequest",
    "TryCount",
    "User",
    "Worker",
]
