"""Mails as files in a folder that their owner alone reads: they hold secret links."""

import os
from typing import Any

from django.conf import settings
from django.core.mail.backends import filebased


class Backend(filebased.EmailBackend):
    def __init__(self, *args: Any, **kwargs: Any):
        os.makedirs(settings.EMAIL_FILE_PATH, mode=0o700, exist_ok=True)
        super().__init__(*args, **kwargs)
