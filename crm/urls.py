"""The whole site. The upper apps are named by string only: no import goes up."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from crm import views

account_urls = [
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", views.Logout.as_view(), name="logout"),
    path("needs/later/", views.snooze, name="snooze"),
    path("needs/later/<int:pk>/end/", views.snooze_end, name="snooze-end"),
    path("needs/put-off/", views.put_off, name="put-off"),
    path("mails/", views.digest_choose, name="digest-choose"),
    path("mails/stop/<str:token>/", views.digest_leave, name="digest-leave"),
    path("first-steps/", views.first_steps, name="first-steps"),
    path("way-in/", views.way_in, name="way-in"),
    path("way-in/r/<str:token>/", views.way_in_enter, name="way-in-enter"),
    path("people/<int:pk>/way-in/", views.way_in_send, name="way-in-send"),
    path("organisations/<int:pk>/invite/", views.invite, name="invite"),
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

ask_urls = [
    path("ask/", views.ask_begin, name="ask-begin"),
    path("ask/sent/", views.ask_sent, name="ask-sent"),
    path("ask/r/<str:token>/", views.ask_enter, name="ask-enter"),
    path("ask/step/<slug:slug>/", views.ask_step, name="ask-step"),
    path("ask/check/", views.ask_check, name="ask-check"),
    path("ask/address/", views.ask_address, name="ask-address"),
    path("ask/attach/", views.ask_attach, name="ask-attach"),
    path("ask/detach/", views.ask_detach, name="ask-detach"),
    path("ask/follow/", views.ask_follow, name="ask-follow"),
    path("ask/add/", views.ask_add, name="ask-add"),
    path("ask/withdraw/", views.ask_withdraw, name="ask-withdraw"),
    path("ask/confirm/", views.ask_confirm, name="ask-confirm"),
    path("ask/renew/", views.ask_renew, name="ask-renew"),
]

request_urls = [
    path("requests/", views.request_list, name="request-list"),
    path("requests/needs-me/", views.requests_need_me, name="requests-need-me"),
    path("requests/figures/", views.request_figures, name="request-figures"),
    path("requests/figures.csv", views.request_figures_csv, name="request-figures-csv"),
    path("requests/figures.xlsx", views.request_figures_xlsx, name="request-figures-xlsx"),
    path("requests/offers/", views.offer_list, name="offer-list"),
    path("requests/offers/of/<int:pk>/", views.offer_create, name="offer-create"),
    path("requests/offers/<int:pk>/", views.offer_change, name="offer-change"),
    path("requests/<int:pk>/", views.request_detail, name="request-detail"),
    path("requests/<int:pk>/change/", views.request_change, name="request-change"),
    path("requests/<int:pk>/qualify/", views.request_qualify, name="request-qualify"),
    path("requests/<int:pk>/note/", views.request_note, name="request-note"),
    path("requests/<int:pk>/question/", views.request_question, name="request-question"),
    path("requests/<int:pk>/refer/", views.request_refer, name="request-refer"),
    path("requests/<int:pk>/nobody/", views.request_nobody, name="request-nobody"),
    path("requests/<int:pk>/merge/", views.request_merge, name="request-merge"),
    path("requests/<int:pk>/unmerge/", views.request_unmerge, name="request-unmerge"),
    path("requests/<int:pk>/withdraw/", views.request_withdraw, name="request-withdraw"),
    path("requests/<int:pk>/renew/", views.request_renew, name="request-renew"),
    path("requests/attachments/<int:pk>/", views.attachment, name="attachment"),
    path("requests/referrals/<int:pk>/decline/", views.referral_decline, name="referral-decline"),
    path("requests/referrals/<int:pk>/take-back/", views.referral_take_back, name="referral-take-back"),
]

crm_urls = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("style/", views.style, name="style"),
    path("healthz/", views.healthz, name="healthz"),
    *account_urls,
    *organisation_urls,
    *ask_urls,
    *request_urls,
]

urlpatterns = [
    path("", include((crm_urls, "crm"))),
    path("engagements/", include("engagements.urls")),
    path("volunteering/", include("volunteers.urls")),
    path("impact/", include("impact.urls")),
    path("api/v1/", include("crm.api.urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("admin/login/", views.Login.as_view(next_page="admin:index"), name="admin-login"),  # not a second door
    path("admin/password_change/", views.PasswordChange.as_view(), name="admin-password-change"),
    path("admin/", admin.site.urls),
]

handler400 = "crm.views.bad_request"
handler404 = "crm.views.not_found"
handler403 = "crm.views.forbidden"
handler500 = "crm.views.failed"
