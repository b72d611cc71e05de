"""What is valid input beside an uploaded file."""

from __future__ import annotations

from app.forms import FormSchema, number, text, word
from sla.vocab import FileKind

LARGEST_ID = 2**31 - 1
# A form may bring several files: each gets the submission with its place behind it.
LONGEST_SUBMISSION = 56


class UploadForm(FormSchema):
    """What comes with the files of a form; without a kind, pictures are photos and the rest are files."""

    submission = text("提交编号", LONGEST_SUBMISSION)
    kind = word("类别", FileKind)
    line = number("检查项", 1, LARGEST_ID)
    back = text("返回", 200)
