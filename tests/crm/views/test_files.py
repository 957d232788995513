"""A file that was lost is said to be, and never sent as if it were whole."""

import pytest
from django.urls import reverse

from tests.kept import attach, put_aside


@pytest.mark.django_db
@pytest.mark.usefixtures("each_place")
class TestDoors:
    @pytest.mark.parametrize("there", [None, b"", b"%PDF", b"%PDF-1.4 y"])
    def test_what_is_lost_is_said_and_never_sent_as_if_it_were_whole(
        self, client, administrator, there
    ):
        attachment = attach()
        put_aside(attachment, there)
        client.force_login(administrator)

        page = client.get(
            reverse("crm:attachment", args=[attachment.pk]), headers={"accept-language": "en"}
        )

        assert page.status_code == 404
        assert "is no longer kept whole" in page.content.decode()
