"""What every route asks of a body: known names, whole keys, and which version was read."""

import pytest
from django.urls import get_resolver
from rest_framework.test import APIClient

from crm.rest.views import ScopedViewSet, version_in
from tests.crm.factories import OrganisationFactory, SupportRequestFactory


@pytest.fixture
def api(administrator):
    client = APIClient(headers={"accept-language": "en"})
    client.force_authenticate(administrator)
    return client


@pytest.fixture
def organisation(db):
    return OrganisationFactory(name="Emmaüs", city="Lille")


def change(api, organisation, body=None, **headers):
    return api.patch(
        f"/api/v1/organisations/{organisation.pk}/",
        {"city": "Roubaix"} | (body or {}),
        format="json",
        headers=headers,
    )


class TestVersionRead:
    def test_is_asked_for_where_nobody_says_it(self, api, organisation):
        assert change(api, organisation).status_code == 428
        organisation.refresh_from_db()
        assert organisation.city == "Lille"

    def test_comes_with_the_row_and_goes_back_as_if_match(self, api, organisation):
        tag = api.get(f"/api/v1/organisations/{organisation.pk}/").headers["ETag"]

        changed = change(api, organisation, **{"if-match": tag})

        assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
        assert change(api, organisation, **{"if-match": tag}).status_code == 412

    def test_of_two_that_are_named_the_older_one_counts(self, api, organisation):
        change(api, organisation, {"seen": 1})

        assert change(api, organisation, {"seen": 1}, **{"if-match": '"2"'}).status_code == 412
        assert change(api, organisation, {"seen": 2}, **{"if-match": '"1"'}).status_code == 412
        assert change(api, organisation, {"seen": 2}, **{"if-match": '"2"'}).status_code == 200

    def test_is_whichever_is_there_where_one_says_so(self, api, organisation):
        change(api, organisation, {"seen": 1})

        assert change(api, organisation, **{"if-match": "*"}).status_code == 200

    @pytest.mark.parametrize(
        ("header", "version"),
        [
            (None, None),
            ("*", None),
            ('"3"', 3),
            ('W/"3"', 3),
            ('"3", "12", "x"', 12),
            ('"x"', 0),
            ("3", 0),
            ('"' + "9" * 11 + '"', 0),
        ],
    )
    def test_is_read_from_if_match(self, header, version):
        assert version_in(header) == version


class TestNames:
    def test_one_that_no_field_takes_is_told_with_what_else_is_wrong(self, api, organisation):
        refused = change(api, organisation, {"town": "Lille", "city": "x" * 999, "seen": 1})

        assert refused.status_code == 400
        assert refused.json()["errors"]["town"] == ["There is no such field."]
        assert "city" in refused.json()["errors"]

    def test_half_a_key_names_no_row(self, api, administrator):
        request = SupportRequestFactory()

        refused = api.post(
            f"/api/v1/requests/{request.pk}/merge/",
            {"into": SupportRequestFactory().pk + 0.5, "seen": 1},
            format="json",
        )

        assert refused.status_code == 400
        assert refused.json()["errors"] == {"into": ["A key is a whole number."]}


def every_kind_of(view):
    for kind in view.__subclasses__():
        yield kind
        yield from every_kind_of(kind)


def test_no_action_bears_the_name_of_a_method_of_http():
    """Each request by that method would run it, by whatever route, and a key that reads only too."""
    assert get_resolver().url_patterns  # once these are loaded all views are known
    views = set(every_kind_of(ScopedViewSet))
    methods = {"get", "head", "post", "put", "patch", "delete", "trace"}

    assert {view for view in views if methods & set(dir(view))} == set()
    assert len(views) > 30
