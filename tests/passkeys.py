"""A passkey in software, as a phone has it: it signs what a page asks for, with a key that never leaves it."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from secrets import token_bytes

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

PRESENT, VERIFIED, NEW = 1, 4, 64


def letters(raw):
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class Passkey:
    """`origin` is where the browser says it is; `verified`, whether its owner showed a finger or a PIN."""

    def __init__(self, origin, *, verified=True):
        self.origin, self.verified = origin, verified
        self.key, self.id, self.owner = ec.generate_private_key(ec.SECP256R1()), token_bytes(16), ""

    def create(self, options):
        self.owner = options["user"]["id"]
        public = cbor.encode(ES256.from_cryptography_key(self.key.public_key()))
        about = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        data = self._data(options["rp"]["id"], NEW) + about
        attested = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        said = {"attestationObject": letters(attested)}
        return self._credential("create", options, said)

    def get(self, options, *, key=None):
        data = self._data(options["rpId"])
        client = self._client("get", options)
        signed = (key or self.key).sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = {"authenticatorData": letters(data), "signature": letters(signed)}
        return self._credential("get", options, said | {"userHandle": self.owner})

    def _data(self, name, flags=0):
        flags |= PRESENT | (VERIFIED if self.verified else 0)
        return sha256(name.encode()).digest() + bytes([flags]) + bytes(4)

    def _client(self, act, options):
        return json.dumps(
            {
                "type": f"webauthn.{act}",
                "challenge": options["challenge"],
                "origin": self.origin,
                "crossOrigin": False,
            }
        ).encode()

    def _credential(self, act, options, said):
        said["clientDataJSON"] = letters(self._client(act, options))
        id_ = letters(self.id)
        return json.dumps(
            {
                "id": id_,
                "rawId": id_,
                "type": "public-key",
                "response": said,
                "clientExtensionResults": {},
            }
        )


def passkey_said():
    """What a new passkey says, for rows that need not sign anything."""
    options = {
        "user": {"id": "MQ"},
        "rp": {"id": "relais.example"},
        "challenge": letters(bytes(32)),
    }
    return json.loads(Passkey("https://relais.example").create(options))
