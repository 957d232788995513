"""A server of S3-compatible storage on loopback, and buckets in it. Takes seconds to import: conftest does so late."""

import logging
from contextlib import contextmanager
from itertools import count

import boto3
from botocore.config import Config
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

NUMBERS = count()
KEY, SECRET = "relais-key", "CANARY-secret"


class StorageServer:
    def __init__(self, address):
        self.address = address
        # One that does what our own never does: make buckets, open them to all, put anything under any name.
        self.client = boto3.client(
            "s3",
            endpoint_url=address,
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            config=Config(s3={"addressing_style": "path"}),
        )

    def new_bucket(self, **changes):
        """The variables of a new bucket."""
        bucket = f"relais-{next(NUMBERS)}"
        self.client.create_bucket(Bucket=bucket)
        return {
            "RELAIS_S3_BUCKET": bucket,
            "RELAIS_S3_ENDPOINT": self.address,
            "RELAIS_S3_KEY": KEY,
            "RELAIS_S3_SECRET": SECRET,
            "RELAIS_S3_PREFIX": "of/relais",
        } | changes


@contextmanager
def storage_server():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it would tell each request
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        yield StorageServer("http://{}:{}".format(*server.get_host_and_port()))
    finally:
        server.stop()
