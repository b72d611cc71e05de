"""Reading the files of lists again."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from openpyxl import load_workbook

HEAD = 3  # the row of the headings, below the title and what was asked


def rows_of(client: FlaskClient, path: str, *, heads: bool = False) -> list[tuple[Any, ...]]:
    answer = client.get(path)
    assert answer.status_code == 200, path
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    rows = sheet.iter_rows(min_row=HEAD if heads else HEAD + 1, values_only=True)
    return [row for row in rows if any(cell is not None for cell in row)]
