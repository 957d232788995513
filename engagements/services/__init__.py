from engagements.services.calendars import engagements_of, make_calendar_link, revoke_calendar_link
from engagements.services.costs import save_cost
from engagements.services.engagements import MoveRefused, change_engagement, move_stage, open_engagement
from engagements.services.handover import assess_barriers, save_drill, sign
from engagements.services.health import change_rule, override_health, pause, resume, take_back_override
from engagements.services.intake import accept_request
from engagements.services.leads import appoint_lead, correct_lead, end_lead, was_named_today
from engagements.services.links import ask_to_sign, open_engagement_link
from engagements.services.milestones import (
    accept_milestone,
    add_milestone,
    change_milestone,
    finish_milestone,
    remove_milestone,
    reopen_milestone,
)
from engagements.services.parts import remove_part, save_part
from engagements.services.progress import log_progress, resolve_blocker
from engagements.services.records import log_interaction
from engagements.services.roadmap import plan_roadmap
from engagements.services.steering import (
    close_risk,
    finish_decision,
    save_decision,
    save_post_mortem,
    save_risk,
    save_steering_note,
)
from engagements.services.succession import NEXT, Succession, leave, take_over
from engagements.services.survival import answer_check, ask_check, run_checks

__all__ = [
    "NEXT",
    "MoveRefused",
    "Succession",
    "accept_milestone",
    "accept_request",
    "add_milestone",
    "answer_check",
    "appoint_lead",
    "ask_check",
    "ask_to_sign",
    "assess_barriers",
    "change_engagement",
    "change_milestone",
    "change_rule",
    "close_risk",
    "correct_lead",
    "end_lead",
    "engagements_of",
    "finish_decision",
    "finish_milestone",
    "leave",
    "log_interaction",
    "log_progress",
    "make_calendar_link",
    "move_stage",
    "open_engagement",
    "open_engagement_link",
    "override_health",
    "pause",
    "plan_roadmap",
    "remove_milestone",
    "remove_part",
    "reopen_milestone",
    "resolve_blocker",
    "resume",
    "revoke_calendar_link",
    "run_checks",
    "save_cost",
    "save_decision",
    "save_drill",
    "save_part",
    "save_post_mortem",
    "save_risk",
    "save_steering_note",
    "sign",
    "take_back_override",
    "take_over",
    "was_named_today",
]
