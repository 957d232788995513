"""The secret of a key that was just made: shown for some minutes, in the session that made it, and to nobody else."""

import time

from cryptography.fernet import InvalidToken

from crm.web.ciphers import ciphers

PLACE = "new key"
SECONDS = 600


def keep(request, key, secret):
    """Keep it, encrypted. Saved at once: a second click, which waits for this one, reads it before we have answered."""
    request.session[PLACE] = [key.pk, ciphers(PLACE).encrypt(secret.encode()).decode(), time.time()]
    request.session.save()


def newest(request):
    """(key, secret) of the newest one that this session has made, or (None, "")."""
    pk, encrypted, at = request.session.get(PLACE, (None, "", 0))
    if time.time() - at > SECONDS:
        request.session.pop(PLACE, None)
        return None, ""
    try:
        return pk, ciphers(PLACE).decrypt(encrypted.encode()).decode()
    except InvalidToken:
        return None, ""
