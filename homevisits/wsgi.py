"""The web application for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "homevisits.settings")
application = get_wsgi_application()

from homevisits.common.startup import refuse_unfit  # noqa: E402  (needs the settings)

refuse_unfit()
