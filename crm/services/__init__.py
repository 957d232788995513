from crm.services.contacts import log_interaction, save_contact
from crm.services.organisations import archive_organisation, restore_organisation, save_organisation

__all__ = [
    "archive_organisation",
    "log_interaction",
    "restore_organisation",
    "save_contact",
    "save_organisation",
]
