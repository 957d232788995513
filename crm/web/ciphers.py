"""What has to be kept and read again, encrypted: a copy of the database without the key of this install shows none."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def ciphers(purpose: str) -> MultiFernet:
    """Of the key of this install, and of the one before it; what was encrypted for another purpose stays shut."""
    keys = (
        salted_hmac(purpose, "", secret=key, algorithm="sha256").digest()
        for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    )
    return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in keys])
