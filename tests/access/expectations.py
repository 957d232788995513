"""Who may open what: every route of the site and the API, by name. A route that is not here fails the tests.

This table is the document of the rules: it is written by hand from design.md §4 and never computed from the code.

- `of`: the kind of object in the address ("" for none).
- `get`, `post`, `patch`, `put`, `delete`: the roles for which the method works on an object of their own world.
- `knows`: roles that may know the object and get 403 where they may not act; to all others it is as if missing.
- `shared`: roles for which the other world's object is as open as their own (the directory of organisations).
Anonymous people are sent to log in by pages, and get 401 from the API, except where `anonymous` says otherwise.
`words` are the texts in the address after its number.
`link` is opened by a secret link alone: without it, it does not exist, whoever asks: crm/services/test_links.py.
"""

from dataclasses import dataclass

ADMIN, DESK, COORD, VOL, LEAD, SPONSOR, FUNDER = (
    "administrator",
    "desk",
    "coordinator",
    "volunteer",
    "lead",
    "sponsor",
    "funder",
)
EVERYBODY = (ADMIN, DESK, COORD, VOL, LEAD, SPONSOR, FUNDER)
RUN = (ADMIN, COORD)
WORK = (ADMIN, COORD, VOL, LEAD)
DIRECTORY = (ADMIN, DESK, COORD)
TRIAGE = (ADMIN, DESK)
REQUESTS = (ADMIN, DESK, COORD)
IMPACT = (ADMIN, COORD, VOL, LEAD, FUNDER)
PAYS = (ADMIN, SPONSOR)
RECORD = (ADMIN, COORD, LEAD)
WORD = {"occasion": "handover", "side": "member", "agrees": True, "name": "A"}
ASSESSMENT = {
    "moment": "intake",
    "side": "beneficiary",
    "culture": 1,
    "expertise": 1,
    "finance": 1,
    "time": 1,
}


@dataclass(frozen=True)
class Row:
    of: str = ""
    get: tuple = ()
    post: tuple = ()
    patch: tuple = ()
    put: tuple = ()
    delete: tuple = ()
    knows: tuple = ()
    shared: tuple = (ADMIN,)
    anonymous: bool = False
    link: bool = False
    words: tuple = ()
    body: dict | None = None

    def roles(self, method):
        return getattr(self, {"head": "get"}.get(method, method), ())


def run_form(of):
    """A form that those who run the engagement fill; the rest of those who work in it know that it exists."""
    return Row(of, get=RUN, post=RUN, knows=(VOL, LEAD))


def run_post(of):
    return Row(of, post=RUN, knows=(VOL, LEAD))


