"""The routes of the API, namespace `api`; each app adds its own, named by string."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from crm.api import document, merges, organisations, people, requests, saved_views, todos

router = SimpleRouter()
router.register("organisations", organisations.OrganisationViewSet)
router.register("contacts", organisations.ContactViewSet)
router.register("interactions", organisations.InteractionViewSet)
router.register("merges", merges.MergeViewSet)
router.register("users", people.UserViewSet)
router.register("sdgs", organisations.SdgViewSet)
router.register("requests", requests.SupportRequestViewSet)
router.register("referrals", requests.ReferralViewSet)
router.register("snoozes", todos.SnoozeViewSet)
router.register("saved-views", saved_views.SavedViewViewSet)
router.register("offers", requests.MemberOfferViewSet)

app_name = "api"
urlpatterns = [
    path("schema/", document.Document.as_view(), name="schema"),
    path("docs/", document.Docs.as_view(url_name="api:schema", title="Relais"), name="docs"),
    path("me/", people.Me.as_view(), name="me"),
    path("needs/", todos.ToDoList.as_view(), name="needs"),
    *router.urls,
    path("", include("engagements.api.urls")),
    path("", include("volunteers.api.urls")),
    path("", include("impact.api.urls")),
]
