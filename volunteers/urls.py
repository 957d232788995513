from django.urls import path

from volunteers import views

app_name = "volunteers"
urlpatterns = [
    path("week/", views.week, name="week"),
    path("assignments/<int:pk>/log/", views.log_work, name="log-work"),
    path("people/", views.people_list, name="people-list"),
    path("capacity/", views.capacity_map, name="capacity-map"),
    path("capacity/xlsx/", views.capacity_xlsx, name="capacity-xlsx"),
    path("people/create/", views.volunteer_create, name="volunteer-create"),
    path("people/<int:pk>/", views.volunteer_detail, name="volunteer-detail"),
    path("people/<int:pk>/change/", views.volunteer_change, name="volunteer-change"),
    path("engagements/<int:pk>/team/", views.engagement_team, name="engagement-team"),
    path("engagements/<int:pk>/assign/", views.assignment_create, name="assignment-create"),
    path("assignments/<int:pk>/change/", views.assignment_change, name="assignment-change"),
    path("assignments/<int:pk>/confirm/", views.assignment_confirm, name="assignment-confirm"),
    path("assignments/<int:pk>/extend/", views.assignment_extend, name="assignment-extend"),
    path("assignments/<int:pk>/shorten/", views.assignment_shorten, name="assignment-shorten"),
    path("assignments/<int:pk>/replace/", views.assignment_replace, name="assignment-replace"),
    path("assignments/<int:pk>/relay-note/", views.relay_note, name="relay-note"),
    path("engagements/<int:pk>/relay/", views.relay_plan, name="relay-plan"),
    path("engagements/<int:pk>/relay/demand/", views.relay_demand, name="relay-demand"),
    path("engagements/<int:pk>/relay/parts/create/", views.part_create, name="part-create"),
    path("engagements/<int:pk>/relay/own/", views.knowledge_own, name="knowledge-own"),
    path("parts/<int:pk>/change/", views.part_change, name="part-change"),
    path("parts/<int:pk>/remove/", views.part_remove, name="part-remove"),
    path("months/", views.month_list, name="month-list"),
    path("months/xlsx/", views.month_xlsx, name="month-xlsx"),
    path("months/pdf/", views.month_pdf, name="month-pdf"),
    path("months/<int:pk>/", views.month_sheet, name="month-sheet"),
    path("months/<int:pk>/confirm/", views.month_confirm, name="month-confirm"),
    path("months/<int:pk>/disagree/", views.month_disagree, name="month-disagree"),
    path("months/<int:pk>/correct/", views.month_correct, name="month-correct"),
    path("disagreements/<int:pk>/settle/", views.disagreement_settle, name="disagreement-settle"),
    path("needs-me/", views.needs_me, name="needs-me"),
    path("search-results/", views.search_results, name="search-results"),
]
