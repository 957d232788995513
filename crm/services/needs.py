from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.models import Snooze, User


@transaction.atomic
def snooze(key, *, title, until, by, at):
    """Put one thing off until a day; asked again, the new day counts."""
    today = timezone.localdate(at)
    if not today < until <= today + timedelta(days=Snooze.MAX_DAYS):
        raise Refused(
            {
                "until": _("Choose a day to come, at most %(days)d days ahead.")
                % {"days": Snooze.MAX_DAYS}
            }
        )
    User.objects.select_for_update().get(
        pk=by.pk
    )  # a second click waits here for the first one's row
    put_off = Snooze.objects.filter(user=by, key=key).first() or Snooze(user=by, key=key)
    put_off.title, put_off.until, put_off.made_at = title[:300], until, at
    write.check(put_off)
    put_off.save()
    Snooze.objects.filter(user=by, until__lte=today).delete()
    return put_off


def show_again(put_off):
    """Take back that something was put off."""
    put_off.delete()


@transaction.atomic
def choose_digest(user, *, digest, language, by, week_mail=None):
    """How often what waits comes by mail ("" as the role has it), in which language, and whether Friday's link does."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.digest, user.language = digest, language
    if week_mail is not None:
        user.week_mail = week_mail
    return write.save(
        user, by=by, why=because("Mails chosen"), fields=["digest", "language", "week_mail"]
    )


@transaction.atomic
def claim_digest(user, *, today):
    """Whether today's mail is still to be sent: said once a day, whoever asks."""
    return bool(
        User.objects.filter(pk=user.pk).exclude(digest_sent_on=today).update(digest_sent_on=today)
    )


def release_digest(user, *, claimed, before):
    """Give back the day of a mail that did not go out."""
    User.objects.filter(pk=user.pk, digest_sent_on=claimed).update(digest_sent_on=before)
