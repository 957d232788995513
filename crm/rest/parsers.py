"""Bodies of the API: JSON as RFC 8259 means it, and no more of it than a row can hold."""

import codecs
import json
import math

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class StrictJSONParser(JSONParser):
    """Each name once, numbers that are finite, texts that can be written as UTF-8, and no tower of brackets."""

    def parse(self, stream, media_type=None, parser_context=None):
        encoding = (parser_context or {}).get("encoding", settings.DEFAULT_CHARSET)
        try:
            text = codecs.getreader(encoding)(stream).read()
            body = json.loads(
                text,
                parse_constant=_refuse_constant,
                parse_float=_finite,
                parse_int=_whole,
                object_pairs_hook=_each_name_once,
            )
            if "\\u" in text:  # half of a pair of surrogates is JSON, and no text
                json.dumps(body, ensure_ascii=False).encode()
        except RecursionError:
            raise ParseError(_("This is nested too deeply.")) from None
        except json.JSONDecodeError as error:
            place = {"line": error.lineno, "column": error.colno}
            raise ParseError(
                _("This is no JSON, from line %(line)s, column %(column)s on.") % place
            ) from None
        except (UnicodeError, LookupError):
            raise ParseError(_("The body is not written in UTF-8.")) from None
        return body


def _refuse_constant(name):
    raise ParseError(_("%(name)s is no number.") % {"name": name})


def _finite(text):
    number = float(text)
    if math.isinf(number):
        raise ParseError(_("%(name)s is no number.") % {"name": text[:20]})
    return number


def _whole(text):
    """As Python reads it; of thousands of digits it makes no number, for the time that it would take."""
    try:
        return int(text)
    except ValueError:
        raise ParseError(_("%(name)s is no number.") % {"name": f"{text[:20]}…"}) from None


def _each_name_once(pairs):
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ParseError(_("“%(name)s” is there twice.") % {"name": twice[:40]})
    return members
