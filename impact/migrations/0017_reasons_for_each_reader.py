"""Reasons that Relais itself gave, in French or in English, are kept from now on as their text and said to each reader."""

import json

from django.db import migrations

MARK = "\x1f"
# What the product said, as it stands in the code, and how else it was written: in French, or under an older text.
# Reasons with a name, a number or a day in them stay as they were written, and so does what people typed.
REASONS = {
    "A day changed: to be confirmed again": ["Un jour a changé : à confirmer de nouveau"],
    "A file of evidence added": ["Pièce justificative ajoutée"],
    "Accepted": ["Accepté"],
    "Added": ["Ajouté"],
    "Added as project lead": ["Ajouté comme chef·fe de projet"],
    "Added as volunteer": ["Ajouté·e comme volontaire"],
    "Added in the administration": ["Ajouté dans l’administration"],
    "Added to the library": ["Ajouté à la bibliothèque"],
    "Added with the running cost": ["Ajouté avec le coût"],
    "Agree a running-cost ceiling with the organisation first.": [
        "Convenez d’abord d’un plafond de coût de fonctionnement avec la structure."
    ],
    "Agreed": ["Approuvée"],
    "Agreed to by the employee": ["Accord de la personne salariée"],
    "Answered by the holder": ["Réponse de la personne qui porte le projet"],
    "Appoint a full-time project lead first.": ["Nommez d’abord un·e chef·fe de projet à temps plein."],
    "Appointed": ["Nommé·e"],
    "Approved": ["Approuvé"],
    "Archived": ["Archivé"],
    "As Relais comes": ["Valeur d’origine de Relais"],
    "Assigned": ["Affecté·e"],
    "Begun": ["Commencée"],
    "Brought along by Relais": ["Fourni avec Relais"],
    "Changed": ["Modifié"],
    "Changed in the administration": ["Modifié dans l’administration"],
    "Closed": ["Fermé"],
    "Confirm at least one volunteer first.": ["Confirmez d’abord au moins une personne de l’équipe."],
    "Confirmed": ["Confirmé"],
    "Confirmed by the company, locked": ["Confirmé par l’entreprise, verrouillé"],
    "Confirmed by the lead": ["Confirmé par le·la chef·fe de projet"],
    "Corrected": ["Corrigé"],
    "Days alone": ["Jours seuls"],
    "Declared": ["Déclaré"],
    "Deleted": ["Supprimé"],
    "Demo": ["Démonstration"],
    "Disagreed": ["Désaccord exprimé"],
    "Done": ["Fait"],
    "Draft": ["Brouillon"],
    "Drafted": ["Rédigée"],
    "E-mail address changed": ["Adresse e-mail modifiée"],
    "E-mail confirmed": ["E-mail confirmé"],
    "E-mail corrected": ["E-mail corrigé"],
    "Entered": ["Saisi"],
    "Extended": ["Prolongée"],
    "Fact added by the holder": ["Complément de la personne qui porte le projet"],
    "First day logged": ["Premier jour noté"],
    "Followed": ["Suivi"],
    "From a template": ["D’après un modèle"],
    "Funded": ["Financé"],
    "Funds an engagement": ["Finance un accompagnement"],
    "Have at least one milestone accepted first.": ["Faites d’abord accepter au moins un jalon."],
    "Imported": ["Importé"],
    "Issued": ["Délivrée"],
    "Last day written down": ["Dernier jour noté"],
    "Late: back with the desk": ["En retard : de retour au guichet"],
    "Lent": ["Prêté·e"],
    "Level said": ["Said", "Désaccord noté"],
    "Logged": ["Noté"],
    "Mails chosen": ["Choix des e-mails modifié"],
    "Marked as carried out": ["Carried out", "Exécutées"],
    "Merge undone": ["Fusion défaite"],
    "Moved": ["Déplacé"],
    "No longer waits": ["N’attend plus"],
    "Nobody fits": ["Aucun membre ne convient"],
    "One place taken": ["Une place prise"],
    "Opened": ["Ouvert"],
    "Opened again": ["Rouvert"],
    "Opened from the week log": ["Ouvert depuis la semaine"],
    "Overlap demanded": ["Recouvrement demandé"],
    "Part removed": ["Partie retirée"],
    "Password changed": ["Mot de passe changé"],
    "Paused": ["Mis en pause"],
    "Planned": ["Prévu"],
    "Proposal declined": ["Declined", "Déclinées"],
    "Proposed": ["Proposée"],
    "Published": ["Publié"],
    "Put back as it was": ["Put back", "Rétablir"],
    "Qualified": ["Qualifiée"],
    "Question to the holder": ["Question à la personne qui porte le projet"],
    "Record a baseline first: how the work went before, by hand.": [
        "Enregistrez d’abord une référence : comment le travail se passait avant, à la main."
    ],
    "Recorded": ["Enregistré"],
    "Relay note begun": ["Note de relais commencée"],
    "Relay note written": ["Note de relais écrite"],
    "Reminded": ["Relancée"],
    "Removed": ["Retiré"],
    "Removed in the administration": ["Retiré dans l’administration"],
    "Renamed": ["Nom modifié"],
    "Reopened": [],
    "Replaced": ["Remplacé·e"],
    "Resolved": ["Levé"],
    "Restored": ["Rétabli"],
    "Revoked": ["Révoquée"],
    "Said no longer": ["No longer", "Plus maintenant"],
    "Sent": ["Envoyée"],
    "Set": ["Objectif fixé"],
    "Set by hand": ["Fixée à la main"],
    "Settled": ["Réglé"],
    "Shortened": ["Raccourcie"],
    "Signed for the company": ["Signée pour l’entreprise"],
    "Signed for the host": ["Signée pour l’organisme"],
    "Stated": ["Exprimé"],
    "Stopped": ["Arrêté"],
    "Submitted": ["Soumis"],
    "Supported from now on": ["Accompagnée désormais"],
    "Taken away": [],
    "Taken back": ["Reprise"],
    "The baseline was not measured before: the project lead agrees to it first.": [
        "La référence n’a pas été mesurée avant : le·la chef·fe de projet l’approuve d’abord."
    ],
    "The day was changed": ["Le jour a été changé"],
    "The day was corrected": ["Le jour a été corrigé"],
    "The request was withdrawn": ["La demande a été retirée"],
    "Waits": ["Attend"],
    "Withdrawn": ["Retirée"],
    "Write down the address of the solution first.": ["Notez d’abord l’adresse de la solution."],
    "Write down what the solution costs to run.": ["Notez ce que coûte le fonctionnement de la solution."],
}


def with_one_apostrophe(text):
    return text.replace("'", "’")


TEXTS = {with_one_apostrophe(text): key for key, texts in REASONS.items() for text in (key, *texts)}


def keep_the_text(apps, schema_editor):
    """In the history, and of the gates that were passed what was missing."""
    for model in apps.get_models():
        for column in ("history_change_reason", "sentence"):
            if column in {field.name for field in model._meta.concrete_fields}:
                _keep(model.objects.using(schema_editor.connection.alias), column)


def _keep(rows, column):
    for text in rows.exclude(**{column: None}).order_by(column).values_list(column, flat=True).distinct():
        key = TEXTS.get(with_one_apostrophe(text))
        if key is not None:
            kept = MARK + json.dumps({"text": key, "values": {}}, ensure_ascii=False)
            rows.filter(**{column: text}).update(**{column: kept})


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0009_purpose_in_the_statutes"),
        ("engagements", "0003_words_and_alphabet"),
        ("volunteers", "0011_company_of_the_day_required"),
        ("impact", "0016_words_and_alphabet"),
    ]

    operations = [migrations.RunPython(keep_the_text, migrations.RunPython.noop)]
