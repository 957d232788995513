"""The people of the demo, and short verbs over the services, with plausible dates."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from crm.audit import write
from crm.audit.reasons import DEMO
from crm.domain.request_states import BARRIERS
from crm.domain.roles import Role
from crm.models import Contact, Interaction, Membership, Organisation, User
from crm.services.organisations import save_organisation
from engagements.models import Drill, Engagement, OwnershipItem, RunningCost
from engagements.selectors import autonomy
from engagements.services import costs, engagements, handover, leads, parts
from engagements.services.milestones import (
    MilestonePlan,
    accept_milestone,
    add_milestone,
    change_milestone,
    finish_milestone,
)
from engagements.services.records import InteractionNote, log_interaction
from impact.models import Indicator
from impact.services import baselines, measurements, metrics, targets
from volunteers.models import Skill
from volunteers.services import assignments, volunteers
from volunteers.services.weeks import WorkedWeek, log_work

PASSWORD = "relais-demo-2026"  # noqa: S105 — printed on purpose; the demo refuses to stand beside real people
ACCOUNTS = {
    Role.ADMINISTRATOR: "admin@relais.example",
    Role.DESK: "guichet@coalition.example",
    Role.COORDINATOR: "coordination@share-it.example",
    Role.VOLUNTEER: "volontaire@wavestone.example",
    Role.LEAD: "cheffe.projet@signes-de-sens.example",
    Role.SPONSOR: "mecenat@wavestone.example",
    Role.FUNDER: "fondation@exemple.example",
}
INVENTED = "L’étape, les jalons, les comptes rendus, les jours et les personnes de cette démonstration sont inventés."
INVENTED_EN = "The stage, the milestones, the logs, the days and the people of this demonstration are invented."
FIGURES_TOO = "Les chiffres d’impact aussi."
FIGURES_TOO_EN = "So are the figures of impact."


class World:
    def __init__(self):
        self.today = timezone.localdate()
        self.monday = self.today - timedelta(days=self.today.weekday())
        self.admin = User.objects.create_user(
            ACCOUNTS[Role.ADMINISTRATOR],
            PASSWORD,
            full_name="Ada Martin (fictive)",
            is_staff=True,
            is_superuser=True,
        )
        coalition = self.organisation("Coalition Tech for Good")
        self.share_it = self.organisation(
            "Share it", is_member=True, ess_form="association", city="Paris"
        )
        self.join(self.admin, coalition, Role.ADMINISTRATOR)
        self.person(Role.DESK, "Denis Guichet (fictif)", coalition)
        self.coordinator = self.person(
            Role.COORDINATOR, "Camille Roche (fictive)", self.share_it, is_head=True
        )
        self.foundation = self.organisation(
            "Fondation Exemple (fictive)", is_funder=True, is_fictional=True
        )
        self.person(Role.FUNDER, "Flore Meunier (fictive)", self.foundation)
        self.sponsor = self.organisation(
            "Entreprise mécène (fictive)", is_sponsor=True, is_fictional=True
        )

    # --- people and organisations ---

    def organisation(self, name, **facts):
        return save_organisation(Organisation(name=name, **facts), by=self.admin)

    def person(self, role, full_name, organisation, email=None, is_head=False):
        user = User.objects.create_user(email or ACCOUNTS[role], PASSWORD, full_name=full_name)
        self.join(user, organisation, role, is_head)
        return user

    def join(self, user, organisation, role, is_head=False):
        write.save(
            Membership(user=user, organisation=organisation, role=role, is_head=is_head),
            by=self.admin,
            why=DEMO,
        )

    def contact(self, organisation, full_name, user=None, member=None):
        contact = Contact(
            organisation=organisation,
            kept_by=member or self.share_it,
            full_name=full_name,
            user=user,
        )
        return write.save(contact, by=self.coordinator, why=DEMO)

    def volunteer(self, full_name, email, sponsor, *skills, languages="français", wishes=()):
        levels = {name: 3 - place for place, name in enumerate(skills[:2])} | dict.fromkeys(
            skills[2:], 1
        )
        levels |= dict.fromkeys(wishes, 0)
        known = Skill.objects.filter(name_fr__in=levels).order_by("pk")
        return volunteers.add_volunteer(
            volunteers.NewVolunteer(
                full_name=full_name,
                email=email,
                sponsor=sponsor,
                member=self.share_it,
                days_a_week=Decimal(4),
                available_from=self.ago(400),
                languages=languages,
                levels={skill: levels[skill.name_fr] for skill in known},
            ),
            by=self.coordinator,
        )

    # --- engagements ---

    def ago(self, days):
        return self.today - timedelta(days=days)

    def moment(self, days):
        return datetime.combine(self.ago(days), time(15, 0), tzinfo=UTC)

    def open(
        self, title, beneficiary, started_on, summary, summary_en, need="", by=None, member=None
    ):
        by = by or self.coordinator
        return engagements.open_engagement(
            engagements.NewEngagement(
                title=title,
                beneficiary=beneficiary,
                member=member or self.share_it,
                coordinator=by,
                started_on=started_on,
                need=need,
                summary_fr=summary,
                summary_en=summary_en,
            ),
            by=by,
        )

    def lead(self, engagement, full_name, starts_on, ends_on=None, user=None, by=None):
        contact = self.contact(engagement.beneficiary, full_name, user, engagement.member)
        return leads.appoint_lead(
            engagement,
            leads.LeadChoice(contact=contact),
            leads.LeadTerm(starts_on=starts_on, ends_on=ends_on),
            by=by or self.coordinator,
        )

    def milestones(self, engagement, *rows):
        """Rows of (title, planned first, now or None, done or None, accepted); each waits for the one before."""
        milestone = None
        for title, first, now, done, accepted in rows:
            after = [milestone] if milestone else []
            milestone = add_milestone(
                engagement,
                MilestonePlan(title=title, planned_on=first, after=after),
                by=self.coordinator,
            )
            if now:
                change_milestone(
                    milestone, MilestonePlan(title=title, planned_on=now), by=self.coordinator
                )
            if done:
                milestone = finish_milestone(
                    milestone, done_on=done, today=self.today, by=self.coordinator
                )
            if accepted:
                accepted_on = min(done + timedelta(days=5), self.today)
                accept_milestone(
                    milestone, seen=milestone.version, today=accepted_on, by=self.coordinator
                )

    def assign(
        self, volunteer, engagement, role, starts, ends, days_a_week=Decimal(4), confirmed=True
    ):
        return assignments.assign(
            volunteer,
            engagement,
            assignments.AssignmentTerms(
                role=role,
                starts_on=starts,
                ends_on=ends,
                days_a_week=days_a_week,
                is_confirmed=confirmed,
            ),
            by=self.coordinator,
            today=self.today,
        )

    def weeks(self, assignment, *words):
        """One log a week, the last one last week, with four days each."""
        for back, (done, blocked, following) in enumerate(reversed(words), 1):
            monday = self.monday - timedelta(days=7 * back)
            log_work(
                assignment,
                WorkedWeek(
                    week=monday,
                    days={monday + timedelta(days=n): 2 for n in range(4)},
                    done=done,
                    blocked=blocked,
                    next=following,
                    opens_blocker=bool(blocked),
                ),
                by=assignment.volunteer.user,
                at=self.moment(7 * back - 4 + self.today.weekday()),
            )

    def quiet_weeks(self, assignment, done, first, last):
        """From `first` to `last` weeks back: the same few words, four days each; for the months to sign."""
        for back in range(first, last - 1, -1):
            monday = self.monday - timedelta(days=7 * back)
            log_work(
                assignment,
                WorkedWeek(
                    week=monday, days={monday + timedelta(days=n): 2 for n in range(4)}, done=done
                ),
                by=assignment.volunteer.user,
                at=self.moment(7 * back - 4 + self.today.weekday()),
            )

    def months_over(self, assignment):
        """The sheets of the months that are over, the oldest first."""
        this_month = self.today.replace(day=1)
        return list(assignment.month_sheets.filter(month__lt=this_month).order_by("month"))

    def met(self, engagement, days, text, kind=Interaction.Kind.MEETING):
        log_interaction(
            engagement,
            InteractionNote(kind=kind, happened_on=self.ago(days), text=text),
            by=self.coordinator,
            today=self.today,
        )

    def cost(
        self, engagement, kind, label, price, *, since, quantity=1, period="month", free_until=None
    ):
        cost = RunningCost(
            engagement=engagement,
            kind=kind,
            label=label,
            quantity=quantity,
            unit_price=Decimal(price),
            period=period,
            starts_on=self.ago(since),
            free_until=free_until,
        )
        costs.save_cost(cost, by=self.coordinator, today=self.today)

    def owns(self, engagement, kind, label, holder="beneficiary", name=""):
        item = OwnershipItem(
            engagement=engagement,
            kind=kind,
            label=label,
            holder=holder,
            holder_name=name,
            since=self.ago(60),
            where="Le coffre de mots de passe de l’association",
        )
        parts.save_part(item, by=self.coordinator)

    def drill(self, engagement, kind, days, outcome, evidence):
        drill = Drill(
            engagement=engagement,
            kind=kind,
            done_on=self.ago(days),
            done_by=engagement.leads.order_by("pk").first().contact.full_name,
            outcome=outcome,
            evidence=evidence,
        )
        handover.save_drill(drill, by=self.coordinator, today=self.today)

    def sign(self, engagement, side, days, name, comment=""):
        handover.sign(
            engagement,
            handover.SignedWord(
                occasion="handover", side=side, agrees=True, name=name, comment=comment
            ),
            by=None if side == "beneficiary" else self.coordinator,
            at=self.moment(days),
            seen=autonomy.seal_of(Engagement.objects.get(pk=engagement.pk)),
        )

    def barriers(self, engagement, moment, side, *levels):
        handover.assess_barriers(
            engagement,
            handover.BarrierAnswers(
                moment=moment, side=side, levels=dict(zip(BARRIERS, levels, strict=True))
            ),
            by=self.coordinator,
            today=self.today,
        )

    def move(self, engagement, *steps, reason="Démonstration : l’étape est inventée.", **more):
        """Steps of (stage, days ago)."""
        for stage, days in steps:
            engagements.move_stage(
                engagement,
                engagements.StageMove(to=stage, reason=reason, **more),
                by=self.coordinator,
                at=self.moment(days),
            )

    def follow(self, engagement, code, reading="periods", **facts):
        indicator = Indicator.objects.get(code=code)
        return metrics.follow_indicator(
            engagement, indicator=indicator, reading=reading, **facts, by=self.coordinator
        )

    def aim(self, metric, value, first, last, set_on):
        targets.set_target(
            metric,
            window_start=first,
            window_end=last,
            value=Decimal(value),
            by=self.coordinator,
            today=set_on,
        )

    def baseline(self, metric, **facts):
        return baselines.record_baseline(metric, by=self.coordinator, today=self.today, **facts)

    def caveat(self, metric, french, english):
        why = "Sourced: facts that a reader needs"
        metrics.change_metric(
            metric, caveat_fr=french, caveat_en=english, why=why, by=self.coordinator
        )

    def agree(self, baseline, lead):
        return baselines.agree_to_baseline(
            baseline, by=lead, today=self.today, seen=baseline.version
        )

    def measure(self, metric, at=None, **facts):
        row = measurements.record_measurement(
            metric, by=self.coordinator, today=self.today, **facts
        )
        row = measurements.submit_measurement(row, by=self.coordinator)
        row = measurements.approve_measurement(row, seen=row.version, by=self.admin)
        return measurements.publish_measurement(
            row, seen=row.version, by=self.coordinator, at=at or self.published(row.window_end)
        )

    def published(self, window_end):
        """Ten days after its window, as long as that has come."""
        return self.moment(max((self.today - window_end).days - 10, 1))
