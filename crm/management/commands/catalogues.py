from django.core.management.base import BaseCommand, CommandError

from crm.management.catalogues import APPS, gather, path_of

METADATA = {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "fr",
    "Plural-Forms": "nplurals=2; plural=(n > 1);",
}


class Command(BaseCommand):
    help = "Gather the texts of code and templates into the French catalogues, and compile them."

    def add_arguments(self, parser):
        parser.add_argument(
            "--check",
            action="store_true",
            help="Write nothing; fail where a text lacks its French or nobody shows it.",
        )

    def handle(self, *args, **options):
        try:
            import polib
        except ImportError as missing:
            raise CommandError(
                "Catalogues are kept with polib, of the test packages: python3 dev.py messages"
            ) from missing
        saved = {
            app: polib.pofile(str(path_of(app))) if path_of(app).exists() else [] for app in APPS
        }
        known = {key(entry): entry for entries in saved.values() for entry in entries}
        wanted = self._wanted(polib, known)
        if options["check"]:
            self._check(polib, saved, wanted)
        else:
            for app, catalogue in wanted.items():
                path_of(app).parent.mkdir(parents=True, exist_ok=True)
                catalogue.save(str(path_of(app)))
                catalogue.save_as_mofile(str(compiled(app)))
        texts = [entry for catalogue in wanted.values() for entry in catalogue]
        lacking = sum(not entry.translated() for entry in texts)
        self.stdout.write(f"{len(texts)} texts, {lacking} without their French.")

    def _wanted(self, polib, known):
        """The catalogues as they should be; a text that two apps share stands in the lower one."""
        wanted, taken = {}, set()
        for app in APPS:
            wanted[app] = polib.POFile(wrapwidth=110)
            wanted[app].metadata = METADATA
            for (singular, plural), place in sorted(
                gather(app).items(), key=lambda item: item[0][0]
            ):
                if (singular, plural) in taken:
                    continue
                taken.add((singular, plural))
                old = known.get((singular, plural))
                entry = polib.POEntry(
                    msgid=singular, occurrences=[(str(place), "")], flags=old.flags if old else []
                )
                if plural:
                    entry.msgid_plural = plural
                    entry.msgstr_plural = dict(old.msgstr_plural) if old else {0: "", 1: ""}
                else:
                    entry.msgstr = old.msgstr if old else ""
                wanted[app].append(entry)
        return wanted

    def _check(self, polib, saved, wanted):
        shown = {key(entry) for catalogue in wanted.values() for entry in catalogue}
        wrong = []
        for app in APPS:
            for entry in wanted[app]:
                if not entry.translated():
                    wrong.append(f"{'unsure' if entry.fuzzy else 'missing'}: {entry.msgid}")
            wrong += [f"stale: {entry.msgid}" for entry in saved[app] if key(entry) not in shown]
            sure = [entry for entry in saved[app] if not entry.fuzzy]
            if not compiled(app).exists() or told(polib.mofile(str(compiled(app)))) != told(sure):
                wrong.append(f"not compiled: {compiled(app)}")
        if wrong:
            raise CommandError("\n".join([*wrong, "Then: python3 dev.py messages"]))


def key(entry):
    return entry.msgid, entry.msgid_plural or None


def told(entries):
    """What a catalogue says, without where its texts stand."""
    says = {key(entry): list(entry.msgstr_plural.values()) or [entry.msgstr] for entry in entries}
    return {text: french for text, french in says.items() if any(french)}


def compiled(app):
    return path_of(app).with_suffix(".mo")
