"""Text that was sent too late is given back to the same person, in its form, and to nobody else."""

import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import FileField
from django.test import Client
from django.urls import reverse

from crm.models import Session
from crm.web import kept
from engagements.domain.stages import Stage
from engagements.models import Decision, Milestone
from impact.models import Evidence
from tests.crm.factories import person_as
from tests.drawn_forms import drawn_form, drawn_forms
from tests.engagements.factories import EngagementFactory, MilestoneFactory
from tests.impact.factories import MeasurementFactory
from tests.test_typed_fields import FORMS

PASSWORD = "a-password-for-tests-2026"
LONG = "We keep the old server <b>until</b> May. " * 40
HERE = {"HTTP_REFERER": "http://testserver/", "HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator)


@pytest.fixture
def page(coordinator):
    for person in (
        coordinator,
        person_as("coordinator", full_name="Another Person", email="other@relais.example"),
    ):
        person.set_password(PASSWORD)
        person.save()
    client = Client(HTTP_ACCEPT_LANGUAGE="en", enforce_csrf_checks=True, **HERE)
    client.force_login(coordinator)
    return client


@pytest.fixture
def address(engagement):
    return reverse("engagements:decision-create", args=[engagement.pk])


@pytest.fixture
def written(page, address, coordinator):
    """A long decision, typed and not sent yet."""
    form = drawn_form(page.get(address))
    return form | {"title": "The <server>", "text": LONG, "owner": str(coordinator.pk)}


def log_in(page, at, email):
    form = drawn_form(page.get(at))
    return page.post(form.action, form | {"username": email, "password": PASSWORD})


def end_session(page):
    Session.objects.all().delete()
    page.cookies.pop("sessionid", None)


class TestTheSessionIsOver:
    def test_what_was_typed_is_back_in_its_form_after_the_log_in(
        self, page, address, written, coordinator
    ):
        end_session(page)
        login = page.post(address, written)
        assert (login.status_code, login["Location"]) == (302, f"/login/?next={address}")

        back = log_in(page, login["Location"], coordinator.email)
        assert back["Location"] == address
        given_back = page.get(address)

        form = drawn_form(given_back, holding=["text"])
        assert (form["title"], form["text"].strip(), form["owner"]) == (
            "The <server>",
            LONG.strip(),
            str(coordinator.pk),
        )
        assert "What you typed is back in this form" in given_back.content.decode()
        assert "<b>until</b>" not in given_back.content.decode()
        assert page.post(address, form).status_code == 302
        assert Decision.objects.get().text.strip() == LONG.strip()
        assert "is back in this form" not in page.get(address).content.decode()

    def test_somebody_else_who_logs_in_gets_nothing(self, page, address, written, coordinator):
        end_session(page)
        login = page.post(address, written)
        log_in(page, login["Location"], "other@relais.example")

        html = page.get(address).content.decode() + page.get("/").content.decode()
        assert "old server" not in html
        assert "kept" not in page.session

    def test_after_an_hour_it_is_gone(self, page, address, written, coordinator, monkeypatch):
        end_session(page)
        login = page.post(address, written)
        log_in(page, login["Location"], coordinator.email)
        session = page.session
        session["kept"] = [
            each | {"at": time.time() - kept.SECONDS - 1} for each in session["kept"]
        ]
        session.save()

        assert "old server" not in page.get(address).content.decode()

    def test_a_button_leads_back_to_its_page_and_not_to_an_address_that_only_takes(
        self, page, member, coordinator
    ):
        begun = EngagementFactory(member=member, coordinator=coordinator, stage=Stage.DESIGN)
        url = begun.get_absolute_url()  # “Go back to scoping” is such a button
        forms = drawn_forms(page.get(url))
        button = next(form for form in forms if form.action != url)
        end_session(page)

        login = page.post(button.action, button, headers={"accept-language": "en"})
        words = page.get(login["Location"], headers={"accept-language": "en"}).content.decode()
        log_in(page, login["Location"], coordinator.email)

        assert "nothing was done" in words
        assert "what you typed" not in words

        assert login["Location"] == f"/login/?next={url}"
        assert page.get(url).status_code == 200

    def test_text_that_is_too_long_to_be_kept_is_not_called_a_button(
        self, page, address, written, coordinator
    ):
        end_session(page)

        login = page.post(address, written | {"text": "a " * kept.MAX_CHARACTERS})

        words = page.get(login["Location"], headers={"accept-language": "en"}).content.decode()
        assert "what you pressed" not in words
        assert "is kept" not in words

    def test_a_page_that_answered_a_refusal_leads_back_to_the_page_before(
        self, page, address, written, coordinator
    ):
        refused = page.post(address, written | {"title": ""})
        again = drawn_form(refused, holding=["text"])
        end_session(page)

        assert page.post(address, again)["Location"] == f"/login/?next={address}"

    @pytest.mark.parametrize(
        "referer",
        [
            "https://evil.example/x",
            "http://testserver.evil.example/",
            "//evil.example",
            "javascript:alert(1)",
        ],
    )
    def test_nobody_is_led_elsewhere(self, page, address, written, referer):
        end_session(page)

        answer = page.post(address, written | {"drawn": ""}, HTTP_REFERER=referer)

        assert answer.status_code in {302, 403}
        assert answer.get("Location", "/login/?next=/") == "/login/?next=/"

    def test_what_was_never_drawn_for_anybody_is_not_kept(self, page, address, written):
        end_session(page)
        page.post(address, written | {"drawn": "forged"})

        assert "kept" not in page.session

    def test_passwords_and_tokens_are_never_kept(self, page, address, written):
        end_session(page)
        page.post(address, written | {"new_password1": "hidden", "api_token": "hidden"})

        [entry] = page.session["kept"]
        assert (
            set(entry["fields"]) & {"new_password1", "api_token", "csrfmiddlewaretoken", "drawn"}
            == set()
        )
        assert "hidden" not in str(entry)

    def test_what_is_too_long_is_not_kept(self, page, address, written):
        end_session(page)
        page.post(address, written | {"text": "x" * (kept.MAX_CHARACTERS + 1)})

        assert "kept" not in page.session

    def test_a_form_that_is_gone_gives_the_text_to_copy(self, page, engagement, coordinator):
        entry = {
            "path": "/gone/",
            "page": engagement.get_absolute_url(),
            "user": coordinator.pk,
            "at": time.time(),
        }
        session = page.session
        session["kept"] = [
            entry | {"fields": {"comment": [LONG]}, "has_files": False, "why": "late", "first": ""}
        ]
        session.save()

        html = page.get(engagement.get_absolute_url()).content.decode()

        assert "its form is not on this page any more" in html
        assert "We keep the old server &lt;b&gt;until" in html


class TestLoggedInInAnotherTab:
    def test_the_form_is_given_back_with_a_fresh_token(self, page, address, written, coordinator):
        log_in(page, "/login/", coordinator.email)

        answer = page.post(address, written, follow=True)

        form = drawn_form(answer, holding=["text"])
        assert answer.redirect_chain == [(address, 302)]
        assert form["text"].strip() == LONG.strip()
        assert page.post(address, form).status_code == 302
        assert Decision.objects.count() == 1

    def test_as_somebody_else_it_is_neither_saved_nor_shown(self, page, address, written):
        log_in(page, "/login/", "other@relais.example")

        answer = page.post(address, written)

        assert answer.status_code == 403
        assert "old server" not in answer.content.decode()
        assert "Somebody else has logged in" in answer.content.decode()
        assert not Decision.objects.exists()

    def test_what_another_site_sends_is_neither_kept_nor_shown(self, page, address, written):
        answer = page.post(
            address,
            written | {"csrfmiddlewaretoken": "x" * 64},
            HTTP_ORIGIN="https://evil.example",
            HTTP_REFERER="",
        )

        assert answer.status_code == 403
        assert "old server" not in answer.content.decode()
        assert "kept" not in page.session

    def test_the_log_in_itself_is_tried_again(self, page, coordinator):
        client = Client(enforce_csrf_checks=True, **HERE)

        assert client.post("/login/", {"username": coordinator.email})["Location"] == "/login/"

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_nobody_is_told_to_load_the_page_anew(self, page, address, written, language):
        answer = page.post(
            address,
            written | {"drawn": "", "csrfmiddlewaretoken": ""},
            HTTP_ACCEPT_LANGUAGE=language,
        )

        html = answer.content.decode().lower()
        assert answer.status_code == 403
        assert "we keep the old server" in html
        assert not [
            word for word in ("reload", "load the page", "recharge", "actualise") if word in html
        ]


def test_every_field_comes_back_as_it_was_sent(page, engagement, coordinator):
    """Ticks, choices, days and hidden versions, not only texts."""
    before = MilestoneFactory(engagement=engagement)
    milestone = MilestoneFactory(engagement=engagement)
    url = reverse("engagements:milestone-change", args=[milestone.pk])
    typed = drawn_form(page.get(url)) | {
        "title": 'A "new" title',
        "planned_on": "2027-02-03",
        "why": "Because\nof it",
        "after": [str(before.pk)],
        "owner": str(coordinator.pk),
    }
    Milestone.objects.filter(pk=milestone.pk).update(version=7)
    end_session(page)
    log_in(page, page.post(url, typed)["Location"], coordinator.email)

    form = drawn_form(page.get(url), holding=["title"])

    ours = {"csrfmiddlewaretoken", "drawn"}
    tidy = lambda given: {  # noqa: E731
        name: value.replace("\r\n", "\n") if isinstance(value, str) else value[0]
        for name, value in given.items()
        if name not in ours
    }
    assert tidy(form) == tidy(typed)
    assert page.post(url, form).status_code == 422, (
        "Changed by somebody else meanwhile, it is still refused."
    )


def chosen_file():
    return SimpleUploadedFile("liste.pdf", b"%PDF-1.4 liste", content_type="application/pdf")


class TestAFormWithAFile:
    """What was typed beside the file is back; the file itself cannot be, and the page says so."""

    @pytest.fixture(params=["evidence", "import"])
    def kind(self, request):
        return request.param

    @pytest.fixture
    def address(self, kind, engagement):
        if kind == "import":
            return reverse("impact:measurement-import", args=[engagement.pk])
        figure = MeasurementFactory(metric__engagement=engagement)
        return reverse("impact:evidence-create", args=[figure.pk])

    @pytest.fixture
    def written(self, page, address, kind):
        form = drawn_form(page.get(address), holding=["drawn"])
        typed = {"sheet": "Juin 2026", "heading": "3"} if kind == "import" else {}
        return form | typed | {"file": chosen_file()}

    def test_asks_for_the_file_again_after_the_log_in(
        self, page, address, written, coordinator, kind
    ):
        end_session(page)
        login = page.post(address, written)
        told = page.get(login["Location"]).content.decode()
        log_in(page, login["Location"], coordinator.email)
        given_back = page.get(address)

        assert ("what you typed is kept for you" in told) is (kind == "import")
        assert ("is to be chosen again" in told) or ("choose it again" in told)
        self.asks_again(given_back, kind)

    def test_asks_for_the_file_again_after_a_log_in_in_another_tab(
        self, page, address, written, coordinator, kind
    ):
        log_in(page, "/login/", coordinator.email)

        self.asks_again(page.post(address, written, follow=True), kind)

    def asks_again(self, given_back, kind):
        words = given_back.content.decode()
        assert "Choose your files again: files are not kept." in words
        assert ("What you typed is back in this form" in words) is (kind == "import")
        assert ("The file that you sent is not saved." in words) is (kind == "evidence")
        if kind == "import":
            form = drawn_form(given_back, holding=["sheet"])
            assert (form["sheet"], form["heading"]) == ("Juin 2026", "3")
        assert not Evidence.objects.exists()

    def test_a_file_chosen_again_is_saved(self, page, address, written, coordinator, kind):
        end_session(page)
        login = page.post(address, written)
        log_in(page, login["Location"], coordinator.email)
        form = drawn_form(page.get(address), holding=["drawn"])

        answer = page.post(address, form | {"file": chosen_file()})

        assert answer.status_code == (302 if kind == "evidence" else 422)
        if kind == "evidence":
            assert Evidence.objects.count() == 1
            assert "Choose your files again" not in page.get(address).content.decode()

    def test_every_form_with_a_file_is_one_of_these(self):
        """The public form's files go by a link, and not by a log-in."""
        with_files = {
            f"{form.__module__}.{form.__name__}"
            for form in FORMS
            if any(
                isinstance(each, FileField) for each in getattr(form, "base_fields", {}).values()
            )
        }
        assert with_files == {
            "crm.forms.requests.AttachForm",
            "impact.forms.evidence.EvidenceForm",
            "impact.forms.imports.ImportForm",
        }
