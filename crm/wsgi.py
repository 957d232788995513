import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
application = get_wsgi_application()

from crm.deployment.start import (  # noqa: E402 — models are loaded from here on
    load_addresses,
    refuse_demo_accounts,
)

refuse_demo_accounts()
load_addresses()
