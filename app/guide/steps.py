"""What each role does on the site, in a few steps: the texts of the guide, and which picture shows what.

A picture is the first screen of a page of the demonstration; tests/browser/guide_pictures.py takes them
all again.
"""

from __future__ import annotations

from dataclasses import dataclass

from sla.vocab import Role


@dataclass(frozen=True)
class Step:
    """One step: what to do, how, on which page, and perhaps a picture with what it shows."""

    title: str
    text: str
    endpoint: str = ""
    picture: str = ""
    shows: str = ""


@dataclass(frozen=True)
class Shot:
    """How a picture is taken: who looks, at which address, how wide, and which link is followed first."""

    username: str
    path: str
    phone: bool = False
    follow: str = ""


PICTURES = {
    "engineer-home": Shot("engineer", "/", phone=True),
    "engineer-ticket": Shot("engineer", "/tickets", phone=True, follow="main td.lead-cell a"),
    "engineer-present": Shot("engineer", "/residents/mine", phone=True),
    "contact-new": Shot("contact", "/tickets/new", phone=True),
    "contact-waiting": Shot("contact", "/waiting", phone=True),
    "bureau-home": Shot("bureau", "/"),
    "bureau-close": Shot("bureau", "/closing", follow="main td.lead-cell a"),
    "bureau-payment": Shot("bureau", "/payments"),
    "manager-home": Shot("manager", "/"),
    "hotline-new": Shot("hotline", "/dispatch/call"),
    "auditor-month": Shot("auditor", "/months"),
    "admin-people": Shot("admin", "/people"),
}

