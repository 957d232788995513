"""The checksum by which frozen contents are recognised; all of them are summed in this one way."""

import hashlib
import json


def checksum_of(contents):
    """SHA-256 of the contents as canonical JSON."""
    canonical = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
