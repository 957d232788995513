"""Files in a bucket of S3-compatible storage, which several machines share (RELAIS_S3_BUCKET).

An object is private, stands under the digest of what it holds, and leaves through our views alone: no address of it is
ever made. It is stored in one request with its checksum, so there is no half one. Imported only where it is set.
"""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from functools import cached_property
from hashlib import md5
from pathlib import Path, PurePosixPath
from secrets import token_hex
from time import monotonic
from typing import Any, BinaryIO

from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError
from django.db import connection, transaction
from storages.backends.s3 import S3Storage

from crm.files.places import Away, Found
from crm.files.storage import PIECE, digest_of

LOCK = 0x52454C41  # of PostgreSQL: one number among all that ask it for one
MISSING = {"404", "NoSuchKey"}
LEFT_ALONE = 5.0  # seconds, after it did not answer: of all who wait for it, one does
UNANSWERED = (ConnectionError, HTTPClientError)
CLIENT = {
    # A page waits for it: a bucket that is cut off must not hold up whoever uploads.
    "connect_timeout": 2,
    "read_timeout": 5,
    "retries": {"mode": "standard", "total_max_attempts": 2},
    # Checksums of AWS's own kind are refused by others; each object is sent with its MD5, which all know, and known by
    # its SHA-256.
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
    "ignore_configured_endpoint_urls": True,
}


class Bucket(S3Storage):
    """What django-storages would take from variables of AWS is fixed here: the settings are ours alone."""

    default_acl = None  # the bucket's own: private
    file_overwrite = False
    security_token = session_profile = custom_domain = proxies = verify = None
    object_parameters: dict[str, Any] = {}
    gzip = False
    use_ssl = True

    def __init__(self, *, endpoint: str = "", **options: Any):
        style = "path" if endpoint else "virtual"
        config = Config(signature_version="s3v4", s3={"addressing_style": style}, **CLIENT)
        super().__init__(client_config=config, endpoint_url=endpoint or None, **options)
        self._away_until = 0.0

    @cached_property
    def connection(self) -> Any:
        """One for all threads: its client may be shared, and another one holds megabytes."""
        return super().connection

    @property
    def client(self) -> Any:
        return self.connection.meta.client

    def key_of(self, name: str) -> str:
        return self._normalize_name(name)

    def keep(self, name: str, content: bytes, digest: str) -> None:
        self._put(name, content, md5(content, usedforsecurity=False).digest())

    def take(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            found = md5(usedforsecurity=False)
            while piece := file.read(PIECE):
                found.update(piece)
            file.seek(0)
            self._put(name, file, found.digest())

    def _put(self, name: str, body: bytes | BinaryIO, checksum: bytes) -> None:
        with self._in_words():
            self.client.put_object(
                Bucket=self.bucket_name,
                Key=self.key_of(name),
                Body=body,
                ContentMD5=b64encode(checksum).decode(),
                ContentType="application/octet-stream",
            )

    def _body(self, name: str) -> Any:
        return self.client.get_object(Bucket=self.bucket_name, Key=self.key_of(name))["Body"]

    def fetch(self, name: str, path: Path) -> None:
        with self._in_words(), closing(self._body(name)) as body, path.open("wb") as file:
            for piece in body.iter_chunks(PIECE):
                file.write(piece)

    def read(self, name: str, *, most: int) -> bytes:
        with self._in_words(), closing(self._body(name)) as body:
            return body.read(most)

    def has(self, name: str, size: int) -> bool:
        try:
            return self.size(name) == size
        except FileNotFoundError:
            return False

    def is_whole(self, name: str, size: int, digest: str) -> bool:
        if not self.has(name, size):
            return False
        with suppress(FileNotFoundError), self._in_words(), closing(self._body(name)) as body:
            return digest_of(body) == digest
        return False

    def found(self, folder: str = "") -> Iterator[Found]:
        root = f"{self.location.strip('/')}/" if self.location else ""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket_name, Prefix=f"{root}{folder}/" if folder else root
        )
        with self._in_words():
            for page in pages:
                for entry in page.get("Contents", ()):
                    name = entry["Key"].removeprefix(root)
                    if _is_plain(name):
                        yield Found(name, entry["Size"], entry["LastModified"])

    def get_modified_time(self, name: str) -> datetime:
        with self._in_words():
            return super().get_modified_time(name)

    def size(self, name: str) -> int:
        with self._in_words():
            return super().size(name)

    def exists(self, name: str) -> bool:
        with self._in_words():
            return super().exists(name)

    def delete(self, name: str) -> None:
        with self._in_words():
            super().delete(name)

    def url(self, *args: Any, **kwargs: Any) -> str:
        raise NotImplementedError("A file leaves through the view that asks who may have it.")

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """What the client says, as Python says it of files; never the address of a request, nor a key."""
        if monotonic() < self._away_until:
            raise Away(f"bucket {self.bucket_name}: it did not answer a moment ago")
        try:
            yield
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in MISSING:
                raise FileNotFoundError(code) from error
            raise Away(f"bucket {self.bucket_name}: {code}") from error
        except BotoCoreError as error:
            if isinstance(error, UNANSWERED):
                self._away_until = monotonic() + LEFT_ALONE
            raise Away(f"bucket {self.bucket_name}: {type(error).__name__}") from error

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """By the database, which all machines share: SQLite lets one write, PostgreSQL has locks of any number."""
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            yield

    def check(self) -> None:
        with self._in_words():
            self.client.list_objects_v2(Bucket=self.bucket_name, MaxKeys=1)

    def try_out(self) -> bool:
        """Store, read and delete a file; whether a stranger could read it meanwhile. Away where one of them fails."""
        name = f".tried-{token_hex(16)}"
        self._away_until = 0.0
        self.keep(name, b"Relais", "")
        try:
            if self.read(name, most=6) != b"Relais":
                raise Away("It gives back other bytes than it was given.")
            return self._is_open(name)
        finally:
            self.delete(name)

    def _is_open(self, name: str) -> bool:
        stranger = self._create_session().client(
            "s3",
            region_name=self.region_name,
            endpoint_url=self.endpoint_url,
            config=self.client_config.merge(Config(signature_version=UNSIGNED)),
        )
        try:
            stranger.get_object(Bucket=self.bucket_name, Key=self.key_of(name))
        except (ClientError, BotoCoreError):
            return False
        return True


def _is_plain(name: str) -> bool:
    """Whether it names a file below a folder: a bucket may hold anything under any name."""
    parts = name.split("/")
    return (
        str(PurePosixPath(name)) == name and not {"", ".", ".."} & set(parts) and "\\" not in name
    )
