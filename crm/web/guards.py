import re

from django.conf import settings
from django.db import connection
from django.utils.cache import patch_cache_control

from crm.files.upload_limits import LARGEST_BODY
from crm.rest.problems import PROBLEM, unknown
from crm.web.errors import too_large
from crm.web.networks import client_address

# Queries that read. BEGIN is among them, for each query after it is checked as well: Django asks SQLite in a
# transaction whether it knows JSON. The bracket is that of a union on PostgreSQL.
READS = re.compile(
    r"^\s*(?:--.*\n)*[\s(]*(SELECT|WITH|EXPLAIN|BEGIN|SAVEPOINT|RELEASE|ROLLBACK|PRAGMA|SET|SHOW)\b",
    re.I,
)
# Writes that a GET may cause: a session that is void, because the password has changed, is deleted at the next request
# of any method, a wrong secret in an address is counted, and a key of the API keeps the day of its last use.
BOOKKEEPING = re.compile(
    r'^\s*(?:(?:INSERT INTO|UPDATE|DELETE FROM) "crm_session"|INSERT INTO crm_trycount '
    r'|UPDATE "crm_apikey" SET "last_used_on" )'
)
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class WriteInReadRequest(Exception):
    """A GET, HEAD or OPTIONS tried to change the database, which is a defect of our code."""


def _only_reads(execute, sql, params, many, context):
    if not READS.match(sql) and not BOOKKEEPING.match(sql):
        raise WriteInReadRequest(sql[:80])
    return execute(sql, params, many, context)


def read_only_get(get_response):
    """Middleware: a GET, HEAD or OPTIONS changes nothing, whatever the code behind it does."""

    def middleware(request):
        if request.method not in SAFE_METHODS:
            return get_response(request)
        with connection.execute_wrapper(_only_reads):
            return get_response(request)

    return middleware


def behind_proxies(get_response):
    """Middleware: from here on REMOTE_ADDR is the client's address, however many proxies the request came through."""

    def middleware(request):
        meta = request.META
        meta["REMOTE_ADDR"] = client_address(
            meta.get("REMOTE_ADDR", ""), meta.get("HTTP_X_FORWARDED_FOR", ""), settings.PROXIES or 0
        )
        return get_response(request)

    return middleware


def problems_while_developing(get_response):
    """Middleware: with DEBUG, an unknown address of the API answers as in production, not with Django's own page."""

    def middleware(request):
        response = get_response(request)
        is_drawn = response.status_code == 404 and response.get("Content-Type") != PROBLEM
        return (
            unknown(request).render() if is_drawn and request.path.startswith("/api/") else response
        )

    return middleware if settings.DEBUG else get_response


class BoundedBodies:
    """Middleware: refuses a body that is far too large without reading it.

    Stands before the middleware that reads the body for the token of forms.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return too_large(request, status=411)
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_number = length.isascii() and length.isdigit() and len(length) < 19
        if not is_number or int(length) > LARGEST_BODY:
            return too_large(request, status=413)
        return None


def private_pages(get_response):
    """Middleware: pages of a logged-in person stay out of caches, and of the back button after logging out."""

    def middleware(request):
        response = get_response(request)
        if request.user.is_authenticated or "Authorization" in request.headers:
            patch_cache_control(response, no_store=True, private=True)
        return response

    return middleware
