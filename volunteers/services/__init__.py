from crm.domain.workdays import monday_of
from volunteers.services.agreements import (
    change_agreement,
    draft_agreement,
    end_agreement,
    record_consent,
    sign_agreement,
    take_signatures_back,
)
from volunteers.services.assignments import (
    assign,
    change_assignment,
    confirm_assignment,
    end_missions,
    hold_missions,
    objections,
)
from volunteers.services.attestations import issue_attestation, revoke_attestation
from volunteers.services.companies import carry_out_companies, change_company, take_back_company
from volunteers.services.costs import change_cost, delete_cost, enter_cost
from volunteers.services.declarations import declare_statement
from volunteers.services.months import confirm_month, correct_day, disagree, settle
from volunteers.services.needs import change_need, close_need, reopen_need, state_need
from volunteers.services.parts import know, know_parts, remove_part, save_part
from volunteers.services.relay import demand_overlap, extend, first_day_together, replace, shorten, write_note
from volunteers.services.volunteers import add_volunteer, change_volunteer
from volunteers.services.week_links import (
    keep_week_link,
    make_week_link,
    open_week_link,
    revoke_week_links,
    send_week_links,
)
from volunteers.services.weeks import log_work, take_nothing_back

__all__ = [
    "add_volunteer",
    "assign",
    "carry_out_companies",
    "change_agreement",
    "change_assignment",
    "change_company",
    "change_cost",
    "change_need",
    "change_volunteer",
    "close_need",
    "confirm_assignment",
    "confirm_month",
    "correct_day",
    "declare_statement",
    "delete_cost",
    "demand_overlap",
    "disagree",
    "draft_agreement",
    "end_agreement",
    "end_missions",
    "enter_cost",
    "extend",
    "first_day_together",
    "hold_missions",
    "issue_attestation",
    "keep_week_link",
    "know",
    "know_parts",
    "log_work",
    "make_week_link",
    "monday_of",
    "objections",
    "open_week_link",
    "record_consent",
    "remove_part",
    "reopen_need",
    "replace",
    "revoke_attestation",
    "revoke_week_links",
    "save_part",
    "send_week_links",
    "settle",
    "shorten",
    "sign_agreement",
    "state_need",
    "take_back_company",
    "take_nothing_back",
    "take_signatures_back",
    "write_note",
]
