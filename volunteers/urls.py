from django.urls import path

from volunteers import views

app_name = "volunteers"
urlpatterns = [
    path("week/", views.week, name="week"),
    path("assignments/<int:pk>/log/", views.log_work, name="log-work"),
    path("people/", views.people_list, name="people-list"),
    path("people/create/", views.volunteer_create, name="volunteer-create"),
    path("people/<int:pk>/", views.volunteer_detail, name="volunteer-detail"),
    path("people/<int:pk>/change/", views.volunteer_change, name="volunteer-change"),
    path("engagements/<int:pk>/team/", views.engagement_team, name="engagement-team"),
    path("engagements/<int:pk>/assign/", views.assignment_create, name="assignment-create"),
    path("assignments/<int:pk>/change/", views.assignment_change, name="assignment-change"),
    path("assignments/<int:pk>/confirm/", views.assignment_confirm, name="assignment-confirm"),
    path("needs-me/", views.needs_me, name="needs-me"),
    path("search-results/", views.search_results, name="search-results"),
]
