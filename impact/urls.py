from django.urls import path

from impact import views

app_name = "impact"
urlpatterns = [
    path("", views.summary, name="summary"),
    path("engagements/<int:pk>/", views.engagement_impact, name="engagement-impact"),
    path("engagements/<int:pk>/history/", views.engagement_history, name="engagement-history"),
    path("engagements/<int:pk>/panel/", views.engagement_panel, name="engagement-panel"),
    path("engagements/<int:pk>/metrics/create/", views.metric_create, name="metric-create"),
    path("engagements/<int:pk>/fundings/create/", views.funding_create, name="funding-create"),
    path("engagements/<int:pk>/import/", views.measurement_import, name="measurement-import"),
    path("engagements/<int:pk>/import/template/", views.measurement_template, name="measurement-template"),
    path("metrics/<int:pk>/baseline/", views.baseline_create, name="baseline-create"),
    path("baselines/<int:pk>/", views.baseline_detail, name="baseline-detail"),
    path("baselines/<int:pk>/change/", views.baseline_change, name="baseline-change"),
    path("baselines/<int:pk>/agree/", views.baseline_agree, name="baseline-agree"),
    path("baselines/<int:pk>/question/", views.baseline_question, name="baseline-question"),
    path("metrics/<int:pk>/measurements/create/", views.measurement_create, name="measurement-create"),
    path("measurements/<int:pk>/", views.measurement_detail, name="measurement-detail"),
    path("measurements/<int:pk>/change/", views.measurement_change, name="measurement-change"),
    path("measurements/<int:pk>/delete/", views.measurement_delete, name="measurement-delete"),
    path("measurements/<int:pk>/submit/", views.measurement_submit, name="measurement-submit"),
    path("measurements/<int:pk>/approve/", views.measurement_approve, name="measurement-approve"),
    path("measurements/<int:pk>/return/", views.measurement_return, name="measurement-return"),
    path("measurements/<int:pk>/publish/", views.measurement_publish, name="measurement-publish"),
    path("measurements/<int:pk>/correct/", views.measurement_correct, name="measurement-correct"),
    path("indicators/", views.indicator_list, name="indicator-list"),
    path("indicators/create/", views.indicator_create, name="indicator-create"),
    path("indicators/<int:pk>/", views.indicator_detail, name="indicator-detail"),
    path("indicators/<int:pk>/change/", views.indicator_change, name="indicator-change"),
    path("definitions-changed/", views.definitions_changed, name="definitions-changed"),
    path("needs-me/", views.needs_me, name="needs-me"),
]
