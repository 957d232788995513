from engagements.services.engagements import MoveRefused, change_engagement, move_stage, open_engagement
from engagements.services.intake import accept_request
from engagements.services.leads import appoint_lead, end_lead
from engagements.services.milestones import (
    accept_milestone,
    add_milestone,
    change_milestone,
    finish_milestone,
    remove_milestone,
    reopen_milestone,
)
from engagements.services.progress import log_progress, resolve_blocker
from engagements.services.records import log_interaction, save_solution

__all__ = [
    "MoveRefused",
    "accept_milestone",
    "accept_request",
    "add_milestone",
    "appoint_lead",
    "change_engagement",
    "change_milestone",
    "end_lead",
    "finish_milestone",
    "log_interaction",
    "log_progress",
    "move_stage",
    "open_engagement",
    "remove_milestone",
    "reopen_milestone",
    "resolve_blocker",
    "save_solution",
]
