"""Mails in a folder."""

from tests.production import SETTINGS, manage


class TestMailFolder:
    def test_in_a_folder_is_read_by_its_owner_alone(self, tmp_path):
        folder = tmp_path / "mails"
        chosen = {"EMAIL_HOST": "", "RELAIS_MAIL_FOLDER": str(folder)}
        send = (
            "from django.conf import settings; from django.core.mail import get_connection, send_mail;"
            "send_mail('Essai', '', None, ['ada@association.fr'],"
            " connection=get_connection(settings.MAIL_TRANSPORT))"
        )
        done = manage("shell", "-v0", "-c", send, environment=SETTINGS | chosen)

        assert done.returncode == 0, done.stderr
        assert [path.read_text().count("To: ada@association.fr") for path in folder.iterdir()] == [
            1
        ]
        assert folder.stat().st_mode & 0o777 == 0o700
