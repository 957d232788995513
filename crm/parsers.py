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
            told = json.loads(
                text, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_each_name_once
            )
            if "\\u" in text:  # half of a pair of surrogates is JSON, and no text
                json.dumps(told, ensure_ascii=False).encode()
        except RecursionError:
            raise ParseError(_("This is nested too deeply.")) from None
        except (ValueError, LookupError) as error:
            raise ParseError(_("This is no JSON that can be read: %(error)s") % {"error": error}) from None
        return told


def _refuse_constant(name):
    raise ValueError(_("%(name)s is no number.") % {"name": name})


def _finite(text):
    number = float(text)
    if math.isinf(number):
        raise ValueError(_("%(name)s is no number.") % {"name": text[:20]})
    return number


def _each_name_once(pairs):
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(_("“%(name)s” is there twice.") % {"name": twice[:40]})
    return found
