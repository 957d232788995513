"""What merging two organisations, or two contacts, would do: the plan that is shown before, and then carried out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from crm.audit.history import column_of
from crm.domain.formatting import colon
from crm.domain.merging import RULES, Rule, Twin, objections_to
from crm.models import Contact, Merge, Organisation, User
from crm.models.merges import Subject

Mergeable: TypeAlias = "Organisation | Contact"
MODELS: dict[str, type[Organisation] | type[Contact]] = {
    Subject.ORGANISATION.value: Organisation,
    Subject.CONTACT.value: Contact,
}
IDENTIFIERS = ("siren", "siret", "rna")  # each belongs to one organisation: it is given away
PARTS = ("is_beneficiary", "is_member", "is_sponsor", "is_funder", "is_esus")
PLACE = ("street", "postal_code", "city")  # one address, never a half of each
FACTS = {
    Subject.ORGANISATION: (
        *("legal_category", "ess_form", "purpose", "staff_count", "annual_budget", "website"),
    ),
    Subject.CONTACT: ("function", "email", "phone", "user"),
}


def subject_of(row: Mergeable) -> Subject:
    return Subject.ORGANISATION if isinstance(row, Organisation) else Subject.CONTACT


def seal_of(kept: Mergeable, absorbed: Mergeable) -> str:
    """Stands for both rows as they were read, and which of them is kept."""
    return seal_of_versions((kept.pk, kept.version), (absorbed.pk, absorbed.version))


def seal_of_versions(kept: tuple[int, int], absorbed: tuple[int, int]) -> str:
    """The seal of two rows by the number and the version of each."""
    return "-".join(f"{pk}.{version}" for pk, version in (kept, absorbed))


@dataclass(frozen=True)
class Relation:
    """A foreign key to what is merged, and what its app says of it; without a word of it, it moves."""

    model: type[models.Model]
    name: str

    @property
    def key(self) -> str:
        return f"{self.model._meta.label}.{self.name}"

    @property
    def rule(self) -> Rule:
        return RULES.get(self.key, Rule(self.key))

    @property
    def label(self) -> str:
        """What its rows are, and as what they name it: "Engagements (supported organisation)"."""
        things = capfirst(str(self.model._meta.verbose_name_plural))
        return f"{things} ({column_of(self.model, self.name).verbose_name})"

    def rows(self, of: Mergeable) -> models.QuerySet[Any]:
        """`Any`: rows of whichever model points there."""
        return self.model._base_manager.filter(**{self.name: of.pk}).order_by("pk")

    def twins(self, kept: Mergeable, absorbed: Mergeable) -> set[int]:
        """The keys of the rows that the kept one has a row like, where a constraint allows one."""
        found: set[int] = set()
        for names, condition in self._once:
            there = {
                _values_of(row, names)
                for row in self.rows(kept).filter(condition).values_list("pk", *names)
            }
            moving = self.rows(absorbed).filter(condition).values_list("pk", *names)
            found |= {
                row[0] for row in moving if _values_of(row, names) in there and None not in row
            }
        return found

    @cached_property
    def _once(self) -> list[tuple[list[str], Q]]:
        """The other columns, and the condition, of each constraint by which such a row exists once."""
        own = column_of(self.model, self.name)
        once: list[tuple[list[str], Q]] = [([], Q())] if own.unique else []
        for constraint in self.model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint) and self.name in constraint.fields:
                others = [name for name in constraint.fields if name != self.name]
                once.append((others, constraint.condition or Q()))
        return once


def _values_of(row: Sequence[Any], names: Sequence[str]) -> tuple[Any, ...]:
    """The values of a row after its key. `Any`: of whichever columns."""
    return tuple(row[1 : 1 + len(names)])


def relations_to(model: type[models.Model]) -> list[Relation]:
    """Every foreign key to the model, those without a way back included; what history holds is history's."""
    found = [
        Relation(each.related_model, each.field.name)
        for each in model._meta.get_fields(include_hidden=True)
        if isinstance(each, models.ManyToOneRel)
        and not hasattr(each.related_model, "instance_type")
    ]
    return sorted(found, key=lambda relation: relation.key)


