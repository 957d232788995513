"""How many bytes of a request are read, before anybody knows who sends it."""

from io import BytesIO

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

LARGEST_FILE = settings.REQUEST_LIMITS["attachment_bytes"]
# Of a file that is somewhat too large the bytes are skipped and the file is refused at its field: so the rest of the
# form is kept.
LARGEST_BODY = 4 * LARGEST_FILE


class BoundedUpload(FileUploadHandler):
    """Keeps a file in memory, up to the largest that any page takes; of a larger one only the size. None on disk."""

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.content = BytesIO()

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) > LARGEST_FILE:
            self.content = BytesIO()
        elif start == self.content.tell():
            self.content.write(raw_data)

    def file_complete(self, file_size):
        self.content.seek(0)
        return InMemoryUploadedFile(
            file=self.content,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
