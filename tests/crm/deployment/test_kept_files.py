"""Which place of files the settings choose, and what they refuse."""

import sys

import pytest
from django.conf import settings

from tests.crm.deployment.refused import refusal
from tests.production import settings_of

GIVEN = {
    "RELAIS_S3_BUCKET": "relais-files",
    "RELAIS_S3_REGION": "eu-west-3",
    "RELAIS_S3_KEY": "key",
    "RELAIS_S3_SECRET": "CANARY",
}


def test_a_folder_unless_a_bucket_is_named():
    assert settings_of()["STORAGES"]["default"] == {"BACKEND": "crm.files.places.Folder"}
    assert settings_of(**GIVEN)["STORAGES"]["default"]["BACKEND"] == "crm.files.bucket.Bucket"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("RELAIS_S3_BUCKET", "https://s3.example/relais", "the name of a bucket"),
        ("RELAIS_S3_KEY", "", "needs RELAIS_S3_KEY and RELAIS_S3_SECRET"),
        ("RELAIS_S3_SECRET", "", "needs RELAIS_S3_KEY and RELAIS_S3_SECRET"),
        ("RELAIS_S3_REGION", "", "RELAIS_S3_REGION or RELAIS_S3_ENDPOINT"),
        ("RELAIS_S3_REGION", "Paris 3", "such as eu-west-3"),
        ("RELAIS_S3_ENDPOINT", "s3.example", "https://host"),
        ("RELAIS_S3_ENDPOINT", "https://s3.example/relais", "https://host"),
        ("RELAIS_S3_ENDPOINT", "https://a:b@s3.example", "https://host"),
        ("RELAIS_S3_ENDPOINT", "https://s3.example:port", "https://host"),
        ("RELAIS_S3_PREFIX", "../other", "letters and digits"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words_without_the_secret(name, value, words):
    said = refusal(**GIVEN | {name: value})

    assert words in said
    assert "CANARY" not in said


def test_the_secrets_may_stand_in_files(tmp_path):
    (tmp_path / "secret").write_text("from a file\n")
    in_file = {"RELAIS_S3_SECRET": "", "RELAIS_S3_SECRET_FILE": str(tmp_path / "secret")}

    options = settings_of(**GIVEN | in_file)["STORAGES"]["default"]["OPTIONS"]

    assert options["secret_key"] == "from a file"


def test_the_packages_are_locked_apart_and_asked_for(monkeypatch):
    lines = (settings.BASE_DIR / "requirements" / "s3.txt").read_text().splitlines()
    assert {"boto3", "django-storages"} < {line.split("==")[0] for line in lines if "==" in line}
    assert "boto" not in (settings.BASE_DIR / "requirements" / "run.txt").read_text()

    monkeypatch.setitem(sys.modules, "storages", None)
    assert "requirements/s3.txt" in refusal(**GIVEN)