PAGES = {
    # crm
    "crm:home": Row(get=EVERYBODY),
    "crm:search": Row(get=EVERYBODY),
    "crm:style": Row(get=(ADMIN,)),
    "crm:healthz": Row(get=EVERYBODY, anonymous=True),
    "crm:manifest": Row(get=EVERYBODY, anonymous=True),
    "crm:service-worker": Row(get=EVERYBODY, anonymous=True),
    "crm:login": Row(get=EVERYBODY, post=EVERYBODY, anonymous=True),
    "account_login": Row(get=EVERYBODY, post=EVERYBODY, anonymous=True),
    "account_request_login_code": Row(get=EVERYBODY, post=EVERYBODY, anonymous=True),
    "account_confirm_login_code": Row(get=EVERYBODY, post=EVERYBODY, anonymous=True),
    "account_reauthenticate": Row(get=EVERYBODY, post=EVERYBODY),
    "account_request_reauthentication_code": Row(get=EVERYBODY, post=EVERYBODY),
    "account_confirm_reauthentication_code": Row(get=EVERYBODY, post=EVERYBODY),
    "mfa_authenticate": Row(get=EVERYBODY, post=EVERYBODY, anonymous=True),
    "mfa_index": Row(get=EVERYBODY),
    "mfa_activate_totp": Row(get=EVERYBODY, post=EVERYBODY),
    "mfa_deactivate_totp": Row(get=EVERYBODY, post=EVERYBODY),
    "mfa_login_webauthn": Row(get=EVERYBODY, post=EVERYBODY, anonymous=True),
    "mfa_add_webauthn": Row(get=EVERYBODY, post=EVERYBODY),
    "crm:passkey-rename": Row("passkey", get=(COORD,), post=(COORD,), shared=()),
    "mfa_remove_webauthn": Row("passkey", get=(COORD,), post=(COORD,), shared=()),
    "mfa_view_recovery_codes": Row(get=EVERYBODY),
    "mfa_generate_recovery_codes": Row(get=EVERYBODY, post=EVERYBODY),
    "crm:provider-start": Row(post=EVERYBODY, anonymous=True),
    "crm:provider-back": Row(get=EVERYBODY, post=EVERYBODY, anonymous=True),
    "crm:provider-unlink": Row(get=EVERYBODY, post=EVERYBODY),
    "crm:second-factor-take": Row("colleague", get=(ADMIN,), post=(ADMIN,)),
    "crm:device-list": Row(get=EVERYBODY),
    "crm:devices-end": Row(post=EVERYBODY),
    "crm:device-end": Row(post=EVERYBODY),
    "crm:password-forgotten": Row(get=EVERYBODY, post=EVERYBODY, anonymous=True),
    "crm:address-change": Row(get=EVERYBODY, post=EVERYBODY),
    "crm:address-confirm": Row(link=True),
    "crm:address-enter": Row(link=True),
    "admin-login": Row(get=EVERYBODY, post=EVERYBODY, anonymous=True),
    "admin-password-change": Row(get=EVERYBODY, post=EVERYBODY),
    "crm:logout": Row(post=EVERYBODY),
    "crm:account": Row(get=EVERYBODY),
    "crm:first-steps": Row(
        link=True
    ),  # there for the first administrator alone, on an empty Relais
    "crm:way-in": Row(link=True),
    "crm:way-in-enter": Row(link=True),
    "crm:way-in-send": Row("colleague", post=(ADMIN,)),
    "crm:invite": Row(
        "organisation",
        get=(ADMIN,),
        post=(ADMIN,),
        knows=(DESK, COORD, LEAD),
        shared=(ADMIN, DESK, COORD),
    ),
    "crm:password-change": Row(get=EVERYBODY, post=EVERYBODY),
    "crm:token-create": Row(get=EVERYBODY, post=EVERYBODY),
    "crm:token-made": Row(get=EVERYBODY),
    "crm:token-revoke": Row("token", post=(COORD,), shared=()),
    "crm:organisation-list": Row(get=EVERYBODY),
    "crm:organisation-create": Row(get=DIRECTORY, post=DIRECTORY),
    "crm:organisation-detail": Row("organisation", get=(*DIRECTORY, LEAD), shared=DIRECTORY),
    **{
        f"{app}:of-organisation": Row("organisation", get=(*DIRECTORY, LEAD), shared=DIRECTORY)
        for app in ("engagements", "volunteers", "impact")
    },
    "crm:organisation-change": Row(
        "organisation", get=DIRECTORY, post=DIRECTORY, knows=(LEAD,), shared=DIRECTORY
    ),
    "crm:organisation-restore": Row("archived", post=DIRECTORY, shared=DIRECTORY),
    "crm:organisation-archive": Row(
        "organisation", get=DIRECTORY, post=DIRECTORY, knows=(LEAD,), shared=DIRECTORY
    ),
    "crm:contact-create": Row(
        "organisation", get=RUN, post=RUN, knows=(DESK, LEAD), shared=(*RUN, DESK)
    ),
    "crm:contact-change": Row("contact", get=RUN, post=RUN, knows=(LEAD,)),
    # merged by administrators, and by head coordinators: tests/crm/services/test_merges.py
    "crm:duplicates": Row(get=RUN),
    "crm:organisation-merge": Row(
        "organisation",
        get=(ADMIN,),
        post=(ADMIN,),
        knows=(DESK, COORD, LEAD),
        shared=(ADMIN, DESK, COORD),
    ),
    "crm:organisation-apart": Row(
        "organisation", post=RUN, knows=(DESK, LEAD), shared=(*RUN, DESK)
    ),
    "crm:contact-merge": Row("contact", get=(ADMIN,), post=(ADMIN,), knows=(COORD, LEAD)),
    "crm:contact-apart": Row("contact", post=RUN, knows=(LEAD,)),
    "crm:merge-undo": Row("merge", post=(ADMIN,)),
    "crm:interaction-create": Row(
        "organisation", get=RUN, post=RUN, knows=(DESK, LEAD), shared=(*RUN, DESK)
    ),
    # engagements
    "engagements:engagement-list": Row(get=EVERYBODY),
    "engagements:engagement-csv": Row(get=EVERYBODY),
    "engagements:engagement-xlsx": Row(get=EVERYBODY),
    "engagements:engagement-assign": Row(get=EVERYBODY, post=EVERYBODY),  # nothing ticked: the list
    "engagements:engagement-create": Row(get=RUN, post=RUN),
    "engagements:engagement-detail": Row("engagement", get=WORK),
    "engagements:changes": Row(get=EVERYBODY),
    "engagements:engagement-changes": Row("engagement", get=WORK),
    "engagements:engagement-as-of": Row("engagement", get=WORK),
    "engagements:engagement-status": Row("engagement", get=WORK),
    "engagements:engagement-stop": run_form("engagement"),
    "engagements:steering": Row("engagement", get=WORK),
    "engagements:decision-create": run_form("engagement"),
    "engagements:decision-change": run_form("decision"),
    "engagements:decision-finish": run_form("decision"),
    "engagements:risk-create": run_form("engagement"),
    "engagements:risk-change": run_form("risk"),
    "engagements:risk-close": run_form("risk"),
    "engagements:steering-note-create": run_form("engagement"),
    "engagements:steering-note-change": run_form("steering note"),
    "engagements:post-mortem": Row("stopped", get=WORK),
    "engagements:post-mortem-list": Row(get=EVERYBODY),
    "engagements:post-mortem-change": run_form("post-mortem"),
    "engagements:lead-stand-in": run_form("engagement"),
    "engagements:engagement-feed": Row("engagement", get=WORK),
    "engagements:engagement-change": run_form("engagement"),
    "engagements:engagement-move": run_post("engagement"),
    "engagements:lead-appoint": run_form("engagement"),
    "engagements:lead-correct": run_form("appointment"),
    "engagements:lead-end": run_form("appointment"),
    "engagements:engagement-take-over": run_form("engagement"),
    "engagements:person-leave": Row("colleague", get=(ADMIN,), post=(ADMIN,)),
    "engagements:milestone-create": run_form("engagement"),
    "engagements:milestone-change": run_form("milestone"),
    "engagements:milestone-finish": run_form("milestone"),
    "engagements:milestone-accept": Row(
        "done milestone", get=(*RUN, LEAD), post=(*RUN, LEAD), knows=(VOL,)
    ),
    "engagements:milestone-not-yet": Row(
        "done milestone", get=(*RUN, LEAD), post=(*RUN, LEAD), knows=(VOL,)
    ),
    "engagements:milestone-reopen": run_form("done milestone"),
    "engagements:milestone-remove": run_form("milestone"),
    "engagements:blocker-resolve": Row("blocker", get=WORK, post=WORK),
    "engagements:log-create": Row("engagement", get=(*RUN, LEAD), post=(*RUN, LEAD), knows=(VOL,)),
    "engagements:interaction-create": run_form("engagement"),
    "engagements:solution-create": run_form("engagement"),
    "engagements:solution-change": run_form("solution"),
    "crm:ask-begin": Row(get=EVERYBODY, post=EVERYBODY, anonymous=True),
    "crm:ask-sent": Row(get=EVERYBODY, anonymous=True),
    **{
        f"crm:ask-{name}": Row(link=True)
        for name in (
            "enter",
            "step",
            "check",
            "attach",
            "detach",
            "follow",
            "add",
            "confirm",
            "withdraw",
            "renew",
            "address",
        )
    },
    **{
        f"engagements:answer{name}": Row(link=True)
        for name in ("", "-enter", "-accept", "-decline", "-question")
    },
    "crm:request-list": Row(get=REQUESTS),
    "crm:request-figures": Row(get=TRIAGE),
    "crm:request-figures-csv": Row(get=TRIAGE),
    "crm:request-figures-xlsx": Row(get=TRIAGE),
    "crm:offer-list": Row(get=REQUESTS),
    "crm:offer-create": Row("member", get=RUN, post=RUN),
    "crm:offer-change": Row("offer", get=REQUESTS, post=RUN, knows=(DESK,), shared=TRIAGE),
    "crm:request-detail": Row("request", get=REQUESTS, shared=TRIAGE),
    **{
        f"crm:request-{name}": Row(
            "request", get=TRIAGE, post=TRIAGE, knows=(COORD,), shared=TRIAGE
        )
        for name in ("change", "refer", "nobody", "merge")
    },
    **{
        f"crm:request-{name}": Row("request", post=TRIAGE, knows=(COORD,), shared=TRIAGE)
        for name in ("qualify", "unmerge", "withdraw", "renew")
    },
    "crm:request-note": Row("request", post=REQUESTS, shared=TRIAGE),
    "crm:request-question": Row("request", post=REQUESTS, shared=TRIAGE),
    "crm:attachment": Row("attachment", get=REQUESTS, shared=TRIAGE),
    "crm:referral-decline": Row("referral", post=RUN, knows=(DESK,), shared=TRIAGE),
    "crm:referral-take-back": Row("referral", post=TRIAGE, knows=(COORD,), shared=TRIAGE),
    "engagements:referral-accept": Row("referral", get=RUN, post=RUN, knows=(DESK,), shared=TRIAGE),
    "engagements:request-engagement": Row("request", get=REQUESTS, shared=TRIAGE),
    "engagements:own": Row(get=EVERYBODY),
    "engagements:search-results": Row(get=EVERYBODY),
    "crm:snooze": Row(post=EVERYBODY),
    "crm:view-create": Row(get=EVERYBODY, post=EVERYBODY),  # of no page: home
    "crm:view-change": Row("saved view", get=(COORD,), post=(COORD,), shared=()),
    "crm:view-delete": Row("saved view", post=(COORD,), shared=()),
    "crm:snooze-end": Row("snooze", post=(COORD,), shared=()),
    "crm:digest-choose": Row(post=EVERYBODY),
    "crm:digest-leave": Row(link=True),
    "crm:person-list": Row(get=RUN),
    "crm:person-detail": Row("colleague", get=RUN),
    "crm:person-access": Row("colleague", get=(ADMIN,), knows=(COORD,)),
    "crm:person-change": Row("colleague", get=(ADMIN,), post=(ADMIN,), knows=(COORD,)),
    "crm:person-reopen": Row("colleague", post=(ADMIN,), knows=(COORD,)),
    "crm:invitation-withdraw": Row("colleague", post=(ADMIN,), knows=(COORD,)),
    "crm:role-head": Row("membership", post=(ADMIN,), knows=(COORD,)),
    "crm:role-place": Row(get=(ADMIN,)),
    "crm:background": Row(get=(ADMIN,)),
    "crm:mail-list": Row(get=(ADMIN,)),
    "crm:mail-texts": Row(get=(ADMIN,)),
    "crm:mails-try-again": Row(post=(ADMIN,)),
    "crm:mail-try-again": Row("mail", post=(ADMIN,)),
    "crm:mail-give-up": Row("mail", post=(ADMIN,)),
    "crm:job-try-again": Row("job", post=(ADMIN,)),
    "engagements:health-rules": Row(get=WORK),
    "engagements:health-rule-change": Row(
        "rule", get=(ADMIN,), post=(ADMIN,), shared=EVERYBODY, knows=EVERYBODY
    ),
    "engagements:health-override": run_form("engagement"),
    "engagements:health-override-end": run_post("override"),
    "engagements:pause-create": run_form("engagement"),
    "engagements:pause-end": run_form("pause"),
    "engagements:engagement-timeline": Row(get=EVERYBODY),
    "engagements:engagement-board": Row(get=EVERYBODY),
    "engagements:engagement-roadmap": Row("engagement", get=WORK),
    "engagements:roadmap-plan": run_form("engagement"),
    "engagements:milestone-move": run_form("milestone"),
    "engagements:milestone-move-back": run_post("milestone"),
    "engagements:calendar-links": Row(get=EVERYBODY, post=EVERYBODY),
    "engagements:calendar-revoke": Row("calendar link", post=(COORD,), shared=()),
    "engagements:calendar": Row(link=True),
    "engagements:engagement-autonomy": Row("engagement", get=WORK),
    "engagements:outcomes": Row(get=RUN),
    "engagements:outcomes-csv": Row(get=RUN),
    "engagements:link-word": Row(link=True),
    "volunteers:week-link": Row(link=True),
    "volunteers:week-link-enter": Row(link=True),
    "volunteers:week-link-log": Row("assignment", link=True),
    "volunteers:way-in-send": Row("volunteer", post=RUN, knows=(VOL, SPONSOR)),
    "volunteers:week-link-revoke": Row("volunteer", post=(*RUN, VOL), knows=(SPONSOR,)),
    "engagements:link-enter": Row(link=True),
    "engagements:cost-create": run_form("engagement"),
    "engagements:cost-change": run_form("cost"),
    "engagements:cost-remove": run_form("cost"),
    "engagements:ownership-create": run_form("engagement"),
    "engagements:ownership-change": run_form("ownership"),
    "engagements:ownership-remove": run_form("ownership"),
    "engagements:drill-create": Row(
        "engagement", get=(*RUN, LEAD), post=(*RUN, LEAD), knows=(VOL,)
    ),
    "engagements:drill-change": Row("drill", get=(*RUN, LEAD), post=(*RUN, LEAD), knows=(VOL,)),
    # Each side signs for itself; the administrator runs every engagement, and leads none.
    "engagements:signature-create": Row(
        "engagement", get=RUN, post=RUN, knows=(VOL, LEAD), words=("member",)
    ),
    "engagements:signature-ask": run_post("engagement"),
    "engagements:assessment-change": Row(
        "engagement",
        get=(*RUN, LEAD),
        post=(*RUN, LEAD),
        knows=(VOL,),
        words=("intake", "beneficiary"),
    ),
    "engagements:levers-change": Row(
        "engagement", get=(*RUN, LEAD), post=(*RUN, LEAD), knows=(VOL,)
    ),
    "engagements:survival-answer": Row(
        "survival check", get=(*RUN, LEAD), post=(*RUN, LEAD), knows=(VOL,)
    ),
    "engagements:survival-ask": run_post("survival check"),
    # volunteers
    "volunteers:week": Row(get=EVERYBODY),
    "volunteers:own": Row(get=EVERYBODY),
    "volunteers:me": Row(get=(VOL,)),
    "volunteers:log-work": Row("assignment", get=(VOL,), post=(VOL,), shared=()),
    "volunteers:people-list": Row(get=(ADMIN, COORD, VOL, SPONSOR)),
    "volunteers:search-results": Row(get=EVERYBODY),
    "volunteers:volunteer-detail": Row("volunteer", get=(*RUN, VOL, SPONSOR)),
    "volunteers:volunteer-create": Row(get=RUN, post=RUN),
    "volunteers:volunteer-company": Row("volunteer", get=RUN, post=RUN, knows=(VOL, SPONSOR)),
    "volunteers:volunteer-company-take-back": Row("volunteer", post=RUN, knows=(VOL, SPONSOR)),
    "volunteers:volunteer-identity": Row(
        "volunteer", get=(*RUN, VOL), post=(*RUN, VOL), knows=(SPONSOR,)
    ),
    "volunteers:volunteer-change": Row(
        "volunteer", get=(*RUN, VOL), post=(*RUN, VOL), knows=(SPONSOR,)
    ),
    "volunteers:capacity-map": Row(get=RUN),
    "volunteers:capacity-xlsx": Row(get=RUN),
    "volunteers:month-list": Row(get=(ADMIN, COORD, VOL, LEAD, SPONSOR)),
    "volunteers:month-xlsx": Row(get=(ADMIN, COORD, VOL, LEAD, SPONSOR)),
    "volunteers:month-pdf": Row(get=(ADMIN, COORD, VOL, LEAD, SPONSOR)),
    "volunteers:month-sheet": Row("month sheet", get=(*WORK, SPONSOR)),
    "volunteers:month-confirm": Row("month sheet", post=(LEAD, SPONSOR), knows=(ADMIN, COORD, VOL)),
    "volunteers:month-disagree": Row(
        "month sheet", get=(VOL, LEAD, SPONSOR), post=(VOL, LEAD, SPONSOR), knows=(ADMIN, COORD)
    ),
    "volunteers:month-correct": Row("month sheet", get=RUN, post=RUN, knows=(VOL, LEAD, SPONSOR)),
    "volunteers:disagreement-settle": Row("disagreement", post=(*RUN, SPONSOR), knows=(VOL, LEAD)),
    "volunteers:cost-list": Row(get=PAYS),
    **{
        f"volunteers:{name}": Row(get=PAYS)
        for name in ("statement", "statement-pdf", "statement-xlsx")
    },
    "volunteers:statement-declare": Row(get=PAYS, post=PAYS),
    "volunteers:declared-statement": Row("declared statement", get=PAYS),
    "volunteers:declared-statement-pdf": Row("declared statement", get=PAYS),
    "volunteers:reduction": Row(get=PAYS),
    "volunteers:cost-create": Row(get=PAYS, post=PAYS),
    "volunteers:cost-change": Row("employer's cost", get=PAYS, post=PAYS),
    "volunteers:cost-delete": Row("employer's cost", post=PAYS),
    "volunteers:company-change": Row(
        "sponsor", get=PAYS, post=PAYS, knows=(DESK, COORD, VOL), shared=(ADMIN, DESK, COORD)
    ),
    "volunteers:attestation-create": Row(
        "assignment", get=RUN, post=RUN, knows=(VOL, LEAD, SPONSOR)
    ),
    "volunteers:attestation-detail": Row("attestation", get=(*RUN, VOL)),
    "volunteers:attestation-pdf": Row("attestation", get=(*RUN, VOL)),
    "volunteers:attestation-revoke": Row("attestation", get=RUN, post=RUN, knows=(VOL,)),
    "volunteers:attestation-check": Row(link=True),
    "volunteers:agreement-list": Row(get=(*RUN, VOL, SPONSOR)),
    "volunteers:agreement-create": Row(get=RUN, post=RUN),
    "volunteers:agreement-detail": Row("agreement", get=(*RUN, VOL, SPONSOR)),
    "volunteers:agreement-pdf": Row("agreement", get=(*RUN, VOL, SPONSOR)),
    "volunteers:agreement-change": Row("agreement", get=RUN, post=RUN, knows=(VOL, SPONSOR)),
    "volunteers:agreement-consent": Row(
        "agreement", get=(*RUN, VOL), post=(*RUN, VOL), knows=(SPONSOR,)
    ),
    "volunteers:agreement-sign": Row(
        "agreement", get=(*RUN, SPONSOR), post=(*RUN, SPONSOR), knows=(VOL,), words=("sponsor",)
    ),
    "volunteers:agreement-take-back": Row("agreement", get=RUN, post=RUN, knows=(VOL, SPONSOR)),
    "volunteers:agreement-end": Row("agreement", get=RUN, post=RUN, knows=(VOL, SPONSOR)),
    "volunteers:engagement-needs": Row("engagement", get=WORK),
    "volunteers:need-create": run_form("engagement"),
    "volunteers:need-list": Row(get=RUN),
    "volunteers:need-allocation": Row(get=RUN),
    "volunteers:need-detail": Row("need", get=WORK),
    "volunteers:need-change": run_form("need"),
    "volunteers:need-close": run_post("need"),
    "volunteers:need-reopen": run_post("need"),
    "volunteers:engagement-team": Row("engagement", get=WORK),
    "volunteers:assignment-create": run_form("engagement"),
    "volunteers:assignment-change": Row(
        "proposed assignment", get=RUN, post=RUN, knows=(VOL, LEAD, SPONSOR)
    ),
    "volunteers:assignment-confirm": Row(
        "proposed assignment", post=RUN, knows=(VOL, LEAD, SPONSOR)
    ),
    **{
        f"volunteers:assignment-{name}": Row(
            "assignment", get=RUN, post=RUN, knows=(VOL, LEAD, SPONSOR)
        )
        for name in ("extend", "shorten", "replace")
    },
    "volunteers:relay-plan": Row("engagement", get=WORK),
    "volunteers:relay-demand": run_form("engagement"),
    # A sponsor knows the mission and not its relay note: missing, not forbidden.
    "volunteers:relay-note": Row("assignment", get=(*RUN, VOL), post=(*RUN, VOL), knows=(LEAD,)),
    "volunteers:part-create": run_form("engagement"),
    "volunteers:part-change": run_form("part"),
    "volunteers:part-remove": run_post("part"),
    "volunteers:knowledge-own": Row(
        "engagement", get=(VOL,), post=(VOL,), knows=(ADMIN, COORD, LEAD)
    ),
    # impact
    "impact:summary": Row(get=EVERYBODY),
    "impact:news": Row(get=EVERYBODY),
    "impact:news-read": Row(post=EVERYBODY),
    "impact:news-put-back": Row(post=EVERYBODY),
    "impact:compare": Row(get=EVERYBODY),
    "impact:engagement-impact": Row("engagement", get=IMPACT),
    "impact:engagement-history": Row("engagement", get=RUN, knows=(VOL, LEAD, FUNDER)),
    "impact:engagement-panel": Row("engagement", get=IMPACT),
    "impact:definitions-changed": Row(get=EVERYBODY),
    "impact:indicator-list": Row(get=EVERYBODY),
    "impact:indicator-detail": Row("indicator", get=EVERYBODY, shared=EVERYBODY),
    "impact:indicator-create": Row(get=RUN, post=RUN, knows=(DESK, VOL, LEAD, SPONSOR, FUNDER)),
    "impact:indicator-change": Row(
        "indicator",
        get=(ADMIN,),
        post=(ADMIN,),
        knows=(DESK, COORD, VOL, LEAD, SPONSOR, FUNDER),
        shared=EVERYBODY,
    ),
    # The page is no secret; its rows are those between engagements that the person reads both of.
    "impact:overlap-list": Row("unique indicator", get=EVERYBODY, shared=EVERYBODY),
    "impact:overlap-create": Row(
        "unique indicator",
        get=RUN,
        post=RUN,
        knows=(DESK, VOL, LEAD, SPONSOR, FUNDER),
        shared=EVERYBODY,
    ),
    "impact:overlap-change": Row("overlap", get=RUN, post=RUN, knows=(VOL, LEAD, FUNDER)),
    "impact:overlap-delete": Row("overlap", post=RUN, knows=(VOL, LEAD, FUNDER)),
    "impact:evidence-create": Row("measurement", get=RECORD, post=RECORD, knows=(VOL, FUNDER)),
    "impact:evidence-file": Row("evidence", get=WORK),
    "impact:evidence-delete": Row("evidence", post=RECORD, knows=(VOL,)),
    "impact:report-create": Row("engagement", get=RUN, post=RUN, knows=(VOL, LEAD, FUNDER)),
    "impact:report-list": Row(get=EVERYBODY),
    "impact:report-detail": Row("report", get=IMPACT),
    "impact:report-figure": Row("report", get=IMPACT, words=(1,)),
    "impact:report-file": Row("report", get=IMPACT, words=("json",)),
    "impact:report-sign": Row(
        "report", get=(LEAD,), post=(LEAD,), knows=(ADMIN, COORD, VOL, FUNDER)
    ),
    "impact:report-share": Row(
        "report", get=(*RUN, FUNDER), post=(*RUN, FUNDER), knows=(VOL, LEAD)
    ),
    "impact:share-link-revoke": Row("share link", post=RUN),
    "impact:report-check": Row(link=True),
    "impact:shared-enter": Row(link=True),
    "impact:shared-cover": Row("report", link=True),
    "impact:shared-report": Row("report", link=True),
    "impact:shared-figure": Row("report", link=True, words=(1,)),
    "impact:shared-file": Row("report", link=True, words=("json",)),
    "impact:metric-create": Row("engagement", get=RUN, post=RUN, knows=(VOL, LEAD, FUNDER)),
    "impact:metric-change": Row("metric", get=RUN, post=RUN, knows=(VOL, LEAD, FUNDER)),
    "impact:target-list": Row("metric", get=RUN, knows=(VOL, LEAD, FUNDER)),
    "impact:target-create": Row("metric", get=RUN, post=RUN, knows=(VOL, LEAD, FUNDER)),
    "impact:target-change": Row("target", get=RUN, post=RUN, knows=(VOL, LEAD, FUNDER)),
    "impact:target-delete": Row("target", get=RUN, post=RUN, knows=(VOL, LEAD, FUNDER)),
    "impact:baseline-create": Row("metric", get=RECORD, post=RECORD, knows=(VOL, FUNDER)),
    "impact:baseline-detail": Row("baseline", get=IMPACT),
    "impact:baseline-change": Row("baseline", get=RECORD, post=RECORD, knows=(VOL, FUNDER)),
    "impact:baseline-agree": Row("baseline", post=(LEAD,), knows=(ADMIN, COORD, VOL, FUNDER)),
    "impact:baseline-question": Row(
        "baseline", get=(LEAD,), post=(LEAD,), knows=(ADMIN, COORD, VOL, FUNDER)
    ),
    "impact:measurement-create": Row("metric", get=RECORD, post=RECORD, knows=(VOL, FUNDER)),
    "impact:measurement-import": Row("engagement", get=RECORD, post=RECORD, knows=(VOL, FUNDER)),
    "impact:measurement-template": Row("engagement", get=RECORD, knows=(VOL, FUNDER)),
    "impact:measurement-detail": Row("measurement", get=IMPACT),
    "impact:measurement-change": Row("draft", get=RECORD, post=RECORD, knows=(VOL,)),
    "impact:measurement-delete": Row("draft", post=RECORD, knows=(VOL,)),
    "impact:measurement-submit": Row("draft", post=RECORD, knows=(VOL,)),
    "impact:measurement-approve": Row("draft", post=RECORD, knows=(VOL,)),
    "impact:measurement-return": Row("draft", get=RECORD, post=RECORD, knows=(VOL,)),
    "impact:measurement-publish": Row("draft", post=RUN, knows=(VOL, LEAD)),
    "impact:measurement-correct": Row("measurement", get=RECORD, post=RECORD, knows=(VOL, FUNDER)),
    "impact:funding-create": Row("engagement", get=RUN, post=RUN, knows=(VOL, LEAD, FUNDER)),
    # Django's own
    "set_language": Row(get=EVERYBODY, post=EVERYBODY, anonymous=True),
}

