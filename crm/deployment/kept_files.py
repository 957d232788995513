"""Where files are kept, as the environment has it: in the folder RELAIS_FILES, or in a bucket that machines share."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from crm.deployment.environment import Environment

FOLDER, BUCKET = "crm.files.places.Folder", "crm.files.bucket.Bucket"
NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
PREFIX = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")
REGION = re.compile(r"[a-z0-9-]+")
UNTOLD = "us-east-1"  # what most storage elsewhere than AWS takes for its region


def files_of(env: Environment) -> dict[str, Any]:
    """The entry of STORAGES; what is refused is told without any value but that of a name."""
    bucket = env.text("RELAIS_S3_BUCKET")
    if not bucket:
        return {"BACKEND": FOLDER}
    env.needs("storages", "boto3", setting="RELAIS_S3_BUCKET", file="s3")
    if not NAME.fullmatch(bucket):
        raise ImproperlyConfigured("RELAIS_S3_BUCKET is the name of a bucket, and no address.")
    key, secret = env.secret("RELAIS_S3_KEY"), env.secret("RELAIS_S3_SECRET")
    if not (key and secret):
        raise ImproperlyConfigured("RELAIS_S3_BUCKET needs RELAIS_S3_KEY and RELAIS_S3_SECRET.")
    endpoint = _endpoint_of(env)
    region = _typed(env, "RELAIS_S3_REGION", REGION, "such as eu-west-3")
    if not (endpoint or region):
        raise ImproperlyConfigured("RELAIS_S3_BUCKET needs RELAIS_S3_REGION or RELAIS_S3_ENDPOINT.")
    prefix = _typed(env, "RELAIS_S3_PREFIX", PREFIX, "letters and digits between slashes")
    return {
        "BACKEND": BUCKET,
        "OPTIONS": {
            "bucket_name": bucket,
            "access_key": key,
            "secret_key": secret,
            "endpoint": endpoint,
            "region_name": region or UNTOLD,
            "location": prefix,
        },
    }


def _endpoint_of(env: Environment) -> str:
    endpoint = env.text("RELAIS_S3_ENDPOINT").rstrip("/")
    try:
        parts = urlsplit(endpoint)
        port = parts.port  # ValueError where it is none
    except ValueError:
        parts, port = urlsplit("?"), None
    is_one = parts.scheme in ("https", "http") and parts.hostname and port != 0
    if endpoint and not (is_one and parts.path == parts.query == "" and not parts.username):
        raise ImproperlyConfigured("RELAIS_S3_ENDPOINT is https://host or https://host:port.")
    return endpoint


def _typed(env: Environment, name: str, pattern: re.Pattern[str], words: str) -> str:
    typed = env.text(name).strip("/")
    if typed and not pattern.fullmatch(typed):
        raise ImproperlyConfigured(f"{name} is {words}.")
    return typed
