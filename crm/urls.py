"""The whole site. The upper apps are named by string only: no import goes up."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from crm.views import (
    accounts,
    ask,
    background,
    codes,
    figures,
    home,
    invitations,
    keys,
    merges,
    offers,
    on_device,
    organisations,
    passkeys,
    people,
    provider,
    requests,
    saved_views,
    second_factor,
    sessions,
    todos,
)
from crm.web import errors

account_urls = [
    path("login/", accounts.LogIn.as_view(), name="login"),
    path("login/forgotten/", accounts.password_forgotten, name="password-forgotten"),
    path("login/provider/", provider.start, name="provider-start"),
    path("login/provider/back/", provider.back, name="provider-back"),
    path("logout/", accounts.Logout.as_view(), name="logout"),
    path("needs/later/", todos.snooze, name="snooze"),
    path("needs/later/<int:pk>/end/", todos.snooze_end, name="snooze-end"),
    path("views/create/", saved_views.view_create, name="view-create"),
    path("views/<int:pk>/change/", saved_views.view_change, name="view-change"),
    path("views/<int:pk>/delete/", saved_views.view_delete, name="view-delete"),
    path("mails/", todos.digest_choose, name="digest-choose"),
    path("mails/stop/<str:token>/", todos.digest_leave, name="digest-leave"),
    path("first-steps/", invitations.first_steps, name="first-steps"),
    path("way-in/", invitations.way_in, name="way-in"),
    path("way-in/r/<str:token>/", invitations.way_in_enter, name="way-in-enter"),
    path("people/<int:pk>/way-in/", invitations.way_in_send, name="way-in-send"),
    path("account/second/passkeys/<int:pk>/rename/", passkeys.rename, name="passkey-rename"),
    path("people/<int:pk>/second-factor/", second_factor.take_away, name="second-factor-take"),
    path("organisations/<int:pk>/invite/", invitations.invite, name="invite"),
    path("account/", accounts.account, name="account"),
    path("account/password/", accounts.PasswordChange.as_view(), name="password-change"),
    path("account/address/", accounts.address_change, name="address-change"),
    path("account/address/confirm/", accounts.address_confirm, name="address-confirm"),
    path("account/address/r/<str:token>/", accounts.address_enter, name="address-enter"),
    path("account/provider/remove/", provider.unlink, name="provider-unlink"),
    path("account/devices/", sessions.device_list, name="device-list"),
    path("account/devices/end/", sessions.devices_end, name="devices-end"),
    path("account/devices/<str:mark>/end/", sessions.device_end, name="device-end"),
    path("account/tokens/create/", keys.token_create, name="token-create"),
    path("account/tokens/made/", keys.token_made, name="token-made"),
    path("account/tokens/<str:pk>/revoke/", keys.token_revoke, name="token-revoke"),
]

organisation_urls = [
    path("organisations/", organisations.organisation_list, name="organisation-list"),
    path("organisations/create/", organisations.organisation_create, name="organisation-create"),
    path("organisations/duplicates/", merges.duplicate_list, name="duplicates"),
    path("organisations/<int:pk>/", organisations.organisation_detail, name="organisation-detail"),
    path(
        "organisations/<int:pk>/change/",
        organisations.organisation_change,
        name="organisation-change",
    ),
    path(
        "organisations/<int:pk>/archive/",
        organisations.organisation_archive,
        name="organisation-archive",
    ),
    path(
        "organisations/<int:pk>/restore/",
        organisations.organisation_restore,
        name="organisation-restore",
    ),
    path(
        "organisations/<int:pk>/contacts/create/",
        organisations.contact_create,
        name="contact-create",
    ),
    path("contacts/<int:pk>/change/", organisations.contact_change, name="contact-change"),
    path("organisations/<int:pk>/merge/", merges.organisation_merge, name="organisation-merge"),
    path("organisations/<int:pk>/apart/", merges.organisation_apart, name="organisation-apart"),
    path("contacts/<int:pk>/merge/", merges.contact_merge, name="contact-merge"),
    path("contacts/<int:pk>/apart/", merges.contact_apart, name="contact-apart"),
    path("merges/<int:pk>/undo/", merges.merge_undo, name="merge-undo"),
    path(
        "organisations/<int:pk>/interactions/create/",
        organisations.interaction_create,
        name="interaction-create",
    ),
]

ask_urls = [
    path("ask/", ask.ask_begin, name="ask-begin"),
    path("ask/sent/", ask.ask_sent, name="ask-sent"),
    path("ask/r/<str:token>/", ask.ask_enter, name="ask-enter"),
    path("ask/step/<slug:slug>/", ask.ask_step, name="ask-step"),
    path("ask/check/", ask.ask_check, name="ask-check"),
    path("ask/address/", ask.ask_address, name="ask-address"),
    path("ask/attach/", ask.ask_attach, name="ask-attach"),
    path("ask/detach/", ask.ask_detach, name="ask-detach"),
    path("ask/follow/", ask.ask_follow, name="ask-follow"),
    path("ask/add/", ask.ask_add, name="ask-add"),
    path("ask/withdraw/", ask.ask_withdraw, name="ask-withdraw"),
    path("ask/confirm/", ask.ask_confirm, name="ask-confirm"),
    path("ask/renew/", ask.ask_renew, name="ask-renew"),
]

request_urls = [
    path("requests/", requests.request_list, name="request-list"),
    path("requests/figures/", figures.request_figures, name="request-figures"),
    path("requests/figures.csv", figures.request_figures_csv, name="request-figures-csv"),
    path("requests/figures.xlsx", figures.request_figures_xlsx, name="request-figures-xlsx"),
    path("requests/offers/", offers.offer_list, name="offer-list"),
    path("requests/offers/of/<int:pk>/", offers.offer_create, name="offer-create"),
    path("requests/offers/<int:pk>/", offers.offer_change, name="offer-change"),
    path("requests/<int:pk>/", requests.request_detail, name="request-detail"),
    path("requests/<int:pk>/change/", requests.request_change, name="request-change"),
    path("requests/<int:pk>/qualify/", requests.request_qualify, name="request-qualify"),
    path("requests/<int:pk>/note/", requests.request_note, name="request-note"),
    path("requests/<int:pk>/question/", requests.request_question, name="request-question"),
    path("requests/<int:pk>/refer/", requests.request_refer, name="request-refer"),
    path("requests/<int:pk>/nobody/", requests.request_nobody, name="request-nobody"),
    path("requests/<int:pk>/merge/", requests.request_merge, name="request-merge"),
    path("requests/<int:pk>/unmerge/", requests.request_unmerge, name="request-unmerge"),
    path("requests/<int:pk>/withdraw/", requests.request_withdraw, name="request-withdraw"),
    path("requests/<int:pk>/renew/", requests.request_renew, name="request-renew"),
    path("requests/attachments/<int:pk>/", requests.attachment, name="attachment"),
    path(
        "requests/referrals/<int:pk>/decline/", requests.referral_decline, name="referral-decline"
    ),
    path(
        "requests/referrals/<int:pk>/take-back/",
        requests.referral_take_back,
        name="referral-take-back",
    ),
]

people_urls = [
    path("people-and-access/", people.person_list, name="person-list"),
    path("people-and-access/give-a-role/", people.role_place, name="role-place"),
    path("people-and-access/roles/<int:pk>/head/", people.role_head, name="role-head"),
    path("people-and-access/<int:pk>/", people.person_detail, name="person-detail"),
    path("people-and-access/<int:pk>/access/", people.person_access, name="person-access"),
    path("people-and-access/<int:pk>/change/", people.person_change, name="person-change"),
    path("people-and-access/<int:pk>/reopen/", people.person_reopen, name="person-reopen"),
    path(
        "people-and-access/<int:pk>/withdraw/",
        people.invitation_withdraw,
        name="invitation-withdraw",
    ),
]

background_urls = [
    path("background/", background.background, name="background"),
    path("background/jobs/<uuid:pk>/try-again/", background.job_try_again, name="job-try-again"),
    path("background/mails/", background.mail_list, name="mail-list"),
    path("background/mails/texts/", background.mail_texts, name="mail-texts"),
    path("background/mails/try-again/", background.mails_try_again, name="mails-try-again"),
    path("background/mails/<int:pk>/try-again/", background.mail_try_again, name="mail-try-again"),
    path("background/mails/<int:pk>/give-up/", background.mail_give_up, name="mail-give-up"),
]

crm_urls = [
    path("", home.home, name="home"),
    path("search/", home.search, name="search"),
    path("style/", home.style, name="style"),
    path("healthz/", errors.healthz, name="healthz"),
    path("manifest.webmanifest", on_device.manifest, name="manifest"),
    path("service-worker.js", on_device.service_worker, name="service-worker"),
    *account_urls,
    *organisation_urls,
    *ask_urls,
    *request_urls,
    *people_urls,
    *background_urls,
]

# By the names under which django-allauth looks for them. Picked by hand: what it would bring besides has no page here.
allauth_urls = [
    path("login/", accounts.LogIn.as_view(), name="account_login"),
    path("login/code/", codes.CodeWanted.as_view(), name="account_request_login_code"),
    path("login/code/enter/", codes.CodeTyped.as_view(), name="account_confirm_login_code"),
    path("account/again/", codes.AgainByPassword.as_view(), name="account_reauthenticate"),
    path(
        "account/again/code/",
        codes.AgainCodeWanted.as_view(),
        name="account_request_reauthentication_code",
    ),
    path(
        "account/again/code/enter/",
        codes.AgainByCode.as_view(),
        name="account_confirm_reauthentication_code",
    ),
    path("login/second/", second_factor.Shown.as_view(), name="mfa_authenticate"),
    path("account/second/", second_factor.factors, name="mfa_index"),
    path("account/second/set-up/", second_factor.SetUp.as_view(), name="mfa_activate_totp"),
    path("account/second/remove/", second_factor.GiveUp.as_view(), name="mfa_deactivate_totp"),
    path("login/passkey/", passkeys.LogInByPasskey.as_view(), name="mfa_login_webauthn"),
    path("account/second/passkeys/add/", passkeys.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "account/second/passkeys/<int:pk>/remove/",
        passkeys.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("account/second/codes/", second_factor.recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/second/codes/make/",
        second_factor.MakeCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
]

urlpatterns = [
    path("", include((crm_urls, "crm"))),
    *allauth_urls,
    path("engagements/", include("engagements.urls")),
    path("volunteering/", include("volunteers.urls")),
    path("impact/", include("impact.urls")),
    path("api/v1/", include("crm.api.urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path(
        "admin/login/", accounts.LogIn.as_view(next_page="admin:index"), name="admin-login"
    ),  # not a second door
    path("admin/password_change/", accounts.PasswordChange.as_view(), name="admin-password-change"),
    path("admin/", admin.site.urls),
]

handler400 = "crm.web.errors.bad_request"
handler404 = "crm.web.errors.not_found"
handler403 = "crm.web.errors.forbidden"
handler500 = "crm.web.errors.failed"
