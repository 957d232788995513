"""A funder's portfolio: one indicator that three engagements follow, what was read already, and what came since."""

from datetime import timedelta

from django.utils import timezone

from crm.domain.roles import Role
from crm.models import User
from demo.world import ACCOUNTS
from engagements.models import Engagement
from impact.services import fundings, last_reading

SOURCE = "Enquête inventée pour la démonstration"


def portfolio(world):
    elix, books, menus, welcome = (
        Engagement.objects.get(title=title)
        for title in (
            "Elix, l’extension web",
            "Prêt de livres",
            "Menus partagés",
            "Accueil en 5 langues",
        )
    )
    for engagement in (books, menus):
        fundings.add_funding(
            engagement,
            funder=world.foundation,
            starts_on=engagement.started_on,
            by=world.coordinator,
        )
    asked = {
        engagement.pk: world.follow(engagement, "users-satisfied") for engagement in (books, menus)
    }
    _before(world, asked[books.pk])
    _survey(world, asked[books.pk], 63, answered=90, asked=210, days=190)
    _survey(world, asked[menus.pk], 9, answered=12, asked=15, days=300, population="completers")
    funder = User.objects.get(email=ACCOUNTS[Role.FUNDER])
    last_reading.mark_read(funder, upto=timezone.now(), at=timezone.now())
    of_elix = elix.metrics.get(indicator__code="users-satisfied")
    _survey(world, of_elix, 41, answered=52, asked=80, days=125, at=timezone.now())
    fundings.add_funding(
        welcome, funder=world.foundation, starts_on=world.ago(5), by=world.coordinator
    )


def _survey(world, metric, count, *, answered, asked, days, population="all", at=None):
    first = world.ago(days)
    world.measure(
        metric,
        count=count,
        total=answered,
        asked=asked,
        answered=answered,
        window_start=first,
        window_end=first + timedelta(days=30),
        population=population,
        source=SOURCE,
        grade="surveyed",
        at=at,
    )


def _before(world, metric):
    world.baseline(
        metric,
        method="measured",
        count=34,
        total=70,
        asked=150,
        answered=70,
        window_start=world.ago(700),
        window_end=world.ago(670),
        source=SOURCE,
        grade="surveyed",
    )
