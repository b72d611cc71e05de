"""What is valid input about acceptances: one definition for the form as for JSON."""

from __future__ import annotations

from marshmallow import fields, validate

from app.acceptance import dossier, group, service, units
from app.forms import AddressSchema, FormSchema, day, number, text, tick, word
from app.outbox.sending import LONGEST_KEY
from sla.vocab import Channel, GroupRole, Opinion

LARGEST_ID = 2**31 - 1
YES, NO = "yes", "no"
REFUSED, SILENT = "refused", "silent"


class OnceForm(FormSchema):
    """What may come twice and is entered once: a form with a number of its own."""

    submission = text("提交编号", LONGEST_KEY)


class OfRound(AddressSchema):
    """Which round."""

    round = number("轮次", 1, LARGEST_ID, required=True)


class NoticeForm(FormSchema):
    """The supplier's report of a year or a stage."""

    report = text("运维工作报告", service.LONGEST_REPORT, required=True)
    last_day = day("验收截止日")


class OpenForm(FormSchema):
    """When and where the group meets."""

    meeting_on = day("验收日期", required=True)
    place = text("地点", service.LONGEST_PLACE, required=True)


class MemberForm(OnceForm):
    """Somebody for the group: an account, or a name and where they come from."""

    role = word("职责", GroupRole, required=True)
    user = number("人员", 1, LARGEST_ID)
    name = text("姓名", group.LONGEST_NAME)
    organisation = text("单位", group.LONGEST_ORGANISATION)


class OpinionForm(OnceForm):
    """A member's opinion."""

    opinion = word("意见", Opinion, required=True)
    said = text("说明", group.LONGEST_OPINION)


class UnitForm(OnceForm):
    """A unit's word; nothing is preselected. The bureau says besides who said it, and how."""

    opinion = word("意见", Opinion, required=True)
    running_well = fields.String(
        required=True, validate=validate.OneOf([YES, NO]), metadata={"label": "运转平稳"}
    )
    said = text("说明", units.LONGEST_TEXT)
    channel = word("怎样收到的", Channel)
    said_by = text("表达意见的人", units.LONGEST_NAME)


class ReasonForm(FormSchema):
    """A reason and nothing else."""

    reason = text("原因", service.LONGEST_REASON, required=True)


class JudgeForm(FormSchema):
    """The decision about one standard."""

    row = number("标准", 1, LARGEST_ID, required=True)
    opinion = word("判定", Opinion, required=True)
    remark = text("说明", service.LONGEST_REASON)


class StatementForm(FormSchema):
    """What the supplier says to the acceptance."""

    statement = text("说明或申述意见", service.LONGEST_TEXT, required=True)


class ConcludeForm(FormSchema):
    """The conclusion."""

    opinion = word("结论", Opinion, required=True)
    said = text("结论说明", service.LONGEST_TEXT, required=True)


class UnsignedForm(ReasonForm):
    """Why the supplier's signature is missing."""

    refused = fields.String(
        required=True, validate=validate.OneOf([REFUSED, SILENT]), metadata={"label": "情况"}
    )


class PartForm(OnceForm):
    """What comes with the files of a part of the dossier."""

    note = text("说明", dossier.LONGEST_NOTE)


class Nothing(FormSchema):
    """An act that needs no words."""


class ZipPick(AddressSchema):
    """Whether the photos go into the zip."""

    photos = tick("照片")
