from django.db import models
from django.utils.translation import gettext_lazy as _


def stored_under(row: "KeptFile", filename: str) -> str:
    """By what it holds, never by the name that the sender gave."""
    return f"{row.FOLDER}/{row.digest[:2]}/{row.digest}"


class KeptFile(models.Model):
    """A file that somebody sent; its type was read from its bytes, and it is only ever downloaded."""

    FOLDER = "files"

    name = models.CharField(_("name"), max_length=150)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size"))
    digest = models.CharField(max_length=64)
    file = models.FileField(upload_to=stored_under, max_length=150)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name
