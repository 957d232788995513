"""The routes of the API, namespace `api`; each app adds its own, named by string."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from crm import api, request_api

router = SimpleRouter()
router.register("organisations", api.OrganisationViewSet)
router.register("contacts", api.ContactViewSet)
router.register("interactions", api.InteractionViewSet)
router.register("sdgs", api.SdgViewSet)
router.register("requests", request_api.SupportRequestViewSet)
router.register("referrals", request_api.ReferralViewSet)
router.register("offers", request_api.MemberOfferViewSet)

app_name = "api"
urlpatterns = [
    path("schema/", api.Document.as_view(), name="schema"),
    path("docs/", api.Docs.as_view(url_name="api:schema", title="Relais"), name="docs"),
    path("me/", api.Me.as_view(), name="me"),
    *router.urls,
    path("", include("engagements.api_urls")),
    path("", include("volunteers.api_urls")),
    path("", include("impact.api_urls")),
]
