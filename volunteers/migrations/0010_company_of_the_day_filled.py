from datetime import date

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    """Until now each person had one company: what they did was its."""
    Volunteer = apps.get_model("volunteers", "Volunteer")
    company = Subquery(Volunteer.objects.filter(pk=OuterRef("volunteer")).values("sponsor")[:1])
    for name in ("Assignment", "EmployerCost", "HistoricalAssignment", "HistoricalEmployerCost"):
        apps.get_model("volunteers", name).objects.filter(sponsor=None).update(sponsor=company)
    for name in ("DeclaredStatement", "HistoricalDeclaredStatement"):
        rows = apps.get_model("volunteers", name).objects.filter(starts_on=None)
        for year in rows.order_by("year").values_list("year", flat=True).distinct():
            rows.filter(year=year).update(starts_on=date(year, 1, 1), ends_on=date(year, 12, 31))


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0009_company_of_the_day")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
