"""Two worlds of the same shape side by side; every text of one carries its canary."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID

from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import ApiKey, Interaction
from crm.selectors.merges import seal_of
from crm.services import attachments, merges, saved_views, snoozes
from engagements.models import EngagementInteraction, HealthRule
from engagements.services.calendars import make_calendar_link
from impact.models import Indicator
from impact.services.evidence import add_evidence
from tests.crm.factories import (
    PASSWORD,
    ContactFactory,
    JobFactory,
    MemberOfferFactory,
    MembershipFactory,
    OrganisationFactory,
    OutgoingMailFactory,
    ReferralFactory,
    SupportRequestFactory,
    UserFactory,
)
from tests.engagements.factories import (
    AssessmentFactory,
    BlockerFactory,
    DecisionFactory,
    DrillFactory,
    EngagementFactory,
    HealthOverrideFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    MilestoneTemplateFactory,
    OwnershipItemFactory,
    PauseFactory,
    PostMortemFactory,
    ProgressLogFactory,
    RiskFactory,
    RunningCostFactory,
    SignatureFactory,
    SolutionFactory,
    SteeringNoteFactory,
    SurvivalCheckFactory,
    TeamMemberFactory,
)
from tests.impact.factories import (
    BaselineFactory,
    BreakdownFactory,
    ClaimFactory,
    FundingFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
    OverlapFactory,
    ShareLinkFactory,
    TargetFactory,
    publish_as_read,
)
from tests.passkeys import passkey_said
from tests.volunteers.factories import (
    AgreementFactory,
    AssignmentFactory,
    AttestationFactory,
    DayDisagreementFactory,
    DeclaredStatementFactory,
    EmployerCostFactory,
    MonthSheetFactory,
    RelayNoteFactory,
    SkillFactory,
    SolutionPartFactory,
    StaffingNeedFactory,
    VolunteerFactory,
    WorkDayFactory,
)
from volunteers.models import PartKnowledge

MISSING = 987_654_321


def missing_like(key):
    """A key of nothing, of the same kind as one that exists."""
    if isinstance(key, UUID):
        return UUID(int=MISSING)
    return "no-such-key" if isinstance(key, str) else MISSING


@dataclass
class World:
    """`people` by role, `objects` by kind. `canary` marks what only this world's people may read;
    `directory_canary` marks what the shared directory of organisations shows to coordinators and the desk,
    `request_canary` what the desk reads of every project holder.
    """

    canary: str
    directory_canary: str
    request_canary: str
    people: dict = field(default_factory=dict)
    objects: dict = field(default_factory=dict)


def build_world(letter, skill=None, indicator=None):
    world = World(
        canary=f"CNRY{letter}", directory_canary=f"DRCT{letter}", request_canary=f"RQST{letter}"
    )
    say = lambda text: f"{text} {world.canary}"  # noqa: E731
    name = lambda text: f"{text} {world.directory_canary}"  # noqa: E731
    today = timezone.localdate()
    member = OrganisationFactory(name=name("Member"), member=True)
    beneficiary = OrganisationFactory(name=name("Beneficiary"), beneficiary=True, city=name("Town"))
    sponsor = OrganisationFactory(name=name("Sponsor"), sponsor=True)
    funder = OrganisationFactory(name=name("Funder"), funder=True)

    def person(role, organisation):
        user = UserFactory(
            full_name=say(f"A {role}"),
            email=f"{role}.{world.canary}@relais.example".lower(),
            password=PASSWORD,
        )
        MembershipFactory(user=user, organisation=organisation, role=role)
        world.people[role] = user
        return user

    coordinator = person(Role.COORDINATOR, member)
    lead = person(Role.LEAD, beneficiary)
    person(Role.SPONSOR, sponsor)
    person(Role.FUNDER, funder)
    volunteer = VolunteerFactory(
        user__full_name=say("A volunteer"),
        user__email=f"volunteer.{world.canary}@relais.example".lower(),
        user__password=PASSWORD,
        sponsor=sponsor,
        member=member,
        available_from=today - timedelta(days=300),
    )
    volunteer.levels.create(skill=skill or SkillFactory(), level=2)
    world.people[Role.VOLUNTEER] = volunteer.user

    colleague = MembershipFactory(organisation=member, user__full_name=say("A colleague"))
    started_on = today - timedelta(days=200)
    engagement = EngagementFactory(
        title=say("Engagement"),
        need=say("Need"),
        summary_fr=say("Résumé"),
        summary_en=say("Summary"),
        beneficiary=beneficiary,
        member=member,
        coordinator=coordinator,
        started_on=started_on,
        stage_entered_on=started_on,
        last_news_on=today - timedelta(days=40),
        in_build=True,
    )
    contact = ContactFactory(
        organisation=beneficiary, kept_by=member, full_name=say("Lead contact"), email="", user=lead
    )
    assignment = AssignmentFactory(
        volunteer=volunteer,
        engagement=engagement,
        role=say("Developer"),
        starts_on=started_on,
        ends_on=today + timedelta(days=10),
        team_member__joined_on=started_on,
    )
    proposed = AssignmentFactory(
        volunteer=VolunteerFactory(
            user__full_name=say("Another volunteer"),
            sponsor=sponsor,
            member=member,
            available_from=started_on,
        ),
        engagement=engagement,
        role=say("Designer"),
        starts_on=today,
        ends_on=today + timedelta(days=30),
        days_a_week=Decimal(1),
        confirmed_on=None,
    )
    WorkDayFactory(assignment=assignment, day=today - timedelta(days=20), note=say("Note"))
    before = today.replace(day=1) - timedelta(days=1)
    WorkDayFactory(assignment=assignment, day=before.replace(day=2), note=say("Note"))
    sheet = MonthSheetFactory(
        assignment=assignment, month=before.replace(day=1), lead_by=lead, is_confirmed=True
    )
    disagreement = DayDisagreementFactory(
        sheet=sheet, day=before, comment=say("Otherwise"), side="sponsor"
    )
    agreement = AgreementFactory(
        volunteer=volunteer, missions=say("Missions"), costs=say("Nothing invoiced")
    )
    need = StaffingNeedFactory(
        engagement=engagement,
        skill=volunteer.levels.get().skill,
        note=say("Looked for"),
        starts_on=today,
        ends_on=today + timedelta(days=90),
    )
    relay_note = RelayNoteFactory(
        assignment=assignment, successor=proposed, in_progress=say("In progress")
    )
    part = SolutionPartFactory(engagement=engagement, name=say("Payment"))
    PartKnowledge.objects.create(part=part, volunteer=volunteer)
    PartKnowledge.objects.create(part=part, contact=contact, level=1)
    done = MilestoneFactory(
        engagement=engagement,
        title=say("Done milestone"),
        planned_first_on=today - timedelta(days=60),
        done_on=today - timedelta(days=50),
    )
    open_milestone = MilestoneFactory(
        engagement=engagement,
        title=say("Open milestone"),
        planned_first_on=today - timedelta(days=45),
    )
    log = ProgressLogFactory(
        engagement=engagement,
        author=volunteer.user,
        week=_monday(today - timedelta(days=40)),
        done=say("Done"),
        blocked=say("Blocked"),
        next=say("Next"),
    )
    blocker = BlockerFactory(
        engagement=engagement,
        log=log,
        text=log.blocked,  # as the service makes it
        opened_on=today - timedelta(days=40),
        opened_by=log.author,
    )
    interaction = Interaction.objects.create(
        organisation=beneficiary,
        kept_by=member,
        author=coordinator,
        kind="call",
        happened_on=today - timedelta(days=3),
        text=say("They called."),
        contact=contact,
    )
    EngagementInteraction.objects.create(interaction=interaction, engagement=engagement)
    stopped = EngagementFactory(
        title=say("Stopped engagement"),
        beneficiary=beneficiary,
        member=member,
        coordinator=coordinator,
        stopped=True,
        stop_reason=say("Why"),
        post_mortem=None,
    )
    TeamMemberFactory(engagement=stopped, user=volunteer.user)
    texts = {
        "what_happened": say("Happened"),
        "what_we_learned": say("Learned"),
        "what_we_would_do": say("Do"),
    }
    post_mortem = PostMortemFactory(engagement=stopped, **texts)
    metric = MetricFactory(engagement=engagement, indicator=indicator or IndicatorFactory())
    baseline = BaselineFactory(metric=metric, source=say("Spreadsheet"), author=coordinator)
    measurement = MeasurementFactory(
        metric=metric, source=say("Database"), author=coordinator, count=61
    )
    BreakdownFactory(
        measurement=measurement, label_fr=say("Femmes"), label_en=say("Women"), count=40
    )
    draft = MeasurementFactory(
        metric=metric,
        source=f"Draft DRFT{letter}",
        author=coordinator,
        status="draft",
        count=8_765_432,
        window_start=date(2025, 1, 1),
        window_end=date(2025, 1, 31),
    )
    target = TargetFactory(metric=metric, amended_on=today, amended_why=say("Aimed"))
    ClaimFactory(metric=metric, statement_fr=say("16 fois"), statement_en=say("16 times"))
    funding = FundingFactory(engagement=engagement, funder=funder, amount=Decimal(7_654_321))
    FundingFactory(engagement=stopped, funder=funder)
    overlap = overlapping(engagement, stopped, source=say("Lists compared"), author=coordinator)
    report = publish_as_read(engagement, by=coordinator, today=today)
    token, _secret = ApiKey.objects.make(coordinator)
    passkey = WebAuthn.add(coordinator, say("Phone"), passkey_said()).instance

    offer = MemberOfferFactory(member=member, email=f"offer.{letter}@member.example".lower())
    request = SupportRequestFactory(
        name=f"Asking {world.request_canary}",
        contact_name=f"Holder {world.request_canary}",
        email=f"{world.request_canary}@ask.example".lower(),
        need_text=f"Need {world.request_canary}",
        state="referred",
        waiting_for="member",
        owner=member,
    )
    referral = ReferralFactory(
        request=request, member=member, override_reason=f"Why {world.request_canary}"
    )
    noted_at = timezone.now() - timedelta(days=1)
    request.notes.create(by=coordinator, at=noted_at, text=f"Note {world.request_canary}")
    request.entries.create(
        kind="fact", at=noted_at, text=f"Fact {world.request_canary}", is_from_holder=True
    )
    upload = SimpleUploadedFile("plan.pdf", b"%PDF-1.4 " + world.request_canary.encode())
    attachment = attachments.attach(request, upload, at=noted_at)

    soon = today + timedelta(days=9)
    world.objects = {
        "offer": offer,
        "request": request,
        "referral": referral,
        "attachment": attachment,
        "archived": OrganisationFactory(name=name("Archived"), archived_at=timezone.now()),
        "organisation": beneficiary,
        "merge": merged_into(funder, name("Twin"), by=coordinator),
        "member": member,
        "sponsor": sponsor,
        "funder": funder,
        "contact": contact,
        "interaction": interaction,
        "engagement": engagement,
        "appointment": LeadAppointmentFactory(
            engagement=engagement, contact=contact, starts_on=started_on
        ),
        "milestone": open_milestone,
        "done milestone": done,
        "log": log,
        "blocker": blocker,
        "solution": SolutionFactory(engagement=engagement, name=say("Platform")),
        "rule": HealthRule.objects.get_or_create(key="late", defaults={"days": 1, "weight": 2})[0],
        "override": HealthOverrideFactory(
            engagement=engagement, reason=say("By hand"), until=today + timedelta(days=9)
        ),
        "pause": PauseFactory(
            engagement=engagement,
            reason=say("Closed"),
            starts_on=started_on,
            ends_on=started_on + timedelta(days=5),
        ),
        "snooze": snoozes.snooze(
            f"late:{engagement.pk}:2026-01-01",
            title=say("Late"),
            until=soon,
            by=coordinator,
            at=timezone.now(),
        ),
        "saved view": saved_views.save_view(
            coordinator,
            "engagements:engagement-list",
            name=say("Late"),
            query=urlencode({"q": say("late")}),
            at=timezone.now(),
        ),
        "mail": OutgoingMailFactory(to=f"{world.canary}@a.example".lower(), subject=say("Mail")),
        "job": JobFactory(task=say("task")),
        "calendar link": make_calendar_link(coordinator, engagement=engagement, at=noted_at)[0],
        "template": MilestoneTemplateFactory(),
        "cost": RunningCostFactory(engagement=engagement, label=say("Hosting")),
        "ownership": OwnershipItemFactory(
            engagement=engagement, label=say("Repository"), where=say("Safe")
        ),
        "drill": DrillFactory(
            engagement=engagement, evidence=say("Restored"), recorded_by=coordinator
        ),
        "signature": SignatureFactory(
            engagement=engagement, name=say("Rose"), comment=say("Agreed")
        ),
        "assessment": AssessmentFactory(engagement=engagement, comment=say("Barriers")),
        "survival check": SurvivalCheckFactory(engagement=engagement, comment=say("Alive")),
        "decision": DecisionFactory(
            engagement=engagement, title=say("Decision"), text=say("Details")
        ),
        "risk": RiskFactory(engagement=engagement, title=say("Risk"), response=say("Response")),
        "steering note": SteeringNoteFactory(
            engagement=engagement, present=say("There"), text=say("Note")
        ),
        "stopped": stopped,
        "post-mortem": post_mortem,
        "volunteer": volunteer,
        "assignment": assignment,
        "proposed assignment": proposed,
        "month sheet": sheet,
        "need": need,
        "agreement": agreement,
        "attestation": AttestationFactory(assignment=assignment, issued_by=coordinator),
        "declared statement": DeclaredStatementFactory(sponsor=sponsor, host=member, reason=""),
        "employer's cost": EmployerCostFactory(volunteer=volunteer),
        "disagreement": disagreement,
        "colleague": colleague.user,
        "membership": colleague,
        "relay note": relay_note,
        "part": part,
        "metric": metric,
        "target": target,
        "baseline": baseline,
        "indicator": metric.indicator,
        "evidence": add_evidence(
            measurement,
            SimpleUploadedFile("proof.pdf", b"%PDF-1.4 " + say("Proof").encode()),
            by=coordinator,
            today=today,
        ),
        "overlap": overlap,
        "unique indicator": overlap.indicator,
        "report": report,
        "share link": ShareLinkFactory(report=report, sent_to=say("Board"), made_by=coordinator),
        "measurement": measurement,
        "draft": draft,
        "funding": funding,
        "token": token,
        "passkey": passkey,
    }
    return world


def merged_into(kept, twin, by):
    """The merge of another organisation into one that is there."""
    absorbed = OrganisationFactory(name=twin)
    asking = merges.Asking(seal_of(kept, absorbed))
    merge = merges.merge(kept, absorbed, by=by, at=timezone.now(), asking=asking)
    kept.refresh_from_db()
    return merge


def overlapping(one, other, **facts):
    """People in common of two engagements, in an indicator that every world follows."""
    unique, _is_new = Indicator.objects.get_or_create(
        code="unique-people",
        defaults={"kind": "count", "aggregation": "unique", "unit_fr": "p.", "unit_en": "p."}
        | {"name_fr": "Personnes", "name_en": "People"},
    )
    first, second = (MetricFactory(engagement=each, indicator=unique) for each in (one, other))
    for metric in (first, second):
        MeasurementFactory(
            metric=metric, count=30, **{key: facts[key] for key in ("source", "author")}
        )
    return OverlapFactory(first=first, second=second, **facts)


def build_onlookers(world):
    """The administrator and the desk belong to no side."""
    coalition = OrganisationFactory(name="Coalition")
    for role in (Role.ADMINISTRATOR, Role.DESK):
        world.people[role] = UserFactory(
            password=PASSWORD, full_name=f"The {role}", email=f"{role}@relais.example"
        )
        MembershipFactory(user=world.people[role], organisation=coalition, role=role)


def grow(world):
    """Change the other side: more rows, other words, other sums. Nobody outside it may notice."""
    engagement = world.objects["engagement"]
    extra = EngagementFactory(
        title=f"AAA another {world.canary}",
        beneficiary=engagement.beneficiary,
        member=engagement.member,
        coordinator=engagement.coordinator,
    )
    MilestoneFactory(engagement=extra, title=f"Another {world.canary}")
    BlockerFactory(engagement=extra, text=f"Another {world.canary}")
    FundingFactory(engagement=extra, funder=world.objects["funder"])
    metric = MetricFactory(engagement=extra, indicator=world.objects["metric"].indicator)
    BaselineFactory(metric=metric)
    MeasurementFactory(metric=metric, count=999)
    last = EngagementFactory(
        title=f"AAB another {world.canary}",
        beneficiary=engagement.beneficiary,
        member=engagement.member,
        coordinator=engagement.coordinator,
    )
    overlapping(extra, last, source=world.canary, author=world.people["lead"])
    overlap = world.objects["overlap"]
    overlap.people = 29
    overlap.save()
    assignment = world.objects["assignment"]
    for day in range(5):
        WorkDayFactory(assignment=assignment, day=timezone.localdate() - timedelta(days=30 + day))
    SupportRequestFactory(name=f"Another {world.request_canary}")
    MemberOfferFactory(member=world.objects["sponsor"], needs=["matching"])
    engagement.title = f"ZZZ renamed {world.canary}"
    engagement.save()
    MeasurementFactory(
        metric=world.objects["metric"],
        count=5_555,
        window_start=timezone.localdate() - timedelta(days=30),
        window_end=timezone.localdate() - timedelta(days=1),
    )


def _monday(day):
    return day - timedelta(days=day.weekday())
