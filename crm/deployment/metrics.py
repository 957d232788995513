"""/metrics in the text format of Prometheus, for whoever has the token of RELAIS_METRICS_TOKEN; else there is none."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string

from crm.deployment.probes import places, room_at
from crm.domain.gauges import Gauge

PATH = "/metrics"
TYPE = "text/plain; version=0.0.4; charset=utf-8"


def may_read(request: HttpRequest) -> bool:
    sent = request.headers.get("Authorization", "")
    token = settings.METRICS_TOKEN
    return bool(token) and constant_time_compare(sent, f"Bearer {token}")


def text_of(failing: Iterable[str]) -> str:
    return "".join(f"{line}\n" for gauge in _gauges(failing) for line in _lines(gauge))


def _gauges(failing: Iterable[str]) -> Iterator[Gauge]:
    """Ours, then those that the apps name in settings.GAUGES, as long as the database is there to be asked."""
    ready = {name: float(name not in failing) for name in settings.READY_PROBES}
    yield Gauge("relais_ready", "Whether a probe of /healthz/ready holds", ready, "probe")
    yield Gauge("relais_release", "The version that runs", {settings.RELEASE: 1}, "version")
    room = {str(place): room_at(place) for place in places()}
    yield Gauge("relais_free_bytes", "Room that is left on the disk", room, "folder")
    if ready["database"] and ready["migrations"]:
        for name in settings.GAUGES:
            yield from import_string(name)()


def _lines(gauge: Gauge) -> Iterator[str]:
    yield f"# HELP {gauge.name} {gauge.meaning}"
    yield f"# TYPE {gauge.name} gauge"
    for value, number in gauge.counts.items():
        label = f'{{{gauge.label}="{_escaped(value)}"}}' if gauge.label else ""
        yield f"{gauge.name}{label} {number:.15g}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
