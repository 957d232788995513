"""What hangs from an engagement is seen by those who see the engagement."""

from django.db import models


class OfEngagement(models.QuerySet):
    def visible_to(self, user):
        engagements = self.model._meta.get_field("engagement").related_model.objects
        return self.filter(engagement__in=engagements.visible_to(user))
