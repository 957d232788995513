from crm.forms.accounts import LoginForm, OwnPasswordForm
from crm.forms.organisations import ArchiveForm, ContactForm, InteractionForm, OrganisationForm, OwnCompanyForm

__all__ = [
    "ArchiveForm",
    "ContactForm",
    "InteractionForm",
    "LoginForm",
    "OrganisationForm",
    "OwnCompanyForm",
    "OwnPasswordForm",
]
