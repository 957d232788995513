"""The public register of companies: asked, never waited for, never believed."""

import socket
import threading
import time
from contextlib import suppress

import pytest
from django.urls import reverse

from crm.models import SupportRequest
from crm.services import company_search
from tests.crm.asking import STEPS, begin

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

DEEP = b'{"results":' + b"[" * 100_000 + b"]" * 100_000 + b"}"

ODD = [
    *(
        {"results": []},
        b"<html>",
        [],
        {},
        None,
        1,
        "x",
        {"results": None},
        {"results": {}},
        {"results": "x"},
    ),
    *(
        {"results": [None]},
        {"results": ["x"]},
        {"results": [[]]},
        {"results": [{"siege": []}]},
        b"",
        b"\xff\xfe",
        DEEP,
    ),
    *(
        b'{"results": [{"siren": 1e999}]}',
        b'{"results": [{"siren": ' + b"9" * 5_000 + b"}]}",
        b"NaN",
        b"{" * 600_000,
    ),
    b'{"results": [{"nom_complet": "' + b"x" * 600_000 + b'"}]}',
]


class TestCompanySearch:
    @pytest.fixture
    def register(self, settings):
        """The public register on a port of loopback; `answers` is what it says next."""
        import json
        from http.server import BaseHTTPRequestHandler, HTTPServer

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                status, body = self.server.says
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

            def log_message(self, *args):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        settings.COMPANY_SEARCH_URL = f"http://127.0.0.1:{server.server_port}/search"
        yield server
        server.shutdown()
        server.server_close()

    FOUND = {
        "results": [
            {
                "nom_raison_sociale": "ENTOURAGE",
                "siren": "130025265",
                "siege": {
                    "siret": "13002526500013",
                    "code_postal": "75009",
                    "libelle_commune": "PARIS",
                },
                "complements": {"identifiant_association": "W751225420"},
                "dirigeants": [{"nom": "SECRET", "date_de_naissance": "1970-01"}],
            }
        ]
    }

    def look_up(self, client):
        fields = STEPS["organisation"] | {
            "name": "",
            "postal_code": "",
            "siren": "130025265",
            "look-up": "1",
        }
        return client.post(reverse("crm:ask-step", args=["organisation"]), fields, follow=True)

    def test_fills_what_it_knows_and_keeps_no_officer(self, client, register):
        register.says = (200, self.FOUND)
        begin(client)

        page = self.look_up(client).content.decode()

        request = SupportRequest.objects.get()
        assert (request.name, request.postal_code, request.rna) == (
            "ENTOURAGE",
            "75009",
            "W751225420",
        )
        assert "SECRET" not in page + str(SupportRequest.history.values_list())

    @pytest.mark.parametrize(
        "says",
        [(500, {}), (429, {}), (302, {}), *((200, body) for body in ODD)],
        ids=lambda says: str(says)[:40],
    )
    def test_whatever_goes_wrong_the_form_goes_on_by_hand(self, client, register, says):
        register.says = says
        begin(client)

        response = self.look_up(client)

        assert response.status_code == 200
        assert SupportRequest.objects.get().siren == "130025265"

    @pytest.mark.parametrize(
        "name", ["x" * 5_000, "a\0b", 12, ["x"], {"a": "b"}, True, None, "", "  ", "\u202eX"]
    )
    @pytest.mark.parametrize("field", ["nom_raison_sociale", "siren", "siege", "complements"])
    def test_odd_values_are_left_out_and_the_others_taken(self, client, register, field, name):
        unit = self.FOUND["results"][0] | {field: name}
        register.says = (200, {"results": [unit]})
        begin(client)

        assert self.look_up(client).status_code == 200
        request = SupportRequest.objects.get()
        assert (request.name or "ENTOURAGE", request.siren) == ("ENTOURAGE", "130025265")
        assert request.postal_code in ("", "75009")

    def test_what_does_not_go_together_with_what_was_typed_fills_nothing(self, client, register):
        unit = {"siege": {"siret": "55203253400646"}}
        register.says = (200, {"results": [unit]})
        begin(client)

        page = self.look_up(client)

        assert page.status_code == 200
        assert SupportRequest.objects.get().siret is None

    def test_is_not_even_offered_where_it_is_off(self, client):
        begin(client)

        page = client.get(reverse("crm:ask-step", args=["organisation"])).content.decode()

        assert "look-up" not in page


DRIPPED = b'{"results": [{"siren": "130025265"}]}'


def drip(connection, *, at_once, then):
    """A register that sends a letter now and then, for ever."""
    connection.recv(4096)
    with suppress(OSError):
        connection.sendall(at_once)
        while True:
            connection.sendall(then)
            time.sleep(0.05)


@pytest.mark.parametrize(
    ("at_once", "then"),
    [
        (b"", b""),
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n" + DRIPPED, b" "),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b" " * 100),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"garbage", b"\r\n"),
    ],
)
def test_a_register_that_never_ends_holds_nobody_longer_than_it_may(settings, at_once, then):
    settings.COMPANY_SEARCH_SECONDS = 0.5
    with socket.create_server(("127.0.0.1", 0)) as register:

        def serve():
            with suppress(OSError):
                connection, _address = register.accept()
                with connection:
                    drip(connection, at_once=at_once, then=then)

        serving = threading.Thread(target=serve, daemon=True)
        serving.start()
        settings.COMPANY_SEARCH_URL = f"http://127.0.0.1:{register.getsockname()[1]}/search"
        began = time.monotonic()

        assert company_search.look_up("130025265") is None
        assert time.monotonic() - began < 2
    serving.join(timeout=5)
    assert not (serving.is_alive() and then), "the connection was left open"


def test_a_redirection_is_not_followed(settings):
    paths = []
    with socket.create_server(("127.0.0.1", 0)) as register:
        url = f"http://127.0.0.1:{register.getsockname()[1]}"

        def serve():
            for _n in range(2):
                with suppress(OSError):
                    connection, _address = register.accept()
                    with connection:
                        paths.append(connection.recv(4096))
                        connection.sendall(
                            f"HTTP/1.1 302 Found\r\nLocation: {url}/inside\r\n\r\n".encode()
                        )

        threading.Thread(target=serve, daemon=True).start()
        settings.COMPANY_SEARCH_URL = f"{url}/search"

        assert company_search.look_up("130025265") is None
        time.sleep(0.2)
    assert len(paths) == 1
