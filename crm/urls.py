"""The whole site. The upper apps are named by string only: no import goes up."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from crm import views

account_urls = [
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", views.Logout.as_view(), name="logout"),
    path("account/", views.account, name="account"),
    path("account/password/", views.PasswordChange.as_view(), name="password-change"),
    path("account/tokens/create/", views.token_create, name="token-create"),
    path("account/tokens/<str:pk>/revoke/", views.token_revoke, name="token-revoke"),
]

organisation_urls = [
    path("organisations/", views.organisation_list, name="organisation-list"),
    path("organisations/create/", views.organisation_create, name="organisation-create"),
    path("organisations/<int:pk>/", views.organisation_detail, name="organisation-detail"),
    path("organisations/<int:pk>/change/", views.organisation_change, name="organisation-change"),
    path("organisations/<int:pk>/archive/", views.organisation_archive, name="organisation-archive"),
    path("organisations/<int:pk>/restore/", views.organisation_restore, name="organisation-restore"),
    path("organisations/<int:pk>/contacts/create/", views.contact_create, name="contact-create"),
    path("contacts/<int:pk>/change/", views.contact_change, name="contact-change"),
    path("organisations/<int:pk>/interactions/create/", views.interaction_create, name="interaction-create"),
]

crm_urls = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("style/", views.style, name="style"),
    path("healthz/", views.healthz, name="healthz"),
    *account_urls,
    *organisation_urls,
]

urlpatterns = [
    path("", include((crm_urls, "crm"))),
    path("engagements/", include("engagements.urls")),
    path("volunteering/", include("volunteers.urls")),
    path("impact/", include("impact.urls")),
    path("api/v1/", include("crm.api_urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
]

handler404 = "crm.views.not_found"
handler403 = "crm.views.forbidden"
handler500 = "crm.views.failed"