@dataclass(frozen=True)
class Move:
    """The rows of one relation: how many move, and which are twins of what the kept one has."""

    relation: Relation
    count: int
    twins: frozenset[int] = frozenset()

    @property
    def label(self) -> str:
        return self.relation.label

    @property
    def twin_words(self) -> str:
        """What becomes of the twins, in a sentence; nothing where there are none."""
        return _twin_words(self.relation.rule.twin) if self.twins else ""


def _twin_words(twin: Twin) -> str:
    return {
        Twin.STAYS: _("the one kept has the same: these stay with the other"),
        Twin.ENDS: _("the person holds the role at both: the second ends today"),
        Twin.GOES: _("it would count twice: the one of whom is kept counts"),
        Twin.REFUSES: _("both have the same, and what was declared is not rewritten"),
    }[twin]


@dataclass(frozen=True)
class Plan:
    """All that a merge would do. `filled` are {column: value} that the kept one lacks; `against` refuses it."""

    kept: Mergeable
    absorbed: Mergeable
    moves: list[Move] = field(default_factory=list)
    filled: dict[str, Any] = field(default_factory=dict)  # values of whichever columns
    goals: list[int] = field(default_factory=list)
    against: list[str] = field(default_factory=list)
    two_numbers: list[str] = field(default_factory=list)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """(label, value) of what is filled in, for a reader."""
        return [
            (capfirst(str(column_of(self.kept, name).verbose_name)), _in_words(self.absorbed, name))
            for name in self.filled
        ]


def _in_words(row: Mergeable, name: str) -> str:
    if column_of(row, name).choices:
        return str(getattr(row, f"get_{name}_display")())
    value = getattr(row, name)
    return str(_("yes")) if value is True else str(value)


def plan_of(kept: Mergeable, absorbed: Mergeable) -> Plan:
    """What merging the second into the first would do: a fixed number of queries, however many rows there are."""
    moves = [
        move for relation in relations_to(type(kept)) if (move := _move(relation, kept, absorbed))
    ]
    against = objections_to(type(kept)._meta.label, kept, absorbed)
    against += [
        f"{move.label}{colon()} {move.twin_words}."
        for move in moves
        if move.twins and move.relation.rule.twin == Twin.REFUSES
    ]
    return Plan(
        kept=kept,
        absorbed=absorbed,
        moves=moves,
        filled=_filled(kept, absorbed),
        goals=_goals(kept, absorbed),
        against=against,
        two_numbers=_two_numbers(kept, absorbed),
    )


def _move(relation: Relation, kept: Mergeable, absorbed: Mergeable) -> Move | None:
    if relation.rule.stays or not (count := relation.rows(absorbed).count()):
        return None
    twins = frozenset(relation.twins(kept, absorbed))
    return Move(relation, count - len(twins), twins)


def owners_of(absorbed: Mergeable) -> set[int | None]:
    """The members whose rows would move; None among them where some are nobody's but an administrator's."""
    owners: set[int | None] = set()
    for relation in relations_to(type(absorbed)):
        rule = relation.rule
        if rule.stays:
            continue
        rows = relation.rows(absorbed).order_by()
        if rule.owner:
            owners |= set(rows.values_list(rule.owner, flat=True).distinct())
        elif rows.exists():
            owners.add(None)
    return owners


def may_merge(user: User, kept: Mergeable, absorbed: Mergeable) -> bool:
    """Administrators merge all; a head coordinator, what nobody but their own member has to do with."""
    if user.is_administrator:
        return True
    if not user.heads:
        return False
    if isinstance(kept, Organisation) and isinstance(absorbed, Organisation):
        if kept.is_member or absorbed.is_member:
            return False
    elif not {kept.kept_by_id, absorbed.kept_by_id} <= user.heads:  # type: ignore[union-attr]
        return False
    return owners_of(absorbed) <= user.heads


def may_undo(user: User, merge: Merge) -> bool:
    """Administrators, and whoever merged them, as long as they head the members whose rows would go back."""
    if user.is_administrator:
        return True
    if merge.by_id != user.pk or not user.heads:
        return False
    if merge.subject == Subject.CONTACT:
        books = Contact._base_manager.filter(pk__in=[merge.kept, merge.absorbed])
        if not set(books.values_list("kept_by", flat=True)) <= user.heads:
            return False
    return set().union(*map(_owners_of_moved, merge.moved.items())) <= user.heads


