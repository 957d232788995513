"""The seven roles. A person holds one through a Membership, always in an organisation, and may hold several."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    DESK = "desk", _("Coalition desk")
    COORDINATOR = "coordinator", _("Coordinator")
    VOLUNTEER = "volunteer", _("Volunteer")
    LEAD = "lead", _("Project lead")
    SPONSOR = "sponsor", _("Sponsor contact")
    FUNDER = "funder", _("Funder")
