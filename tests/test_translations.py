import json
import re

import polib
import pytest
from django.conf import settings

from crm.management.catalogues import APPS, gather, path_of

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
GATHERED = {app: gather(app) for app in APPS}


def catalogues():
    return {app: polib.pofile(str(path_of(app))) for app in APPS}


def test_every_text_has_its_french():
    translated = {
        (entry.msgid, entry.msgid_plural or None)
        for catalogue in catalogues().values()
        for entry in catalogue
        if entry.translated() and not entry.fuzzy
    }
    missing = {text[0] for texts in GATHERED.values() for text in texts if text not in translated}

    assert not missing, "No French yet:\n" + "\n".join(sorted(missing))


def test_no_text_is_translated_that_nobody_shows():
    texts_shown = {text for texts in GATHERED.values() for text in texts}
    stale = [
        e.msgid
        for c in catalogues().values()
        for e in c
        if (e.msgid, e.msgid_plural or None) not in texts_shown
    ]

    assert not stale, "Nobody shows these:\n" + "\n".join(stale)


def test_placeholders_agree():
    wrong = []
    for catalogue in catalogues().values():
        for entry in catalogue:
            texts = [(entry.msgid, entry.msgstr)]
            if entry.msgid_plural:
                texts = [
                    (entry.msgid, entry.msgstr_plural[0]),
                    (entry.msgid_plural, entry.msgstr_plural[1]),
                ]
            for said, translated in texts:
                if set(PLACEHOLDER.findall(translated)) != set(PLACEHOLDER.findall(said)):
                    wrong.append(said)
    assert wrong == []


@pytest.mark.parametrize("app", APPS)
def test_the_compiled_catalogue_is_the_one_that_people_edit(app):
    source = {e.msgid: e.msgstr or e.msgstr_plural for e in polib.pofile(str(path_of(app)))}
    compiled = {
        e.msgid: e.msgstr or e.msgstr_plural
        for e in polib.mofile(str(path_of(app).with_suffix(".mo")))
    }

    assert source == compiled


@pytest.mark.parametrize("name", ["crm", "volunteers", "impact"])
def test_reference_data_has_both_languages(name):
    data = json.loads((settings.BASE_DIR / "fixtures" / f"{name}.json").read_text())
    lacking = [
        (kind, field)
        for kind, rows in data.items()
        for row in rows
        for field, value in row.items()
        if field.endswith(("_fr", "_en")) and not value
    ]
    assert lacking == []


def test_a_page_speaks_both_languages(client, db):
    assert "Se connecter" in client.get("/login/").content.decode()
    assert "Log in" in client.get("/login/", headers={"accept-language": "en"}).content.decode()
