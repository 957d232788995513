from crm.services.attachments import attach, detach, drop_file, keep_file
from crm.services.contacts import log_interaction, save_contact
from crm.services.links import digest_of, make_link, open_link, revoke_links
from crm.services.needs import choose_digest, claim_digest, show_again, snooze
from crm.services.offers import save_offer
from crm.services.organisations import archive_organisation, restore_organisation, save_organisation
from crm.services.referrals import accept, decline, escalate, refer, remind, take_back
from crm.services.requests import (
    add_fact,
    ask_holder,
    change_request,
    confirm_address,
    keep_draft,
    merge_request,
    missing_facts,
    nobody_fits,
    qualify,
    renew_link,
    start_request,
    submit_request,
    unmerge_request,
    withdraw_request,
    write_note,
)
from crm.services.upkeep import forget, run_clocks

__all__ = [
    "accept",
    "add_fact",
    "archive_organisation",
    "ask_holder",
    "attach",
    "change_request",
    "choose_digest",
    "claim_digest",
    "confirm_address",
    "decline",
    "detach",
    "digest_of",
    "drop_file",
    "escalate",
    "forget",
    "keep_draft",
    "keep_file",
    "log_interaction",
    "make_link",
    "merge_request",
    "missing_facts",
    "nobody_fits",
    "open_link",
    "qualify",
    "refer",
    "remind",
    "renew_link",
    "restore_organisation",
    "revoke_links",
    "run_clocks",
    "save_contact",
    "save_offer",
    "save_organisation",
    "show_again",
    "snooze",
    "start_request",
    "submit_request",
    "take_back",
    "unmerge_request",
    "withdraw_request",
    "write_note",
]
