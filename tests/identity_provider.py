"""A provider of identities on loopback, of the tests: what it signs, and with which key, is said by the test."""

import json
import time
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import override_settings

from crm.deployment.oidc import Provider

CLIENT, SECRET, NAME = "relais", "between us", "Association ID"


@cache
def key_of(name):
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class IdentityProvider:
    """Whoever is sent there comes back as `person`; `changes` are made to the token, `signed_by` signs it."""

    def __init__(self, address):
        self.address, self.signed_by, self.changes, self.beside = address, "ours", {}, {}
        self.person = {"sub": "zoe-1", "email": "zoe@relais.example", "email_verified": True}
        self.asked, self.sent = {}, {}

    def comes_back(self, place):
        """Where the browser goes after the log-in there, which `place` has begun."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(place).query).items()}
        return f"{self.asked['redirect_uri']}?code=once&state={self.asked['state']}"

    def answer(self, path, sent):
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
                "userinfo_endpoint": f"{self.address}/userinfo",
            } | self.beside
        if path == "/keys":
            public = jwt.algorithms.RSAAlgorithm.to_jwk(key_of("ours").public_key(), as_dict=True)
            return {"keys": [public | {"kid": "1", "use": "sig", "alg": "RS256"}]}
        if path == "/token":
            self.sent = {name: values[0] for name, values in sent.items()}
            return {"access_token": "a", "token_type": "Bearer", "id_token": self.token()}
        return self.person

    def token(self):
        now = int(time.time())
        said = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300}
        said |= {"nonce": self.asked.get("nonce")} | self.person | self.changes
        return jwt.encode(said, key_of(self.signed_by), "RS256", headers={"kid": "1"})


@contextmanager
def identity_provider():
    """The provider, which the settings name within."""
    server = HTTPServer(("127.0.0.1", 0), Answers)
    server.provider = IdentityProvider(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    address = server.provider.address
    try:
        with override_settings(OIDC=Provider(address, CLIENT, SECRET, NAME, (address,))):
            yield server.provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self._answer({})

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self._answer(parse_qs(self.rfile.read(length).decode()))

    def _answer(self, sent):
        said = self.server.provider.answer(self.path, sent)
        self.send_response(200 if said else 500)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *args):
        pass