ENGINEER = (
    Step(
        "先看首页",
        "登录后先列先到期的工单，每张下面的大按钮就是下一步，再列今天的应办。剩余时间按系统的时间倒数；快到期、已超时都另有图标和文字。",
        "home.index",
        "engineer-home",
        "手机上的首页：先到期的工单和下一步的按钮",
    ),
    Step(
        "登记工单",
        "有人当面或打电话报修，点“登记”：说一句发生了什么，点一下类别就能提交；项目先填上您上次登记的，不对请改。对方早就说过的，把报告时间改成实际时间。",
        "tickets.new",
    ),
    Step(
        "响应、到场、申报恢复",
        "打开工单，页面最下面的大按钮就是下一步。做到哪一步就点哪一步，时限停在您点的那一刻；修好了点“申报恢复”，写清做了什么，"
        "等单位验收。要当场签字，就打印“运维服务单”，签好拍照传回来。",
        "tickets.index",
        "engineer-ticket",
        "手机上的一张工单：计时和下一步的按钮",
    ),
    Step(
        "等人、等备件时挂起",
        "要等单位配合、等备件审批，就点“挂起”并写明原因，能继续时点“恢复计时”。单位驳回的挂起不扣除时间。",
    ),
    Step(
        "做巡检和其他应办",
        "在应办里点开，或在机房扫二维码。逐项选正常、异常或不适用，填数值，可以拍照；异常的一项会自动开一张工单。",
        "duties.index",
    ),
    Step(
        "到岗签到",
        "到岗后上午、下午各点一下“我在岗”，首页上就有，只记时间，不记位置。请假也在这一页申请。",
        "residents.mine",
        "engineer-present",
        "手机上的“我的在岗”：上午和下午两个按钮",
    ),
    Step(
        "没有网络也能办",
        "先在有网络的地方打开一次“离线办理”。没有网络时照常填写，页面上方的云朵是还没有发送的，有网络后自动发送。",
        "outbox.index",
    ),
    Step(
        "事后补记",
        "当时来不及点的，事后填实际时间。这样的记录标为“补录”，单位或局方确认以前，按录入的时间计算。",
    ),
)
CONTACT = (
    Step(
        "报修或提要求",
        "点“我要报修”，选什么事、哪个系统，写一句发生了什么，提交前就能看到承诺几点前响应、修好。电话已填好，可以改。",
        "tickets.new",
        "contact-new",
        "手机上的报修页面",
    ),
    Step(
        "看办到哪一步",
        "首页一句话说明每个申请办到哪一步、承诺几点前办好；点开能看到谁、几点、做了什么。要人到现场，点“要求派人到现场”。",
        "tickets.index",
    ),
    Step(
        "一页确认所有事项",
        "要您说“行”或“不行”的都在“待我确认”：修好没有、工程师说要等一等对不对、事后补记的时间对不对。可以勾选多项一起确认；逾期不答的，每一项都写明会怎样。",
        "waiting.index",
        "contact-waiting",
        "手机上的“待我确认”",
    ),
    Step(
        "没修好就退回",
        "验收时没修好，点“退回”并写一句哪里不行。退回的那次不算修好，时间一直在计。",
    ),
    Step("评价", "确认解决后点一下表情就是评价，写不写意见都行；提交后不能改。", "tickets.index"),
    Step(
        "签回访",
        "局方发起回访后，在这里回答满意不满意、运转平稳不平稳，签一次即可。不满意的会一直跟到了结。",
        "callbacks.index",
    ),
    Step(
        "看每月结果",
        "月报里有本单位每个项目的按时率，点数字能看到每一条记录。对数字有不同意见，在异议期内到“月度关账”提出。",
        "months.index",
    ),
)
BUREAU = (
    Step(
        "一眼看风险",
        "首页先列已超时和 4 小时内到期的工单，再列等确认、等裁定的事项和付款情况。点数字就到那张清单。",
        "home.index",
        "bureau-home",
        "局方首页：风险、等待事项和付款",
    ),
    Step(
        "裁定争议",
        "乙方认为超时不是自己的原因，会附佐证申请免责；单位表示意见后由您认定，乙方可以申请一次复核。",
        "disputes.index",
    ),
    Step(
        "记日常考核",
        "态度、完成情况、技术能力随时可以记，附上佐证。登记后不能修改，只能撤回；乙方可以答复一次。",
        "observations.index",
    ),
    Step(
        "关账",
        "每月先计算，再进入异议期；乙方签认后，由两位局方人员经办、审核冻结。页面上写着还有哪几件事要先定下来。",
        "closing.index",
        "bureau-close",
        "一个月的关账：进展和待处理清单",
    ),
    Step("下载月报和报表", "冻结的月份永远给出同一份文件；每个数字都能点开看到背后的记录。", "reports.index"),
    Step(
        "付款",
        "每个付款节点列出条件，缺什么、在谁手里一目了然。条件齐了由一人经办、另一人审核放款。",
        "payments.index",
        "bureau-payment",
        "付款页面：两个节点和各自的条件",
    ),
    Step("验收", "服务满一年由乙方提交报告，您组织验收小组，听取各单位意见，作出结论。", "acceptance.index"),
    Step(
        "定口径",
        "合同没有写明的地方先按暂定口径算。改口径以前，页面会先列出哪些时限和数字会变。",
        "contract.interpretations",
    ),
)
MANAGER = (
    Step(
        "派单",
        "派单页按时限列出未结的工单，旁边是现在谁在岗；点一下就派给在岗的人。没有派单也在计时。",
        "dispatch.index",
        "manager-home",
        "项目经理的首页：风险和没有派单的工单",
    ),
    Step("安排派驻", "工程师只看得到派驻给他的项目。从哪天起、到哪天止，都在人员页安排。", "people.index"),
    Step("安排驻场和顶岗", "看每个岗位本月的到岗率，登记缺岗，批准请假，安排顶岗的人。", "residents.index"),
    Step("处理等您的事", "投诉、争议、日常考核的答复、关账的签认，都在“等我处理”。", "waiting.index"),
    Step("申请免责", "点开一条超时的计时，写明理由、附上佐证。未完成的应办也可以。", "disputes.index"),
    Step("签认当月", "局方计算并进入异议期后，逐项核对，有异议的提交异议，没有的签认。", "closing.index"),
    Step("准备验收资料", "合同要求的七项资料缺哪项，验收页上都列着；齐了就提交报告。", "acceptance.index"),
)
HOTLINE = (
    Step(
        "替单位登记",
        "接到电话，点“接电话登记”：单位和项目打拼音首字母就能找到，写对方说了什么，旁边就是承诺的时限。",
        "dispatch.call",
        "hotline-new",
        "接电话登记的页面",
    ),
    Step("问是不是全都用不了", "问一句，照对方说的选：全都用不了的，60 分钟内必须有人响应。没有问到就不选。"),
    Step(
        "派单", "登记时选工程师就一起派出；还没有派的在派单页排在最前面，可以几张一起派。", "dispatch.index"
    ),
    Step(
        "回答对方",
        "对方来电追问，按编号、标题或电话查到工单，念给他听办到哪一步、还剩多少时间。",
        "tickets.index",
    ),
    Step("看通知", "时限将到、已经超时的会出现在通知里，催一下对应的工程师。", "watch.notices"),
)
AUDITOR = (
    Step("全部可看，不能改", "各个页面都能打开，没有能改变数据的按钮。", "home.index"),
    Step(
        "从数字看到记录",
        "打开月报，点任何一个数字，就是它背后的每一条记录；每条计时都写明起点、窗口、扣除的时间、截止时间和结论。",
        "months.index",
        "auditor-month",
        "月报：每个数字都能点开",
    ),
    Step(
        "核对冻结的月份",
        "关账页列出谁在何时计算、签认、冻结，以及冻结时的数字摘要；以后的更正只作为编号的调整。",
        "closing.index",
    ),
    Step(
        "看争议和依据",
        "超时的认定、理由、佐证和复核都留着，谁说了什么、何时说的都在经过里。",
        "disputes.index",
    ),
    Step(
        "看合同怎么写",
        "每个指标都注明招标文件的行号；没有写明的地方按什么口径算，也列在这里。",
        "contract.interpretations",
    ),
    Step("下载报表", "文件里只有您能查看的范围；同样的数据，任何时候生成的文件一字节不差。", "reports.index"),
)
ADMIN = (
    Step(
        "建账号",
        "填姓名、用户名和角色；单位联系人再选单位。初始口令只显示一次，本人首次登录时修改。",
        "people.index",
        "admin-people",
        "人员页面",
    ),
    Step(
        "忘了口令、换了人",
        "重置口令后旧的登录全部退出。人离岗就停用账号，以前的记录照样留着他的名字。",
        "people.index",
    ),
    Step(
        "看自动任务", "到期、通知、关账提醒都靠它们；哪一个没有按时运行、为什么，都列在这里。", "watch.index"
    ),
    Step(
        "看工作日历",
        "法定节假日和调休从放假通知录入；没有公布的年份先按暂估，录入后自动重算。",
        "contract.calendar",
    ),
    Step("有人报错误编号", "出错页面上有六位编号，在系统日志里搜这个编号，就能找到那一次的原因。"),
)

GUIDES: dict[Role, tuple[Step, ...]] = {
    Role.ENGINEER: ENGINEER,
    Role.CONTACT: CONTACT,
    Role.BUREAU: BUREAU,
    Role.MANAGER: MANAGER,
    Role.HOTLINE: HOTLINE,
    Role.AUDITOR: AUDITOR,
    Role.ADMIN: ADMIN,
}
