import re

from django.conf import settings
from django.db import connection
from django.utils.cache import patch_cache_control

from crm.files.upload_limits import LARGEST_BODY
from crm.rest.problems import PROBLEM, unknown
from crm.web.errors import too_large
from crm.web.networks import client_address

# BEGIN: what follows is looked at as well; Django asks SQLite in a transaction whether it knows JSON. PostgreSQL is
# asked for a union in brackets.
READS = re.compile(
    r"^\s*(?:--.*\n)*[\s(]*(SELECT|WITH|EXPLAIN|BEGIN|SAVEPOINT|RELEASE|ROLLBACK|PRAGMA|SET|SHOW)\b",
    re.I,
)
# A session that is void, because the password has changed, goes away at the next request, whatever its method;
# and a wrong secret in an address is counted, though one only looks.
BOOKKEEPING = re.compile(
    r'^\s*(?:(?:INSERT INTO|UPDATE|DELETE FROM) "django_session"|INSERT INTO crm_trycount )'
)
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class WriteInReadRequest(Exception):
    """A GET, HEAD or OPTIONS tried to change the database: a defect of ours."""


def _only_reads(execute, sql, params, many, context):
    if not READS.match(sql) and not BOOKKEEPING.match(sql):
        raise WriteInReadRequest(sql[:80])
    return execute(sql, params, many, context)


def read_only_get(get_response):
    """A page that is only looked at changes nothing, whatever the code behind it does."""

    def middleware(request):
        if request.method not in SAFE_METHODS:
            return get_response(request)
        with connection.execute_wrapper(_only_reads):
            return get_response(request)

    return middleware


def behind_proxies(get_response):
    """From here on REMOTE_ADDR is the client's address, whatever number of proxies it came through."""

    def middleware(request):
        meta = request.META
        meta["REMOTE_ADDR"] = client_address(
            meta.get("REMOTE_ADDR", ""), meta.get("HTTP_X_FORWARDED_FOR", ""), settings.PROXIES or 0
        )
        return get_response(request)

    return middleware


def problems_while_developing(get_response):
    """An unknown address of the API answers as in production; Django would draw its page for developers."""

    def middleware(request):
        response = get_response(request)
        is_drawn = response.status_code == 404 and response.get("Content-Type") != PROBLEM
        return (
            unknown(request).render() if is_drawn and request.path.startswith("/api/") else response
        )

    return middleware if settings.DEBUG else get_response


class BoundedBodies:
    """What is far too large is refused unread. Stands before the guard of forms, which reads the body for its token."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return too_large(request, status=411)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()) or int(length) > LARGEST_BODY:
            return too_large(request, status=413)
        return None


def private_pages(get_response):
    """What a logged-in person saw stays out of caches, also behind the back button after logging out."""

    def middleware(request):
        response = get_response(request)
        if request.user.is_authenticated or "Authorization" in request.headers:
            patch_cache_control(response, no_store=True, private=True)
        return response

    return middleware
