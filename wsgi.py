"""Where a WSGI server, and the ``flask`` command, find the application."""

import sys

from app import create_app
from app.settings import SettingsError

try:
    app = create_app()
except SettingsError as error:
    sys.stderr.write(f"lvyue: {error}\n")
    sys.exit(2)
