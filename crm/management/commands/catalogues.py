from django.core.management.base import BaseCommand, CommandError

from crm.catalogues import APPS, gather, path_of


class Command(BaseCommand):
    help = "Gather the texts of code and templates into the French catalogues, and compile them."

    def handle(self, *args, **options):
        try:
            import polib
        except ImportError as missing:
            raise CommandError(
                "Catalogues are kept with polib, of the test packages: python3 dev.py messages"
            ) from missing
        known = {}
        for app in APPS:
            if path_of(app).exists():
                known |= {(entry.msgid, entry.msgid_plural or None): entry for entry in polib.pofile(str(path_of(app)))}
        lacking, taken = 0, set()
        for app in APPS:
            catalogue = polib.POFile(wrapwidth=110)
            catalogue.metadata = {
                "Content-Type": "text/plain; charset=utf-8",
                "Content-Transfer-Encoding": "8bit",
                "Language": "fr",
                "Plural-Forms": "nplurals=2; plural=(n > 1);",
            }
            for (singular, plural), place in sorted(gather(app).items(), key=lambda item: item[0][0]):
                if (singular, plural) in taken:
                    continue
                taken.add((singular, plural))
                entry = polib.POEntry(msgid=singular, occurrences=[(str(place), "")])
                old = known.get((singular, plural))
                if plural:
                    entry.msgid_plural = plural
                    entry.msgstr_plural = dict(old.msgstr_plural) if old else {0: "", 1: ""}
                else:
                    entry.msgstr = old.msgstr if old else ""
                lacking += not entry.translated()
                catalogue.append(entry)
            path_of(app).parent.mkdir(parents=True, exist_ok=True)
            catalogue.save(str(path_of(app)))
            catalogue.save_as_mofile(str(path_of(app).with_suffix(".mo")))
        self.stdout.write(f"{len(taken)} texts, {lacking} without their French.")
