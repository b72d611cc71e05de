"""What each figure means, in our own words, with the numbers of the rules it follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sla.vocab import Indicator


@dataclass(frozen=True)
class Wording:
    """How an indicator is read: what is counted over what, and by which rule."""

    met: str
    total: str
    definition: str
    rules: str


WORDING: Mapping[Indicator, Wording] = {
    Indicator.RESPONSE: Wording(
        "按时",
        "应计",
        "从报告时间到第一次人工响应，不超过该行的响应时限。自动回执不算响应，挂起不扣除；"
        "乙方自查发现的工单不计。声明为系统瘫痪的，不迟于 60 分钟。",
        "C4、C5、C6、F1、F2",
    ),
    Indicator.ONSITE: Wording(
        "按时",
        "应计",
        "从申请到场到工程师到达，不超过该行的到场时限。没有申请就没有这项计时；未经申请而到场的，从报告时间起算。",
        "C7、C13、F1、F2",
    ),
    Indicator.CONTAINMENT: Wording(
        "按时",
        "应计",
        "安全事件从报告时间到不再扩散，不超过该行的遏制时限。",
        "C3、C8、C13、F1、F2",
    ),
    Indicator.RECOVERY: Wording(
        "按时",
        "应计",
        "故障和安全事件从报告时间到恢复，以最后验收通过的那次申报为准，扣除未被驳回的挂起；"
        "被退回的申报不停表。尚未验收的结论为暂定。",
        "C8、C9、C11、C13、F1、F2",
    ),
    Indicator.FIRST_FIX: Wording(
        "一次通过", "验收", "本月验收通过的故障和安全事件中，恢复申报从未被退回的比例。", "C11、F4"
    ),
    Indicator.SATISFACTION: Wording(
        "得分",
        "满分",
        "本月关闭并评价的工单，评分合计除以满分（每张 5 分）；旁边列平均分。",
        "F4",
    ),
    Indicator.BACKENTRY: Wording(
        "补录",
        "记录",
        "本月录入的响应、到场、遏制、恢复记录中，属于补录的比例，越低越好。"
        "录入比发生晚得超过约定分钟数，或晚到足以改变结论的，算补录。",
        "C12、F4",
    ),
}

# Further words of the report: name, definition, rules.
TERMS = (
    (
        "归入的月份",
        "一次计时归入它的结果成为确定的那个月：停表与应于两者较早的时刻，按北京时间。每次只归入一个月。",
        "F1、T1",
    ),
    (
        "比率",
        "分子除以分母，最后一步四舍五入到百分数的两位小数。单位和合同的数是各项目之和，不是比率的平均。",
        "F2、F3",
    ),
    (
        "超时",
        "停表晚于应于；到了应于还没有停表，从应于那一刻起就是超时，不论何时被发现。",
        "C14",
    ),
    (
        "免责",
        "经裁定不由乙方负责的超时，单列，不进分子也不进分母。",
        "C14、F2",
    ),
    (
        "无此指标",
        "这一行没有约定这项时限，不计时，既不是 0 也不是 100%。",
        "C1",
    ),
    (
        "本月无数据",
        "约定了这项时限，但本月没有可计入的记录；不适用，不参与平均。",
        "F2",
    ),
    (
        "不在服务期",
        "这个项目本月不在服务年度内，工单照记而不计时。",
        "C1",
    ),
    (
        "小改动",
        "第 9 行按工作日约定的时限，列入计时和超时明细，不属于任何一项指标。",
        "C1、T6",
    ),
    (
        "工单平衡",
        "本月登记与上月转入之和，等于关闭、撤销与转入下月之和。",
        "F4",
    ),
    (
        "净用时",
        "起算到停表之间的服务时间，扣除未被驳回的挂起。",
        "T4、T5、C13",
    ),
    (
        "首次应于",
        "第一次推算出的应于时间；此后定性、挂起变化引起的改动不影响它。",
        "C10",
    ),
    (
        "暂定",
        "所涉年份的放假通知尚未发布，或恢复尚待验收，以后可能变化。",
        "T2、C8",
    ),
)
