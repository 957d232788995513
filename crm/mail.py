"""Mails: some sentences and one link, in the reader's language, as plain text and HTML.

Nothing that a project holder typed ever goes into a mail: whoever begins a request with another person's address must
not be able to write to that person through us.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.domain.formatting import day_text


@dataclass(frozen=True)
class Words:
    """The texts of a mail, with places for its values; `verb` is the text of the link.

    `why` says at its end why it came to this address, and how to have no more of them.
    """

    subject: str | Promise
    lines: tuple[str | Promise, ...]
    verb: str | Promise
    why: str | Promise


FOR_HOLDER = _(
    "You get this message because this address was given in a support request. Whoever opens it by the link may "
    "withdraw it: then no more of them come."
)
FOR_MEMBER = _(
    "You get this message because %(member)s is told of requests at this address: that of its offer or, where the "
    "offer gives none, of its coordinators. Whoever looks after the offer in Relais changes it."
)
FOR_DESK = _(
    "You get this message because you hold a role at the desk of the Coalition. Whoever looks after Relais ends it."
)
FOR_ACCOUNT = _(
    "You get this message because it is about who gets into your account. It comes whatever mails you chose."
)
FOR_INVITED = _(
    "You get this message because somebody who looks after Relais gave you a role there. If it is not for you, do "
    "nothing."
)
FOR_CHOSEN = _(
    "You get this message because your account is set to it; you may stop it under “My account”."
)
FOR_CONTACT = _(
    "You get this message because you speak for your organisation in this engagement. If that is no longer so, tell "
    "the member of the Coalition who supports you."
)


MAILS = {
    "begun": Words(
        _("Your support request: go on with it"),
        (
            _("Somebody, probably you, has begun a support request with this address."),
            _(
                "With this link you go on where you stopped. It opens your request: keep it to yourself."
            ),
            _("If it was not you, do nothing: what is never sent is deleted."),
        ),
        _("Go on with my request"),
        FOR_HOLDER,
    ),
    "received": Words(
        _("%(reference)s: your support request has arrived"),
        (
            _("The desk of the Coalition reads it and answers by %(due)s."),
            _(
                "With this link you see where it is, who has it and until when, and you can add facts or withdraw it."
            ),
        ),
        _("Follow my request"),
        FOR_HOLDER,
    ),
    "question": Words(
        _("%(reference)s: a question for you"),
        (
            _(
                "Somebody who reads your support request needs to know more. Your answer is awaited by %(due)s."
            ),
        ),
        _("Read the question and answer"),
        FOR_HOLDER,
    ),
    "referred": Words(
        _("%(reference)s: proposed to %(member)s"),
        (_("Your support request was proposed to %(member)s, who answers by %(due)s."),),
        _("Follow my request"),
        FOR_HOLDER,
    ),
    "declined": Words(
        _("%(reference)s: %(member)s cannot take it, we go on"),
        (
            _("%(member)s cannot take your support request; the reason stands on its page."),
            _("The desk looks for another member and tells you by %(due)s."),
        ),
        _("Follow my request"),
        FOR_HOLDER,
    ),
    "accepted": Words(
        _("%(reference)s: %(member)s supports you"),
        (_("%(member)s has accepted your support request and will get in touch with you."),),
        _("See my request"),
        FOR_HOLDER,
    ),
    "nobody": Words(
        _("%(reference)s: no member fits today"),
        (
            _(
                "No member of the Coalition can take your support request as it stands. What comes next is on its page."
            ),
            _("The desk looks at it again by %(due)s."),
        ),
        _("See what comes next"),
        FOR_HOLDER,
    ),
    "link": Words(
        _("%(reference)s: a new link to your request"),
        (_("The links that you had before no longer open it."),),
        _("Follow my request"),
        FOR_HOLDER,
    ),
    "proposed": Words(
        _("%(reference)s: a support request for you"),
        (
            _(
                "The desk of the Coalition proposes a support request to %(member)s. Need: %(need)s."
            ),
            _(
                "Your answer is awaited by %(due)s: accept, ask a question, or decline with a reason."
            ),
        ),
        _("Read and answer"),
        FOR_MEMBER,
    ),
    "reminder": Words(
        _("%(reference)s: your answer is awaited by %(due)s"),
        (_("A support request that was proposed to %(member)s still waits for your answer."),),
        _("Read and answer"),
        FOR_MEMBER,
    ),
    "taken-back": Words(
        _("%(reference)s: nothing left to answer"),
        (
            _(
                "The support request that was proposed to %(member)s no longer waits for your answer."
            ),
        ),
        _("Open Relais"),
        FOR_MEMBER,
    ),
    "arrived": Words(
        _("%(reference)s: a new support request"),
        (_("It waits for the desk until %(due)s."),),
        _("Open the request"),
        FOR_DESK,
    ),
    "invited": Words(
        _("Relais: your account is open"),
        (
            _("Somebody who looks after Relais has opened an account for this address."),
            _(
                "With this link you choose your password, within seven days and once. Keep it to yourself."
            ),
        ),
        _("Choose my password"),
        FOR_INVITED,
    ),
    "password": Words(
        _("Relais: choose a new password"),
        (
            _(
                "Somebody who looks after Relais was asked for a new way in to your account, probably by you."
            ),
            _(
                "With this link you choose your password, within seven days and once. Keep it to yourself."
            ),
            _("If it was not you, do nothing: your password stays as it is."),
        ),
        _("Choose my password"),
        FOR_ACCOUNT,
    ),
    "forgotten": Words(
        _("Relais: choose a new password"),
        (
            _("Somebody, probably you, has forgotten the password of your account."),
            _(
                "With this link you choose another one, within seven days and once. Keep it to yourself."
            ),
            _("If it was not you, do nothing: your password stays as it is."),
        ),
        _("Choose my password"),
        FOR_ACCOUNT,
    ),
    "log-in-code": Words(
        _("Relais: your code"),
        (
            _("Your code: %(code)s"),
            _(
                "It is good for a quarter of an hour, in the browser that asked for it. "
                "Nobody at Relais ever asks you for it."
            ),
            _("If you asked for no code, do nothing: without it nobody gets in."),
        ),
        _("Type the code"),
        FOR_ACCOUNT,
    ),
    "password-changed": Words(
        _("Relais: your password was changed"),
        (
            _("The password of your account is another one now, and other devices are logged out."),
            _(
                "If it was not you, choose a new password at once with “I forgot my password”, "
                "and tell whoever looks after Relais."
            ),
        ),
        _("Look at my account"),
        FOR_ACCOUNT,
    ),
    "address-wanted": Words(
        _("Relais: is this your new address?"),
        (
            _("Somebody, probably you, wants to log in to Relais with this address from now on."),
            _("With this link you confirm it, within a day. Until then nothing changes."),
            _("If it was not you, do nothing."),
        ),
        _("Confirm this address"),
        FOR_ACCOUNT,
    ),
    "address-changed": Words(
        _("Relais: your account has another address"),
        (
            _("You log in with your new address now, and this one gets no more mails from Relais."),
            _("If it was not you, tell whoever looks after Relais at once."),
        ),
        _("Open Relais"),
        FOR_ACCOUNT,
    ),
    "factor-set-up": Words(
        _("Relais: your second factor is set up"),
        (
            _("From now on you log in with a code of your app as well."),
            _("Keep your recovery codes apart from it: each lets you in once without the app."),
            _("If it was not you, tell whoever looks after Relais at once."),
        ),
        _("Look at my account"),
        FOR_ACCOUNT,
    ),
    "factor-given-up": Words(
        _("Relais: your second factor is removed"),
        (
            _("Your account no longer asks for a code of your app."),
            _("If it was not you, tell whoever looks after Relais at once."),
        ),
        _("Look at my account"),
        FOR_ACCOUNT,
    ),
    "passkey-added": Words(
        _("Relais: a passkey was added to your account"),
        (
            _("From now on it lets you in, without a password."),
            _("If it was not you, tell whoever looks after Relais at once."),
        ),
        _("Look at my account"),
        FOR_ACCOUNT,
    ),
    "passkey-removed": Words(
        _("Relais: a passkey of your account is removed"),
        (
            _("It opens nothing any longer."),
            _("If it was not you, tell whoever looks after Relais at once."),
        ),
        _("Look at my account"),
        FOR_ACCOUNT,
    ),
    "factor-taken": Words(
        _("Relais: set up your second factor again"),
        (
            _(
                "Somebody who looks after Relais has taken the second factor of your account away, "
                "probably because you lost it."
            ),
            _("You log in as before; where your role asks for it, you set up a new one then."),
            _("If you did not ask for it, tell whoever looks after Relais at once."),
        ),
        _("Log in"),
        FOR_ACCOUNT,
    ),
    "codes-made": Words(
        _("Relais: you have new recovery codes"),
        (
            _("The recovery codes that you had before open nothing any longer."),
            _("If it was not you, tell whoever looks after Relais at once."),
        ),
        _("Look at my account"),
        FOR_ACCOUNT,
    ),
    "provider-linked": Words(
        _("Relais: you log in with %(provider)s"),
        (
            _("Your account is linked to the person whom %(provider)s knows by this address."),
            _("If it was not you, tell whoever looks after Relais at once."),
        ),
        _("Look at my account"),
        FOR_ACCOUNT,
    ),
    "provider-unlinked": Words(
        _("Relais: the link to %(provider)s is removed"),
        (
            _("Relais no longer knows who you are there. You log in another way, or link it anew."),
            _("If it was not you, tell whoever looks after Relais at once."),
        ),
        _("Look at my account"),
        FOR_ACCOUNT,
    ),
    "key-expires": Words(
        _("Relais: the key “%(name)s” opens nothing after %(until)s"),
        (
            _("A program to which you gave this key of the API stops working then."),
            _("If it is still needed, make a new key and give it to the program."),
        ),
        _("Look at my keys"),
        FOR_ACCOUNT,
    ),
    "role-given": Words(
        _("Relais: a role for you at %(organisation)s"),
        (_("You log in as before, with the password that you have."),),
        _("Open Relais"),
        FOR_INVITED,
    ),
    "late": Words(
        _("%(reference)s: late, and back with the desk"),
        (_("The answer was due by %(due)s and has not come."),),
        _("Open the request"),
        FOR_DESK,
    ),
}


def declare(kind: str, words: Words) -> Words:
    """Add a mail of an upper app to those that there are: administrators read them all on one page."""
    MAILS[kind] = words
    return words


_is_quiet = ContextVar("no mail is sent", default=False)


@contextmanager
def nothing_sent():
    """Within, no mail leaves; for the demo, whose people and addresses do not exist."""
    token = _is_quiet.set(True)
    try:
        yield
    finally:
        _is_quiet.reset(token)


def words_of(facts):
    """The values as a reader gets them: a day in words; a number stays one, for the texts that count."""
    return {name: _words(fact) for name, fact in facts.items()}


def _words(fact):
    if isinstance(fact, int):
        return fact
    return day_text(fact) if isinstance(fact, date) else str(fact or "")


def filled(text, facts):
    """A text with its values, on one line: a name that holds a line break would write one of its own, with a link."""
    return " ".join((text % facts).split())


class Mail(EmailMultiAlternatives):
    """What the outbox keeps of a mail besides: the name of its text, and when nobody needs it any more."""

    kind = ""
    useless_after: datetime | None = None


# How long what is in a mail opens something; later it is not sent any more.
OPENS_FOR = {
    "log-in-code": timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
    **dict.fromkeys(
        ("invited", "password", "forgotten"), timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    ),
}


def send(kind, to, *, language, path, **facts):
    """Send one of MAILS to one address, with the values that its texts name."""
    send_words(MAILS[kind], to, language=language, path=path, kind=kind, **facts)


def send_words(words, to, *, language, path, kind, leave="", **facts):
    """Write the mail into the outbox, in the transaction of what it tells of: it leaves once that is saved."""
    if to and not _is_quiet.get():
        message = compose(words, to, language=language, path=path, leave=leave, **facts)
        message.kind = kind
        if kind in OPENS_FOR:
            message.useless_after = timezone.now() + OPENS_FOR[kind]
        message.send()


def compose(words, to, *, language, path, leave="", **facts):
    """The message, not sent."""
    with translation.override(language):
        facts = words_of(facts)
        context = {
            "subject": filled(words.subject, facts),
            "lines": [filled(line, facts) for line in words.lines],
            "verb": words.verb,
            "why": filled(words.why, facts),
            "url": settings.SITE_URL + path,
            "language": language,
            "leave_url": settings.SITE_URL + leave if leave else "",
        }
        text = render_to_string("crm/mail.txt", context)
        html = render_to_string("crm/mail.html", context)
    headers = {"List-Unsubscribe": f"<{context['leave_url']}>"} if leave else {}
    message = Mail(context["subject"], text, to=[to], headers=headers)
    message.attach_alternative(html, "text/html")
    return message