API = {
    "api:schema": Row(get=EVERYBODY),
    "api:docs": Row(get=EVERYBODY),
    "api:me": Row(get=EVERYBODY),
    "api:sdg-list": Row(get=EVERYBODY),
    "api:skill-list": Row(get=EVERYBODY),
    # crm
    "api:organisation-list": Row(get=EVERYBODY, post=DIRECTORY),
    "api:organisation-detail": Row(
        "organisation", get=(*DIRECTORY, LEAD), patch=DIRECTORY, knows=(LEAD,), shared=DIRECTORY
    ),
    "api:organisation-archived": Row(get=DIRECTORY),
    "api:organisation-archive": Row(
        "organisation", post=DIRECTORY, knows=(LEAD,), shared=DIRECTORY
    ),
    "api:organisation-invite": Row(
        "organisation",
        post=(ADMIN,),
        knows=(DESK, COORD, LEAD),
        shared=(ADMIN, DESK, COORD),
    ),
    "api:organisation-merge": Row(
        "organisation", post=(ADMIN,), knows=(DESK, COORD, LEAD), shared=(ADMIN, DESK, COORD)
    ),
    "api:contact-merge": Row("contact", post=(ADMIN,), knows=(COORD, LEAD)),
    "api:merge-list": Row(get=EVERYBODY),
    "api:merge-detail": Row("merge", get=(ADMIN,)),
    "api:merge-undo": Row("merge", post=(ADMIN,)),
    "api:organisation-restore": Row("archived", post=DIRECTORY, shared=DIRECTORY),
    "api:contact-list": Row(get=EVERYBODY),
    "api:contact-detail": Row("contact", get=(*RUN, LEAD)),
    "api:interaction-list": Row(get=EVERYBODY),
    "api:supportrequest-list": Row(get=EVERYBODY),
    "api:supportrequest-detail": Row(
        "request", get=REQUESTS, patch=TRIAGE, knows=(COORD,), shared=TRIAGE
    ),
    "api:supportrequest-candidates": Row("request", get=TRIAGE, knows=(COORD,), shared=TRIAGE),
    **{
        f"api:supportrequest-{name}": Row("request", post=TRIAGE, knows=(COORD,), shared=TRIAGE)
        for name in ("qualify", "refer", "nobody", "merge", "unmerge", "withdraw")
    },
    "api:supportrequest-note": Row("request", post=REQUESTS, shared=TRIAGE),
    "api:supportrequest-question": Row("request", post=REQUESTS, shared=TRIAGE),
    "api:referral-list": Row(get=EVERYBODY),
    "api:referral-detail": Row("referral", get=REQUESTS, shared=TRIAGE),
    "api:referral-decline": Row("referral", post=RUN, knows=(DESK,), shared=TRIAGE),
    "api:referral-take-back": Row("referral", post=TRIAGE, knows=(COORD,), shared=TRIAGE),
    "api:user-list": Row(get=EVERYBODY),
    "api:user-detail": Row("colleague", get=RUN),
    "api:user-identity": Row("colleague", post=(ADMIN,), knows=(COORD,)),
    "api:user-head": Row("colleague", post=(ADMIN,), knows=(COORD,)),
    "api:user-reopen": Row("colleague", post=(ADMIN,), knows=(COORD,)),
    "api:user-withdraw-invitation": Row("colleague", post=(ADMIN,), knows=(COORD,)),
    "api:user-send-link": Row("colleague", post=(ADMIN,), knows=(COORD,)),
    "api:memberoffer-list": Row(get=EVERYBODY),
    "api:memberoffer-detail": Row("offer", get=REQUESTS, patch=RUN, knows=(DESK,), shared=TRIAGE),
    "api:memberoffer-try-on": Row("offer", post=RUN, knows=(DESK,), shared=TRIAGE),
    "api:engagement-accept-referral": Row(post=EVERYBODY),  # 400 without a referral of one's own
    "api:interaction-detail": Row("interaction", get=RUN),
    # engagements
    "api:engagement-list": Row(get=EVERYBODY, post=RUN),
    "api:engagement-detail": Row("engagement", get=WORK, patch=RUN, knows=(VOL, LEAD)),
    "api:engagement-move": run_post("engagement"),
    "api:engagement-appoint-lead": run_post("engagement"),
    "api:engagement-correct-lead": run_post("engagement"),
    "api:engagement-add-milestone": run_post("engagement"),
    "api:engagement-log-interaction": run_post("engagement"),
    "api:engagement-log-progress": Row("engagement", post=WORK),
    "api:engagement-as-of": Row("engagement", get=WORK),
    "api:engagement-changes": Row("engagement", get=WORK),
    "api:engagement-leads": Row("engagement", get=WORK),
    "api:engagement-waiting": Row("engagement", get=WORK),
    "api:engagement-take-over": run_post("engagement"),
    "api:departure-list": Row(post=(ADMIN,)),
    **{
        f"api:{name}-list": Row(
            get=EVERYBODY, post=EVERYBODY
        )  # 400 without an engagement that one runs
        for name in ("decision", "risk", "steeringnote")
    },
    **{
        f"api:{name}-detail": Row(of, get=WORK, patch=RUN, knows=(VOL, LEAD))
        for name, of in (
            ("decision", "decision"),
            ("risk", "risk"),
            ("steeringnote", "steering note"),
        )
    },
    "api:decision-finish": run_post("decision"),
    "api:risk-close": run_post("risk"),
    "api:postmortem-list": Row(get=EVERYBODY),
    "api:postmortem-detail": Row("post-mortem", get=WORK),
    "api:milestone-list": Row(get=EVERYBODY),
    "api:milestone-detail": Row("milestone", get=WORK, patch=RUN, knows=(VOL, LEAD)),
    "api:milestone-finish": run_post("milestone"),
    "api:milestone-followers": Row("milestone", get=RUN, knows=(VOL, LEAD)),
    "api:milestone-move": run_post("milestone"),
    "api:milestone-accept": Row("done milestone", post=(*RUN, LEAD), knows=(VOL,)),
    "api:milestone-not-yet": Row("done milestone", post=(*RUN, LEAD), knows=(VOL,)),
    "api:milestone-reopen": run_post("done milestone"),
    "api:blocker-list": Row(get=EVERYBODY),
    "api:blocker-detail": Row("blocker", get=WORK),
    "api:blocker-resolve": Row("blocker", post=WORK),
    "api:solution-list": Row(get=EVERYBODY),
    "api:solution-detail": Row("solution", get=WORK),
    "api:needs": Row(get=EVERYBODY),
    "api:snooze-list": Row(get=EVERYBODY, post=EVERYBODY),
    "api:savedview-list": Row(get=EVERYBODY, post=EVERYBODY),
    "api:savedview-detail": Row("saved view", get=(COORD,), delete=(COORD,), shared=()),
    "api:snooze-detail": Row("snooze", get=(COORD,), delete=(COORD,), shared=()),
    "api:healthrule-list": Row(get=WORK),
    "api:healthrule-detail": Row(
        "rule", get=WORK, patch=(ADMIN,), shared=EVERYBODY, knows=EVERYBODY
    ),
    "api:health-override-health": run_post("engagement"),
    "api:health-pause": run_post("engagement"),
    "api:healthoverride-list": Row(get=EVERYBODY),
    "api:healthoverride-detail": Row("override", get=WORK),
    "api:healthoverride-take-back": run_post("override"),
    "api:pause-list": Row(get=EVERYBODY),
    "api:pause-detail": Row("pause", get=WORK),
    "api:pause-resume": run_post("pause"),
    "api:engagement-plan-roadmap": run_post("engagement"),
    "api:milestonetemplate-list": Row(get=EVERYBODY),
    "api:milestonetemplate-detail": Row("template", get=EVERYBODY, shared=EVERYBODY),
    "api:calendarlink-list": Row(get=EVERYBODY, post=EVERYBODY),
    "api:calendarlink-detail": Row("calendar link", get=(COORD,), delete=(COORD,), shared=()),
    "api:autonomy-running-costs": Row("engagement", get=(*RUN, LEAD), knows=(VOL,)),
    "api:autonomy-to-sign": Row("engagement", get=(*RUN, LEAD), knows=(VOL,)),
    "api:autonomy-sign": Row(
        "engagement",
        post=RUN,
        knows=(VOL, LEAD),
        body={"occasion": "handover", "side": "member", "agrees": True, "name": "A"},
    ),
    "api:autonomy-assess": Row("engagement", post=(*RUN, LEAD), knows=(VOL,), body=ASSESSMENT),
    "api:autonomy-levers": Row("engagement", put=(*RUN, LEAD), knows=(VOL,)),
    "api:autonomy-outcomes": Row(get=RUN),
    **{
        f"api:{name}-list": Row(
            get=EVERYBODY, post=EVERYBODY
        )  # 400 without an engagement of one's own
        for name in ("runningcost", "ownershipitem", "drill")
    },
    **{
        f"api:{name}-list": Row(get=EVERYBODY)
        for name in ("signature", "barrierassessment", "survivalcheck")
    },
    "api:runningcost-detail": Row("cost", get=WORK, patch=RUN, knows=(VOL, LEAD)),
    "api:ownershipitem-detail": Row("ownership", get=WORK, patch=RUN, knows=(VOL, LEAD)),
    "api:drill-detail": Row("drill", get=WORK, patch=(*RUN, LEAD), knows=(VOL,)),
    "api:signature-detail": Row("signature", get=WORK),
    "api:barrierassessment-detail": Row("assessment", get=WORK),
    "api:survivalcheck-detail": Row("survival check", get=WORK),
    "api:survivalcheck-answer": Row("survival check", post=(*RUN, LEAD), knows=(VOL,)),
    # volunteers
    "api:volunteer-list": Row(get=EVERYBODY),
    "api:volunteer-detail": Row(
        "volunteer", get=(*RUN, VOL, SPONSOR), patch=(*RUN, VOL), knows=(SPONSOR,)
    ),
    "api:volunteer-capacity": Row(get=RUN),
    "api:volunteer-change-company": Row("volunteer", post=RUN, knows=(VOL, SPONSOR)),
    "api:volunteer-take-back-company": Row("volunteer", post=RUN, knows=(VOL, SPONSOR)),
    "api:attestation-list": Row(get=EVERYBODY, post=RUN),
    "api:attestation-detail": Row("attestation", get=(*RUN, VOL)),
    "api:attestation-revoke": Row("attestation", post=RUN, knows=(VOL,)),
    "api:sponsorshipagreement-list": Row(get=EVERYBODY, post=RUN),
    "api:sponsorshipagreement-detail": Row(
        "agreement", get=(*RUN, VOL, SPONSOR), patch=RUN, knows=(VOL, SPONSOR)
    ),
    "api:sponsorshipagreement-consent": Row("agreement", post=(*RUN, VOL), knows=(SPONSOR,)),
    "api:sponsorshipagreement-sign": Row(
        "agreement",
        post=(*RUN, SPONSOR),
        knows=(VOL,),
        body={"side": "sponsor", "name": "A", "on": "2026-01-02"},
    ),
    "api:sponsorshipagreement-take-back": Row("agreement", post=RUN, knows=(VOL, SPONSOR)),
    "api:sponsorshipagreement-end": Row("agreement", post=RUN, knows=(VOL, SPONSOR)),
    "api:declaredstatement-list": Row(get=EVERYBODY),
    "api:declaredstatement-detail": Row("declared statement", get=PAYS),
    "api:employercost-list": Row(get=EVERYBODY, post=PAYS),
    "api:employercost-detail": Row("employer's cost", get=PAYS, patch=PAYS, delete=PAYS),
    "api:staffingneed-list": Row(get=EVERYBODY, post=RUN),
    "api:staffingneed-detail": Row("need", get=WORK, patch=RUN, knows=(VOL, LEAD)),
    "api:staffingneed-close": run_post("need"),
    "api:staffingneed-reopen": run_post("need"),
    "api:staffingneed-proposals": Row("need", get=RUN, knows=(VOL, LEAD)),
    "api:staffingneed-allocation": Row(get=RUN),
    "api:assignment-list": Row(get=EVERYBODY, post=RUN),
    "api:assignment-detail": Row(
        "assignment",
        get=(*WORK, SPONSOR),
        patch=RUN,
        knows=(VOL, LEAD, SPONSOR),
        body={"role": "Tester"},
    ),
    "api:assignment-confirm": Row("proposed assignment", post=RUN, knows=(VOL, LEAD, SPONSOR)),
    "api:assignment-log-week": Row("assignment", post=(VOL,), knows=(ADMIN, COORD, LEAD, SPONSOR)),
    "api:worked-day-list": Row(get=EVERYBODY),
    "api:monthsheet-list": Row(get=EVERYBODY),
    "api:monthsheet-detail": Row("month sheet", get=(*WORK, SPONSOR)),
    "api:monthsheet-confirm": Row("month sheet", post=(LEAD, SPONSOR), knows=(ADMIN, COORD, VOL)),
    "api:monthsheet-disagree": Row("month sheet", post=(VOL, LEAD, SPONSOR), knows=(ADMIN, COORD)),
    "api:monthsheet-correct": Row("month sheet", post=RUN, knows=(VOL, LEAD, SPONSOR)),
    "api:daydisagreement-list": Row(get=EVERYBODY),
    "api:daydisagreement-settle": Row("disagreement", post=(*RUN, SPONSOR), knows=(VOL, LEAD)),
    **{
        f"api:mission-{name}": Row("assignment", post=RUN, knows=(VOL, LEAD, SPONSOR))
        for name in ("extend", "shorten", "replace")
    },
    "api:mission-to-attest": Row("assignment", get=RUN, knows=(VOL, LEAD, SPONSOR)),
    "api:mission-relay-note": Row("assignment", post=(*RUN, VOL), knows=(LEAD,)),
    "api:relay-plan-detail": Row("engagement", get=WORK),
    "api:relay-plan-add-part": run_post("engagement"),
    "api:relaynote-list": Row(get=EVERYBODY),
    "api:relaynote-detail": Row("relay note", get=WORK),
    "api:solutionpart-list": Row(get=EVERYBODY),
    "api:solutionpart-detail": Row("part", get=WORK, patch=RUN, delete=RUN, knows=(VOL, LEAD)),
    "api:solutionpart-know": Row("part", post=(*RUN, VOL), knows=(LEAD,)),
    # impact
    "api:impact-list": Row(get=EVERYBODY),
    "api:impact-detail": Row("engagement", get=IMPACT),
    "api:impact-to-publish": Row("engagement", get=RUN, knows=(VOL, LEAD, FUNDER)),
    "api:impact-compare": Row(get=EVERYBODY),
    "api:impact-news": Row(get=EVERYBODY),
    "api:impact-news-read": Row(post=EVERYBODY),
    "api:impact-news-put-back": Row(post=EVERYBODY),
    "api:indicator-list": Row(get=EVERYBODY, post=RUN, knows=(DESK, VOL, LEAD, SPONSOR, FUNDER)),
    "api:indicator-detail": Row(
        "indicator",
        get=EVERYBODY,
        patch=(ADMIN,),
        knows=(DESK, COORD, VOL, LEAD, SPONSOR, FUNDER),
        shared=EVERYBODY,
    ),
    "api:impactreport-list": Row(get=EVERYBODY, post=RUN),
    "api:impactreport-detail": Row("report", get=IMPACT),
    "api:impactreport-sign": Row("report", post=(LEAD,), knows=(ADMIN, COORD, VOL, FUNDER)),
    "api:impactreport-share": Row("report", post=(*RUN, FUNDER), knows=(VOL, LEAD)),
    "api:sharelink-list": Row(get=EVERYBODY),
    "api:sharelink-detail": Row("share link", get=RUN),
    "api:sharelink-revoke": Row("share link", post=RUN),
    "api:metric-list": Row(get=EVERYBODY, post=EVERYBODY),
    "api:metric-detail": Row("metric", get=IMPACT, patch=RUN, knows=(VOL, LEAD, FUNDER)),
    "api:target-list": Row(get=EVERYBODY, post=EVERYBODY),
    "api:target-detail": Row(
        "target", get=IMPACT, patch=RUN, delete=RUN, knows=(VOL, LEAD, FUNDER)
    ),
    "api:baseline-list": Row(get=EVERYBODY, post=EVERYBODY),
    "api:baseline-detail": Row("baseline", get=IMPACT, patch=RECORD, knows=(VOL, FUNDER)),
    "api:baseline-agree": Row("baseline", post=(LEAD,), knows=(ADMIN, COORD, VOL, FUNDER)),
    "api:baseline-question": Row("baseline", post=(LEAD,), knows=(ADMIN, COORD, VOL, FUNDER)),
    "api:measurement-list": Row(get=EVERYBODY, post=EVERYBODY),
    "api:measurement-detail": Row(
        "measurement", get=IMPACT, patch=RECORD, delete=RECORD, knows=(VOL, FUNDER)
    ),
    "api:measurement-import-table": Row(post=EVERYBODY),
    "api:measurement-submit": Row("draft", post=RECORD, knows=(VOL,)),
    "api:measurement-approve": Row("draft", post=RECORD, knows=(VOL,)),
    "api:measurement-send-back": Row("draft", post=RECORD, knows=(VOL,)),
    "api:measurement-publish": Row("draft", post=RUN, knows=(VOL, LEAD)),
    "api:measurement-correct": Row("measurement", post=RECORD, knows=(VOL, FUNDER)),
    "api:overlap-list": Row(
        get=EVERYBODY, post=EVERYBODY
    ),  # 400 without two engagements that one runs
    "api:overlap-detail": Row(
        "overlap", get=IMPACT, patch=RUN, delete=RUN, knows=(VOL, LEAD, FUNDER)
    ),
    "api:funding-list": Row(get=EVERYBODY),
    "api:funding-detail": Row("funding", get=(*RUN, FUNDER)),
}