def _owners_of_moved(moved: tuple[str, list[int]]) -> set[int | None]:
    """The members to whom the rows belong that a merge has moved; None for those that are nobody's."""
    relation = relation_of(moved[0])
    if not relation.rule.owner:
        return {None}
    rows = relation.model._base_manager.filter(pk__in=moved[1]).order_by()
    return set(rows.values_list(relation.rule.owner, flat=True).distinct())


def _filled(kept: Mergeable, absorbed: Mergeable) -> dict[str, Any]:
    """{column: value} that the absorbed one has and the kept one lacks. `Any`: of whichever columns."""
    names = [*FACTS[subject_of(kept)]]
    filled = {name: _value(absorbed, name) for name in names if _lacks(kept, absorbed, name)}
    if not isinstance(kept, Organisation) or not isinstance(absorbed, Organisation):
        return filled
    filled |= {name: True for name in PARTS if _lacks(kept, absorbed, name)}
    filled |= _identifiers(kept, absorbed)
    unknown = Organisation.GeneralInterest.TO_CHECK
    if kept.general_interest == unknown != absorbed.general_interest:
        filled["general_interest"] = absorbed.general_interest
    if not any(getattr(kept, name) for name in PLACE):
        filled |= {name: getattr(absorbed, name) for name in PLACE if getattr(absorbed, name)}
    return filled


def _identifiers(kept: Organisation, absorbed: Organisation) -> dict[str, Any]:
    """The numbers that go over: none that is of another legal person than the kept one's."""
    if _two_numbers(kept, absorbed):
        return {}
    return {name: getattr(absorbed, name) for name in IDENTIFIERS if _lacks(kept, absorbed, name)}


def _two_numbers(kept: Mergeable, absorbed: Mergeable) -> list[str]:
    """A sentence for each number by which the two are two legal persons."""
    if not isinstance(kept, Organisation) or not isinstance(absorbed, Organisation):
        return []
    numbers = [("SIREN", _siren(kept), _siren(absorbed)), ("RNA", kept.rna, absorbed.rna)]
    return [
        _("Their %(number)s differs: %(one)s and %(other)s.")
        % {"number": name, "one": one, "other": other}
        for name, one, other in numbers
        if one and other and one != other
    ]


def _siren(organisation: Organisation) -> str:
    return organisation.siren or (organisation.siret or "")[:9]


def _value(row: Mergeable, name: str) -> Any:
    """What the column holds, of whichever type; the key where it is a relation."""
    return getattr(row, column_of(row, name).attname)


def _lacks(kept: Mergeable, absorbed: Mergeable, name: str) -> bool:
    return not _value(kept, name) and bool(_value(absorbed, name))


def _goals(kept: Mergeable, absorbed: Mergeable) -> list[int]:
    """The numbers of the goals that only the absorbed one has."""
    if not isinstance(kept, Organisation) or not isinstance(absorbed, Organisation):
        return []
    theirs = absorbed.sdgs.exclude(pk__in=kept.sdgs.values("pk")).order_by("number")
    return list(theirs.values_list("number", flat=True))


def kept_of(model: type[Mergeable], pk: int) -> Any:
    """What a row that was merged away has become: the last of a chain; None where it was not merged.

    `Any`: a row of the model that is asked about.
    """
    row = model._base_manager.filter(pk=pk).first()
    if row is None or row.merged_into_id is None:
        return None
    while row.merged_into_id is not None:
        row = model._base_manager.get(pk=row.merged_into_id)
    return row


def merged_into(row: Mergeable) -> models.QuerySet[Merge]:
    """The merges by which it took others over, and that stand."""
    rows = Merge.objects.standing().filter(subject=subject_of(row), kept=row.pk)
    return rows.for_list()


def relation_of(key: str) -> Relation:
    """The relation that a merge wrote down by its name."""
    label, name = key.rsplit(".", 1)
    return Relation(apps.get_model(label), name)


def rows_of(merges: Iterable[Merge], model: type[Mergeable]) -> list[Any]:
    """The absorbed rows of some merges of one model, for their histories."""
    keys = [merge.absorbed for merge in merges]
    return list(model._base_manager.filter(pk__in=keys).order_by("pk"))
