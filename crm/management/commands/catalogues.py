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
        except ImportError as error:
            raise CommandError(
                "Catalogues are kept with polib, of the test packages: python3 dev.py messages"
            ) from error
        saved = {
            app: polib.pofile(str(path_of(app))) if path_of(app).exists() else [] for app in APPS
        }
        entries = {key(entry): entry for entries in saved.values() for entry in entries}
        catalogues = self._catalogues(polib, entries)
        if options["check"]:
            self._check(polib, saved, catalogues)
        else:
            for app, catalogue in catalogues.items():
                path_of(app).parent.mkdir(parents=True, exist_ok=True)
                catalogue.save(str(path_of(app)))
                catalogue.save_as_mofile(str(compiled(app)))
        texts = [entry for catalogue in catalogues.values() for entry in catalogue]
        lacking = sum(not entry.translated() for entry in texts)
        self.stdout.write(f"{len(texts)} texts, {lacking} without their French.")

    def _catalogues(self, polib, entries):
        """The catalogues as they should be; a text that two apps share stands in the lower one."""
        catalogues, done = {}, set()
        for app in APPS:
            catalogues[app] = polib.POFile(wrapwidth=110)
            catalogues[app].metadata = METADATA
            for (singular, plural), place in sorted(
                gather(app).items(), key=lambda item: item[0][0]
            ):
                if (singular, plural) in done:
                    continue
                done.add((singular, plural))
                old = entries.get((singular, plural))
                entry = polib.POEntry(
                    msgid=singular, occurrences=[(str(place), "")], flags=old.flags if old else []
                )
                if plural:
                    entry.msgid_plural = plural
                    entry.msgstr_plural = dict(old.msgstr_plural) if old else {0: "", 1: ""}
                else:
                    entry.msgstr = old.msgstr if old else ""
                catalogues[app].append(entry)
        return catalogues

    def _check(self, polib, saved, catalogues):
        keys = {key(entry) for catalogue in catalogues.values() for entry in catalogue}
        problems = []
        for app in APPS:
            for entry in catalogues[app]:
                if not entry.translated():
                    problems.append(f"{'unsure' if entry.fuzzy else 'missing'}: {entry.msgid}")
            problems += [f"stale: {entry.msgid}" for entry in saved[app] if key(entry) not in keys]
            sure = [entry for entry in saved[app] if not entry.fuzzy]
            if not compiled(app).exists() or translations(
                polib.mofile(str(compiled(app)))
            ) != translations(sure):
                problems.append(f"not compiled: {compiled(app)}")
        if problems:
            raise CommandError("\n".join([*problems, "Then: python3 dev.py messages"]))


def key(entry):
    return entry.msgid, entry.msgid_plural or None


def translations(entries):
    """{text: its French} of a catalogue, without the places where its texts stand."""
    texts = {key(entry): list(entry.msgstr_plural.values()) or [entry.msgstr] for entry in entries}
    return {text: french for text, french in texts.items() if any(french)}


def compiled(app):
    return path_of(app).with_suffix(".mo")
