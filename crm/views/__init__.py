from crm.views.accounts import Login, Logout, PasswordChange, account, token_create, token_revoke
from crm.views.errors import failed, forbidden, healthz, not_found
from crm.views.home import home, search, style
from crm.views.organisations import (
    contact_change,
    contact_create,
    interaction_create,
    organisation_archive,
    organisation_change,
    organisation_create,
    organisation_detail,
    organisation_list,
    organisation_restore,
)

__all__ = [
    "Login",
    "Logout",
    "PasswordChange",
    "account",
    "contact_change",
    "contact_create",
    "failed",
    "forbidden",
    "healthz",
    "home",
    "interaction_create",
    "not_found",
    "organisation_archive",
    "organisation_change",
    "organisation_create",
    "organisation_detail",
    "organisation_list",
    "organisation_restore",
    "search",
    "style",
    "token_create",
    "token_revoke",
]
