"""The overview is tested on the contract in effect."""

from tests.app.loaded import fresh_postgresql, fresh_sqlite  # noqa: F401, every test here uses them
