from django.db import models
from django.utils.translation import gettext_lazy as _


class EngagementInteraction(models.Model):
    """Says that a crm.Interaction was about an engagement; crm itself knows no engagements."""

    interaction = models.OneToOneField("crm.Interaction", models.CASCADE, related_name="+")
    engagement = models.ForeignKey(
        "engagements.Engagement", models.CASCADE, related_name="interactions"
    )

    class Meta:
        verbose_name = _("interaction on an engagement")
        verbose_name_plural = _("interactions on engagements")

    def __str__(self) -> str:
        return f"{self.engagement}: {self.interaction}"
