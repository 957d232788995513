"""The tool that gathers texts and keeps their French."""

import polib
import pytest
from django.core.management import CommandError, call_command

from crm.management.catalogues import APPS, path_of


class TestTool:
    """`manage.py catalogues`, on a small tree of its own."""

    @pytest.fixture
    def tree(self, tmp_path, settings):
        settings.BASE_DIR = tmp_path
        for app in APPS:
            (tmp_path / app / "templates").mkdir(parents=True)
        (tmp_path / "crm" / "words.py").write_text(
            '_("Save")\nngettext("%(n)d day", "%(n)d days", n)\n'
        )
        (tmp_path / "impact" / "words.py").write_text('gettext_lazy("Save")\n')
        (tmp_path / "crm" / "templates" / "page.html").write_text(
            "{{ _('Close') }}\n"
            "{% trans trimmed %}\n  It's\n  saved.\n{% endtrans %}\n"
            "{% trans n=rows %}{{ n }} row{% pluralize %}{{ n }} rows{% endtrans %}\n"
            "<p title=\"{{ _('Help') }}\">{{ field(label=_('Label')) }}</p>"
        )
        call_command("catalogues")
        return tmp_path

    def catalogue(self, app="crm"):
        return polib.pofile(str(path_of(app)))

    def translate(self, french=lambda text: f"fr {text}"):
        catalogue = self.catalogue()
        for entry in catalogue:
            if entry.msgid_plural:
                entry.msgstr_plural = {0: french(entry.msgid), 1: french(entry.msgid_plural)}
            else:
                entry.msgstr = french(entry.msgid)
        catalogue.save()
        call_command("catalogues")

    def test_it_gathers_code_and_templates_once_each(self, tree):
        texts = {(entry.msgid, entry.msgid_plural) for entry in self.catalogue()}

        assert texts == {
            ("Save", ""),
            ("%(n)d day", "%(n)d days"),
            ("Close", ""),
            ("It's saved.", ""),
            ("%(n)s row", "%(n)s rows"),
            ("Help", ""),
            ("Label", ""),
        }
        assert list(self.catalogue("impact")) == []

    def test_the_check_names_what_is_missing(self, tree):
        with pytest.raises(CommandError, match="missing: Close"):
            call_command("catalogues", check=True)

    def test_the_check_is_content_with_what_is_complete(self, tree):
        self.translate()

        call_command("catalogues", check=True)

        assert (
            polib.mofile(str(path_of("crm").with_suffix(".mo"))).find("Close").msgstr == "fr Close"
        )

    def test_the_check_names_what_nobody_shows_and_writes_nothing(self, tree):
        self.translate()
        (tree / "crm" / "words.py").write_text('_("Keep")\n')
        (tree / "impact" / "words.py").unlink()
        before = path_of("crm").read_bytes()

        with pytest.raises(CommandError, match=r"missing: Keep\n(.*\n)*stale: Save") as refused:
            call_command("catalogues", check=True)

        assert "stale: %(n)d day" in str(refused.value)
        assert path_of("crm").read_bytes() == before

    def test_what_is_translated_stays_and_what_is_gone_goes(self, tree):
        self.translate()
        (tree / "crm" / "words.py").write_text('_("Keep")\n')

        call_command("catalogues")

        texts = {entry.msgid: entry.msgstr for entry in self.catalogue()}
        assert texts["Close"] == "fr Close"
        assert texts["Keep"] == ""
        assert "%(n)d day" not in texts
        assert self.catalogue("impact").find("Save").msgstr == "fr Save"

    def test_a_translation_that_is_unsure_stays_so_until_a_person_says_otherwise(self, tree):
        self.translate()
        catalogue = self.catalogue()
        catalogue.find("Close").flags.append("fuzzy")
        catalogue.save()
        call_command("catalogues")

        with pytest.raises(CommandError, match="unsure: Close"):
            call_command("catalogues", check=True)

        assert polib.mofile(str(path_of("crm").with_suffix(".mo"))).find("Close") is None

    def test_the_check_sees_a_compiled_catalogue_that_is_old(self, tree):
        self.translate()
        catalogue = self.catalogue()
        catalogue.find("Close").msgstr = "Fermer"
        catalogue.save()

        with pytest.raises(CommandError, match="not compiled"):
            call_command("catalogues", check=True)

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("words.py", 'pgettext("month", "May")'),
            ("templates/x.html", "{{ pgettext('month', 'May') }}"),
        ],
    )
    def test_a_context_is_refused_and_not_lost(self, tree, name, text):
        (tree / "crm" / name).write_text(text)

        with pytest.raises(ValueError, match="Contexts are not gathered"):
            call_command("catalogues")
