from crm.forms.accounts import BeginForm, ChosenPasswordForm, InviteForm, LoginForm, OwnPasswordForm
from crm.forms.organisations import ArchiveForm, ContactForm, InteractionForm, OrganisationForm, OwnCompanyForm

__all__ = [
    "ArchiveForm",
    "BeginForm",
    "ChosenPasswordForm",
    "ContactForm",
    "InteractionForm",
    "InviteForm",
    "LoginForm",
    "OrganisationForm",
    "OwnCompanyForm",
    "OwnPasswordForm",
]
