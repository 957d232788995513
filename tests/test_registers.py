"""The registers to which upper apps add: every entry, so that nothing hides there. Gates: services/test_engagements."""

from django.conf import settings
from django.utils.module_loading import import_string

from crm.domain import todos
from crm.domain.merging import RULES
from crm.models import Contact, Organisation
from crm.selectors.merges import relations_to
from engagements import calendars


def names(functions):
    return [f"{function.__module__}.{function.__name__}" for function in functions]


def test_each_app_asks_its_own_of_a_person():
    assert names(todos.SOURCES) == [
        "impact.todos.todos_of",
        "volunteers.todos.todos_of",
        "engagements.todos.todos_of",
        "crm.todos.todos_of",
    ]


def test_each_app_has_its_daily_jobs():
    jobs = [*settings.DAILY_JOBS, *settings.MORNING_JOBS, *settings.REFERENCE_DATA.values()]

    assert [name for name in jobs if not callable(import_string(name))] == []
    assert set(settings.REFERENCE_DATA) == {
        path.name for path in (settings.BASE_DIR / "fixtures").glob("*.json")
    }


def test_the_lent_team_adds_its_dates():
    assert sorted(names(calendars._dates)) == [
        "engagements.calendars.last_days_of_leads",
        "engagements.calendars.milestones",
        "volunteers.calendars.agreements",
        "volunteers.calendars.assignments",
    ]


def test_each_relation_to_what_is_merged_moves_or_stays_for_a_reason():
    """Those that nobody names move as well; here somebody says of each whose it is, or why it stays."""
    relations = {
        relation.key for model in (Organisation, Contact) for relation in relations_to(model)
    }

    assert relations == set(RULES)
    assert [rule for rule in RULES.values() if rule.stays and rule.owner] == []
