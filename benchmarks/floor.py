"""Bare Django views with the ideal query: what the same answer costs before a product is built around it."""

import json
from datetime import date, timedelta

from django.db import connection, transaction
from django.http import HttpResponse, JsonResponse
from django.template import Context, Engine
from django.urls import path

ROWS = Engine(builtins=["django.templatetags.i18n"]).from_string(
    """<!doctype html><html lang="fr"><title>Accompagnements</title><h1>Accompagnements</h1><table>
    {% for row in rows %}<tr><td><a href="/engagements/{{ row.0 }}/">{{ row.1 }}</a><td>{{ row.2 }}<td>{{ row.3 }}
    <td>{{ row.4|default_if_none:"" }}<td>{{ row.5|default_if_none:"" }}<td>{{ row.6|default_if_none:"" }}
    <td>{{ row.7|default_if_none:"" }}<td>{{ row.8|default_if_none:"" }}{% endfor %}</table></html>"""
)

LIST = """
    WITH page AS (
        SELECT e.id, e.title, e.stage, e.last_news_on, e.beneficiary_id
        FROM engagements_engagement e
        WHERE e.member_id IN (SELECT organisation_id FROM crm_membership WHERE user_id = %s AND role = 'coordinator')
        AND e.stage NOT IN ('stopped', 'autonomous') {where}
        ORDER BY {order} LIMIT 50
    )
    SELECT p.id, p.title, b.name, p.stage, p.last_news_on,
        (SELECT c.full_name FROM engagements_leadappointment l JOIN crm_contact c ON c.id = l.contact_id
         WHERE l.engagement_id = p.id AND l.starts_on <= CURRENT_DATE AND l.ends_on IS NULL LIMIT 1),
        (SELECT m.title FROM engagements_milestone m WHERE m.engagement_id = p.id AND m.done_on IS NULL
         ORDER BY m.planned_on LIMIT 1),
        (SELECT m.planned_on FROM engagements_milestone m WHERE m.engagement_id = p.id AND m.done_on IS NULL
         ORDER BY m.planned_on LIMIT 1),
        (SELECT min(k.opened_on) FROM engagements_blocker k WHERE k.engagement_id = p.id AND k.resolved_on IS NULL)
    FROM page p JOIN crm_organisation b ON b.id = p.beneficiary_id
"""
FIRST_PAGE = LIST.format(where="", order="e.title, e.id")
LAST_PAGE = LIST.format(where="", order="e.title DESC, e.id DESC")
SEARCH = LIST.format(
    where="""AND (e.search LIKE %s OR e.beneficiary_id IN (SELECT id FROM crm_organisation WHERE search LIKE %s))""",
    order="e.title, e.id",
)
DETAIL = [
    """SELECT e.title, e.stage, b.name FROM engagements_engagement e
       JOIN crm_organisation b ON b.id = e.beneficiary_id WHERE e.id = %s""",
    """SELECT title, planned_first_on, planned_on, done_on FROM engagements_milestone
       WHERE engagement_id = %s ORDER BY planned_on""",
    """SELECT week, done, blocked, next FROM engagements_progresslog
       WHERE engagement_id = %s ORDER BY week DESC LIMIT 10""",
    "SELECT role, starts_on, ends_on FROM volunteers_assignment WHERE engagement_id = %s",
]
PORTFOLIO = """
    WITH page AS (
        SELECT e.id, e.title FROM engagements_engagement e
        WHERE e.id IN (SELECT f.engagement_id FROM impact_funding f
                       JOIN crm_membership m ON m.organisation_id = f.funder_id WHERE m.user_id = %s)
        ORDER BY e.title LIMIT 10
    )
    SELECT p.id, p.title, i.name_fr, b.count, b.exposure_months, sum(s.count), sum(s.exposure_months),
        min(s.window_start), max(s.window_end)
    FROM page p JOIN impact_metric t ON t.engagement_id = p.id JOIN impact_indicator i ON i.id = t.indicator_id
    LEFT JOIN impact_baseline b ON b.metric_id = t.id
    LEFT JOIN impact_measurement s ON s.metric_id = t.id AND s.status = 'published'
    GROUP BY p.id, p.title, i.name_fr, b.count, b.exposure_months ORDER BY p.title, i.name_fr
"""
SERIES = """
    SELECT s.metric_id, s.window_end, s.count FROM impact_measurement s JOIN impact_metric t ON t.id = s.metric_id
    WHERE t.engagement_id IN (
        SELECT f.engagement_id FROM impact_funding f JOIN crm_membership m ON m.organisation_id = f.funder_id
        JOIN engagements_engagement e ON e.id = f.engagement_id WHERE m.user_id = %s ORDER BY e.title LIMIT 10)
    AND s.status = 'published' ORDER BY s.metric_id, s.window_end
"""


def rows_of(sql, parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def table(sql):
    def view(request):
        rows = rows_of(sql, [request.user.pk])
        return HttpResponse(ROWS.render(Context({"rows": rows})))

    return view


def search(request):
    text = f"%{request.GET['q']}%"
    return HttpResponse(
        ROWS.render(Context({"rows": rows_of(SEARCH, [request.user.pk, text, text])}))
    )


def api_list(request):
    return JsonResponse(
        {
            "results": [
                [str(value) for value in row] for row in rows_of(FIRST_PAGE, [request.user.pk])
            ]
        }
    )


def detail(request, pk):
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    return JsonResponse(
        {"parts": [[list(map(str, row)) for row in rows_of(sql, [pk])] for sql in DETAIL]}
    )


def summary(request):
    rows = rows_of(PORTFOLIO, [request.user.pk])
    points = rows_of(SERIES, [request.user.pk])
    return HttpResponse(ROWS.render(Context({"rows": rows})) + str(len(points)))


@transaction.atomic
def log(request):
    """One log and five days, with a history row each, in as few statements as it takes."""
    asked = json.loads(request.body)
    monday = date.fromisoformat(asked["week"])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE engagements_progresslog SET done = %s WHERE engagement_id = %s AND author_id = %s AND week = %s",
            [asked["done"], asked["engagement"], request.user.pk, monday],
        )
        cursor.execute(
            "SELECT id, day FROM volunteers_workday WHERE assignment_id = %s AND day BETWEEN %s AND %s",
            [asked["assignment"], monday, monday + timedelta(days=6)],
        )
        cursor.fetchall()
        cursor.execute(
            "UPDATE engagements_engagement SET last_news_on = CURRENT_DATE WHERE id = %s",
            [asked["engagement"]],
        )
        cursor.execute(
            "UPDATE volunteers_workday SET half_days = %s WHERE assignment_id = %s AND day BETWEEN %s AND %s",
            [1 + asked["turn"] % 2, asked["assignment"], monday, monday + timedelta(days=6)],
        )
    return JsonResponse({"ok": True})


urlpatterns = [
    path("list/", table(FIRST_PAGE)),
    path("last/", table(LAST_PAGE)),
    path("search/", search),
    path("api/list/", api_list),
    path("detail/<int:pk>/", detail),
    path("summary/", summary),
    path("log/", log),
]
