from tests.app.duties.conftest import people, site
from tests.app.loaded import fresh_postgresql, fresh_sqlite

__all__ = ["fresh_postgresql", "fresh_sqlite", "people", "site"]
