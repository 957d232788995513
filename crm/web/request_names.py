"""A short name for each request: its lines in the log bear it, and whoever meets an error can tell it on."""

from contextvars import ContextVar
from secrets import token_hex

_current = ContextVar("the name of the request that is answered", default="")


def current() -> str:
    """The name of the request that is being answered, "" outside of one."""
    return _current.get()


def named(get_response):
    """Middleware, the first: whatever is logged while a request is answered bears its name.

    Answers do so where our side failed. Elsewhere they do not: refusals have to look alike, whatever they refuse.
    """

    def middleware(request):
        token = _current.set(token_hex(5))
        try:
            response = get_response(request)
            if response.status_code >= 500:
                response["X-Request-ID"] = current()
            return response
        finally:
            _current.reset(token)

    return middleware
