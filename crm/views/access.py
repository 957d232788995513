"""What guards the way in to a page, whichever app it is of."""

from django.views.decorators.http import require_http_methods

form_page = require_http_methods(["GET", "HEAD", "POST"])
