from django.urls import path

from volunteers import views

app_name = "volunteers"
urlpatterns = [
    path("week/", views.week, name="week"),
    path("assignments/<int:pk>/log/", views.log_work, name="log-work"),
    path("people/", views.people_list, name="people-list"),
    path("capacity/", views.capacity_map, name="capacity-map"),
    path("people/create/", views.volunteer_create, name="volunteer-create"),
    path("people/<int:pk>/", views.volunteer_detail, name="volunteer-detail"),
    path("people/<int:pk>/change/", views.volunteer_change, name="volunteer-change"),
    path("engagements/<int:pk>/team/", views.engagement_team, name="engagement-team"),
    path("engagements/<int:pk>/assign/", views.assignment_create, name="assignment-create"),
    path("engagements/<int:pk>/needs/", views.engagement_needs, name="engagement-needs"),
    path("engagements/<int:pk>/needs/create/", views.need_create, name="need-create"),
    path("needs/", views.need_list, name="need-list"),
    path("needs/allocation/", views.need_allocation, name="need-allocation"),
    path("needs/<int:pk>/", views.need_detail, name="need-detail"),
    path("needs/<int:pk>/change/", views.need_change, name="need-change"),
    path("needs/<int:pk>/close/", views.need_close, name="need-close"),
    path("needs/<int:pk>/reopen/", views.need_reopen, name="need-reopen"),
    path("assignments/<int:pk>/change/", views.assignment_change, name="assignment-change"),
    path("assignments/<int:pk>/confirm/", views.assignment_confirm, name="assignment-confirm"),
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
