from engagements.views.answers import (
    answer,
    answer_accept,
    answer_decline,
    answer_enter,
    answer_question,
    referral_accept,
    request_engagement,
)
from engagements.views.engagements import (
    engagement_change,
    engagement_create,
    engagement_detail,
    engagement_feed,
    engagement_history,
    engagement_list,
    engagement_move,
)
from engagements.views.leads import lead_appoint, lead_end
from engagements.views.milestones import (
    milestone_accept,
    milestone_change,
    milestone_create,
    milestone_finish,
    milestone_remove,
    milestone_reopen,
)
from engagements.views.panels import needs_me, own, search_results
from engagements.views.records import (
    blocker_resolve,
    interaction_create,
    log_create,
    solution_change,
    solution_create,
)

__all__ = [
    "answer",
    "answer_accept",
    "answer_decline",
    "answer_enter",
    "answer_question",
    "blocker_resolve",
    "engagement_change",
    "engagement_create",
    "engagement_detail",
    "engagement_feed",
    "engagement_history",
    "engagement_list",
    "engagement_move",
    "interaction_create",
    "lead_appoint",
    "lead_end",
    "log_create",
    "milestone_accept",
    "milestone_change",
    "milestone_create",
    "milestone_finish",
    "milestone_remove",
    "milestone_reopen",
    "needs_me",
    "own",
    "referral_accept",
    "request_engagement",
    "search_results",
    "solution_change",
    "solution_create",
]
