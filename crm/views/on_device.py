"""Relais on a phone's home screen, and the script that opens the week without a network (docs/decisions/0022)."""

import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

WORKER_PARTS = ("volunteers/unsent.js", "volunteers/worker.js")
ICONS = [("192", "any"), ("512", "any"), ("512", "maskable")]


@login_not_required
@require_safe
def manifest(request):
    """By language. Nothing of anybody stands in it."""
    start = reverse("volunteers:week")
    response = JsonResponse(
        {
            "id": start,
            "name": _("Relais: my week"),
            "short_name": "Relais",
            "lang": get_language(),
            "start_url": start,
            "scope": "/",
            "display": "standalone",
            "theme_color": "#0b5d63",
            "background_color": "#ffffff",
            "icons": [_icon(size, purpose) for size, purpose in ICONS],
        },
        content_type="application/manifest+json",
    )
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@login_not_required
@require_safe
def service_worker(request):
    """Where things are, and the parts by their names of this version: another name is another worker."""
    places = {"week": reverse("volunteers:week"), "login": reverse("crm:login")}
    parts = ", ".join(json.dumps(static(part)) for part in WORKER_PARTS)
    script = f"const places = {json.dumps(places)};\nimportScripts({parts});\n"
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def _icon(size, purpose):
    name = size if purpose == "any" else f"{size}-{purpose}"
    return {
        "src": static(f"crm/icon-{name}.png"),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }
