from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import Reason, because
from crm.domain import formatting
from crm.domain.formatting import day_text
from crm.domain.refusals import DoneElsewhere, Refused, Twins
from crm.domain.roles import Role
from crm.domain.text import words_of
from crm.models import Membership, Organisation, User
from crm.services.people import names_of, save_account
from volunteers.models import Skill, Volunteer, VolunteerSkill


@dataclass(frozen=True, kw_only=True)
class VolunteerProfile:
    """What a volunteer's own page says of them. `days_a_week` is the time they are lent for.

    `levels` is {skill: level} of all that they can do or would like to learn; None leaves their skills as they are.
    """

    days_a_week: Decimal
    available_from: date
    available_to: date | None = None
    languages: str = ""
    levels: Mapping[Skill, int] | None = None


def profile_of(volunteer: Volunteer) -> VolunteerProfile:
    """As it is saved; the skills are left out."""
    return VolunteerProfile(
        days_a_week=volunteer.days_a_week,
        available_from=volunteer.available_from,
        available_to=volunteer.available_to,
        languages=volunteer.languages,
    )


@dataclass(frozen=True, kw_only=True)
class NewVolunteer(VolunteerProfile):
    """A person whom the company `sponsor` lends to the Coalition's `member`. `email` is their account's address."""

    full_name: str
    email: str
    sponsor: Organisation
    member: Organisation
    latin_name: str = ""


@transaction.atomic
def add_volunteer(person: NewVolunteer, *, by: User, is_another: bool = False) -> Volunteer:
    """A lent person, with their account (no password yet) and their role at the company.

    A namesake, or an address that is the account of somebody of another name, is refused unless `is_another`.
    """
    email = person.email.strip().lower()
    user = User.objects.filter(email=email).first()
    if not is_another:
        _refuse_a_twin(person.full_name, user, by)
    if user is None:
        full_name, latin_name = names_of(person.full_name, person.latin_name)
        user = User(email=email, full_name=full_name, latin_name=latin_name)
        user.set_unusable_password()
        save_account(user, by=by, why=because("Added as volunteer"))
    if Volunteer.objects.filter(user=user).exists():
        raise Refused({"email": _("This person is on the list of volunteers already.")})
    if (
        not Membership.objects.current()
        .filter(user=user, organisation=person.sponsor, role=Role.VOLUNTEER)
        .exists()
    ):
        write.save(
            Membership(user=user, organisation=person.sponsor, role=Role.VOLUNTEER),
            by=by,
            why=because("Lent"),
        )
    volunteer = Volunteer(
        user=user,
        sponsor=person.sponsor,
        member=person.member,
        days_a_week=person.days_a_week,
        available_from=person.available_from,
        available_to=person.available_to,
        languages=person.languages,
    )
    write.save(volunteer, by=by, why=because("Added"))
    _set_skills(volunteer, person.levels or {}, by)
    return volunteer


def _refuse_a_twin(full_name: str, account: User | None, by: User) -> None:
    name = " ".join(words_of(full_name))
    if account is not None and account.sort_name != name:
        raise Twins("email", _("This address is the account of %(name)s.") % {"name": account}, [])
    namesakes = (
        Volunteer.objects.visible_to(by)
        .filter(user__sort_name=name)
        .exclude(user=account)
        .for_list()[:5]
    )
    twins = [
        (f"{each} ({each.company})", reverse("volunteers:volunteer-detail", args=[each.pk]))
        for each in namesakes
    ]
    if twins:
        sentence = _("The lent team has %(twins)s already. If this is somebody else, say so.")
        raise Twins(
            "full_name", sentence % {"twins": " · ".join(name for name, _page in twins)}, twins
        )


@transaction.atomic
def change_volunteer(
    volunteer: Volunteer,
    profile: VolunteerProfile,
    *,
    by: User,
    today: date,
    seen: int | None = None,
) -> Volunteer:
    """Replace what the profile says. What was promised already stands in the way of less time."""
    volunteer = Volunteer.objects.select_for_update(of=("self",)).get(pk=volunteer.pk)
    write.refuse_if_stale(volunteer, seen)
    is_less = profile.days_a_week < volunteer.days_a_week
    volunteer.days_a_week = profile.days_a_week
    if is_less:
        _refuse_below_promises(volunteer, today)
    before = volunteer.available_from, volunteer.available_to
    after = profile.available_from, profile.available_to
    volunteer.available_from, volunteer.available_to = after
    if before != after:
        _refuse_away_while_promised(volunteer, today)
    volunteer.languages = profile.languages
    fields = ["days_a_week", "available_from", "available_to", "languages"]
    is_able_otherwise = profile.levels is not None and _set_skills(volunteer, profile.levels, by)
    return write.save(
        volunteer, by=by, why=because("Changed"), fields=fields, beside=is_able_otherwise
    )


def _refuse_below_promises(volunteer: Volunteer, today: date) -> None:
    """What is over may have been more than the person has now; what is promised from today on may not."""
    promised = list(volunteer.assignments.filter(ends_on__gte=today).order_by("starts_on", "pk"))
    for day in sorted({max(promise.starts_on, today) for promise in promised}):
        load = sum(
            (each.days_a_week for each in promised if each.starts_on <= day <= each.ends_on),
            Decimal(0),
        )
        if load > volunteer.days_a_week:
            raise Refused(
                {
                    "days_a_week": _(
                        "%(person)s has promised %(load)s from %(day)s: change that first."
                    )
                    % {
                        "person": volunteer,
                        "load": formatting.days_a_week(load),
                        "day": day_text(day),
                    }
                }
            )


def _refuse_away_while_promised(volunteer: Volunteer, today: date) -> None:
    """An assignment that still runs or is to come lies within the person's availability."""
    promised = (
        volunteer.assignments.filter(ends_on__gte=today).select_related("engagement").order_by("pk")
    )
    for promise in promised:
        words = {"engagement": promise.engagement.title}
        if promise.starts_on < volunteer.available_from:
            sentence = _("A mission begins before this day: %(engagement)s. Change that first.")
            page = reverse("volunteers:assignment-change", args=[promise.pk])
            raise DoneElsewhere({"available_from": sentence % words}, [(promise.role, page)])
        if volunteer.available_to and promise.ends_on > volunteer.available_to:
            sentence = _("A mission ends after this day: %(engagement)s. Shorten it first.")
            page = reverse("volunteers:assignment-shorten", args=[promise.pk])
            raise DoneElsewhere({"available_to": sentence % words}, [(_("Shorten"), page)])


def _set_skills(volunteer: Volunteer, levels: Mapping[Skill, int], by: User) -> bool:
    """Make `levels`, {skill: level}, all that the person can do or would like to learn; True where any changed."""
    held = {row.skill: row for row in volunteer.levels.select_related("skill").order_by("pk")}
    before = {skill: row.level for skill, row in held.items()}
    for skill, row in held.items():
        if skill not in levels:
            write.delete(
                row, by=by, why=because("Skill taken away: %(skill)s", skill=skill.in_both("name"))
            )
        elif levels[skill] != row.level:
            row.level = levels[skill]
            write.save(row, by=by, why=_now_able(row), fields=["level"])
    for skill, level in levels.items():
        if skill not in held:
            row = VolunteerSkill(volunteer=volunteer, skill=skill, level=level)
            write.save(row, by=by, why=_now_able(row))
    return levels != before


def _now_able(row: VolunteerSkill) -> Reason:
    level = dict(VolunteerSkill.Level.choices).get(
        row.level, ""
    )  # one that is none is refused by the save
    return because("%(skill)s: %(level)s", skill=row.skill.in_both("name"), level=level)
