"""The paragraph over an engagement's figures says one milestone as one."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.utils import translation

from impact.display.narrative import story_of


@pytest.mark.parametrize("half_days", [None, 3])
@pytest.mark.parametrize(
    ("done", "told"),
    [
        (0, "0 jalon sur 3 est atteint"),
        (1, "1 jalon sur 3 est"),
        (2, "2 jalons sur 3 sont atteints"),
    ],
)
def test_milestones_are_one_or_several(done, told, half_days):
    engagement = SimpleNamespace(
        title="Paniers",
        started_on=date(2026, 5, 1),
        get_stage_display=lambda: translation.gettext("Build"),
    )
    section = SimpleNamespace(
        engagement=engagement, milestones_done=done, milestones=3, half_days=half_days, metrics=[]
    )

    with translation.override("fr"):
        assert told in story_of(section)


@pytest.mark.parametrize(
    ("half_days", "sentence"), [(None, None), (3, "Les personnes prêtées ont donné 1,5 jour.")]
)
def test_none_of_none_is_left_out(half_days, sentence):
    engagement = SimpleNamespace(
        title="Paniers",
        started_on=date(2026, 5, 1),
        get_stage_display=lambda: translation.gettext("Build"),
    )
    section = SimpleNamespace(
        engagement=engagement, milestones_done=0, milestones=0, half_days=half_days, metrics=[]
    )

    with translation.override("fr"):
        story = story_of(section)

    assert "jalon" not in story
    assert story.endswith(sentence or "Réalisation.")
