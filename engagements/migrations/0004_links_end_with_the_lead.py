"""A link that was mailed to a lead knows whom, so that it ends with their office; those already mailed as well."""

from zoneinfo import ZoneInfo

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


def say_whom(apps, schema_editor):
    """Of a link that still lives, the lead of its day who bears the name that it was sent to."""
    for link in apps.get_model("engagements", "EngagementLink").objects.filter(revoked_at=None).order_by("pk"):
        day = link.created_at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
        leads = apps.get_model("engagements", "LeadAppointment").objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=day),
            starts_on__lte=day,
            engagement=link.engagement_id,
            contact__full_name=link.sent_to,
        )
        if lead := leads.order_by("pk").first():
            link.lead_id = lead.contact_id
            link.save(update_fields=["lead"])


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0009_purpose_in_the_statutes"),
        ("engagements", "0003_words_and_alphabet"),
    ]

    operations = [
        migrations.AddField(
            "engagementlink",
            "lead",
            models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="crm.contact",
                verbose_name="project lead",
            ),
        ),
        migrations.RunPython(say_whom, migrations.RunPython.noop),
    ]
