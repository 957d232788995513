"""The files of a report, by the kind that their address names: the same contents as its page."""

from django.http import Http404

from crm.files.spreadsheets import download
from impact.exports.report import json, pdf, xlsx

FILE_OF_KIND = {"pdf": pdf.file_of, "xlsx": xlsx.file_of, "json": json.file_of}


def file_of(report, kind):
    if kind not in FILE_OF_KIND:
        raise Http404
    content, media_type = FILE_OF_KIND[kind](report)
    return download(content, media_type, kind, name=f"relais-{report.number}")
