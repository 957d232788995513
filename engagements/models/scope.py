"""What hangs from an engagement is seen by those who see the engagement."""

from typing import Self, TypeVar

from django.db import models

from crm.models import User

Row = TypeVar("Row", bound=models.Model)


class OfEngagement(models.QuerySet[Row]):
    """Rows of a model that has an `engagement`."""

    def visible_to(self, user: User) -> Self:
        # The model of engagements is built on this module, so it is asked of the foreign key.
        engagements = self.model._meta.get_field("engagement").related_model
        return self.filter(engagement__in=engagements.objects.visible_to(user))  # type: ignore[union-attr]
