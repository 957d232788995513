from django.urls import path

from engagements import views

app_name = "engagements"
urlpatterns = [
    path("", views.engagement_list, name="engagement-list"),
    path("create/", views.engagement_create, name="engagement-create"),
    path("answer/", views.answer, name="answer"),
    path("answer/r/<str:token>/", views.answer_enter, name="answer-enter"),
    path("answer/accept/", views.answer_accept, name="answer-accept"),
    path("answer/decline/", views.answer_decline, name="answer-decline"),
    path("answer/question/", views.answer_question, name="answer-question"),
    path("referrals/<int:pk>/accept/", views.referral_accept, name="referral-accept"),
    path("requests/<int:pk>/panel/", views.request_engagement, name="request-engagement"),
    path("needs-me/", views.needs_me, name="needs-me"),
    path("own/", views.own, name="own"),
    path("search-results/", views.search_results, name="search-results"),
    path("<int:pk>/", views.engagement_detail, name="engagement-detail"),
    path("<int:pk>/change/", views.engagement_change, name="engagement-change"),
    path("<int:pk>/move/", views.engagement_move, name="engagement-move"),
    path("<int:pk>/history/", views.engagement_history, name="engagement-history"),
    path("<int:pk>/feed/", views.engagement_feed, name="engagement-feed"),
    path("<int:pk>/lead/", views.lead_appoint, name="lead-appoint"),
    path("leads/<int:pk>/end/", views.lead_end, name="lead-end"),
    path("<int:pk>/milestones/create/", views.milestone_create, name="milestone-create"),
    path("milestones/<int:pk>/change/", views.milestone_change, name="milestone-change"),
    path("milestones/<int:pk>/finish/", views.milestone_finish, name="milestone-finish"),
    path("milestones/<int:pk>/accept/", views.milestone_accept, name="milestone-accept"),
    path("milestones/<int:pk>/reopen/", views.milestone_reopen, name="milestone-reopen"),
    path("milestones/<int:pk>/remove/", views.milestone_remove, name="milestone-remove"),
    path("blockers/<int:pk>/resolve/", views.blocker_resolve, name="blocker-resolve"),
    path("<int:pk>/news/", views.log_create, name="log-create"),
    path("<int:pk>/interactions/create/", views.interaction_create, name="interaction-create"),
    path("<int:pk>/solutions/create/", views.solution_create, name="solution-create"),
    path("solutions/<int:pk>/change/", views.solution_change, name="solution-change"),
]
