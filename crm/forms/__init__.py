from crm.forms.accounts import LoginForm, OwnPasswordForm
from crm.forms.organisations import ArchiveForm, ContactForm, InteractionForm, OrganisationForm

__all__ = ["ArchiveForm", "ContactForm", "InteractionForm", "LoginForm", "OrganisationForm", "OwnPasswordForm"]
