"""A small proxy in front of several web processes, with the rule that docs/two-machines.md asks of a real one.

A request that reached nobody goes to the other process, and so does one that only reads. One that writes and was cut
off may be done or not: it is answered 502, and its sender asks again, with the key or the form by which it is known.
"""

from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread

READS = {"GET", "HEAD"}
OF_ONE_LINE = {"connection", "keep-alive", "transfer-encoding", "server", "date"}


class Balancer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, ports):
        self.ports, self.turn = ports, count()
        super().__init__(("127.0.0.1", 0), _Handler)

    def in_turn(self):
        first = next(self.turn) % len(self.ports)
        return self.ports[first:] + self.ports[:first]


class _Handler(BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        for port in self.server.in_turn():
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
            try:
                connection.connect()
            except OSError:
                continue
            try:
                return self.pass_on(connection, body)
            except (OSError, HTTPException):
                if self.command not in READS:
                    break
            finally:
                connection.close()
        return self.send_error(502)

    def pass_on(self, connection, body):
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        content = response.read()
        self.send_response(response.status)
        for name, value in response.getheaders():
            if name.lower() not in OF_ONE_LINE:
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PATCH = do_PUT = do_DELETE = answer  # noqa: N815 — the library's names

    def log_message(self, *args):
        """What it is asked is the tests' own."""

    def handle(self):
        try:
            super().handle()
        except (TimeoutError, ConnectionError):
            self.close_connection = True


@contextmanager
def balancer(ports):
    """The port of one in front of the ports."""
    server = Balancer(ports)
    Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
