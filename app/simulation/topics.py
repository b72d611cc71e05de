"""What each of the 45 rows is busy with: how much, of what nature, and in which parts (made-up detail)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """One row's part in the life: its share of the tickets, its nature, its parts as people call them."""

    share: int
    nature: str
    parts: tuple[str, ...]


def _topic(share: int, nature: str, parts: str) -> Topic:
    return Topic(share, nature, tuple(parts.split()))


def topic_of(seq: int) -> Topic:
    """Return what row ``seq`` is busy with; a row nobody described here is a small plain system."""
    return TOPICS.get(seq, PLAIN)


PLAIN = _topic(2, "system", "系统首页 查询页面 统计报表")
TOPICS: dict[int, Topic] = {
    1: _topic(10, "device", "校门口摄像头 值班室解码器 存储阵列 门卫一键报警 汇聚交换机"),
    2: _topic(4, "system", "报名入口 学位审核 摇号模块 录取查询"),
    3: _topic(4, "video", "主会场终端 三楼会议室话筒 县区分会场 录播主机"),
    4: _topic(4, "system", "交易公告 报名缴纳保证金 评审专家库 信息发布"),
    5: _topic(5, "data", "指标库 经济运行看板 月度填报 数据接口"),
    6: _topic(5, "device", "渣土车定位终端 工地出口抓拍机 车辆轨迹平台 称重数据"),
    7: _topic(9, "system", "案件受理 采集员手机端 派遣流程 督办统计"),
    8: _topic(5, "money", "电子票据开具 违停缴款 票据作废 对账文件"),
    9: _topic(7, "money", "垃圾处理费征收 单位缴费台账 收费员手机端 票据打印"),
    10: _topic(1, "data", "地价监测点数据 成果报告 住宅用地监测表"),
    11: _topic(5, "map", "项目策划生成 空间底图 合规性审查 图层目录"),
    12: _topic(5, "map", "一张图浏览 影像服务 图斑查询 监管台账"),
    13: _topic(7, "device", "企业门禁道闸 车牌识别相机 运输台账上传 视频回传"),
    14: _topic(9, "device", "尾气遥感设备 黑烟抓拍点位 检测站数据上传 中心大屏"),
    15: _topic(8, "device", "空气站数据采集仪 水站视频 监控中心服务器 数传链路"),
    16: _topic(5, "room", "机房 UPS 电池组 出口防火墙 精密空调"),
    17: _topic(2, "system", "快件信息查询 企业入驻 物流看板"),
    18: _topic(7, "room", "业务窗口服务器 核心交换机 备份一体机 自助查询机"),
    19: _topic(9, "system", "网签备案 合同打印 资金监管 楼盘表 不动产数据共享"),
    20: _topic(5, "data", "家庭经济状况核对 委托书上传 核对报告 部门数据交换"),
    21: _topic(2, "tool", "打字纠错插件 词库更新 授权码"),
    22: _topic(12, "system", "养老待遇计算 参保登记 社保卡接口 自助终端 待遇资格认证"),
    23: _topic(4, "data", "账号监测 错敏词预警 更新频率统计 月度通报"),
    24: _topic(3, "system", "预算公开模板 决算报表导入 公开报告生成"),
    25: _topic(3, "data", "收入日报 级次分析 查询导出"),
    26: _topic(4, "money", "缴库对账 三方协议验证 银行回单 人行参数"),
    27: _topic(6, "money", "缴款书录入 非税对账 单位端登录 收缴日报"),
    28: _topic(3, "system", "公物仓调拨 物品入库 盘点二维码"),
    29: _topic(4, "system", "资产清查表 盘活台账 卡片同步"),
    30: _topic(5, "system", "档案检索 数字化扫描件挂接 长期保存库 利用大厅查询机"),
    31: _topic(5, "data", "信用信息归集 双公示上报 信用报告下载"),
    32: _topic(5, "system", "融资需求发布 企业授权 银行对接接口 信用评分"),
    33: _topic(6, "device", "路口布控相机 执法组网终端 车辆布控告警 取证视频"),
    34: _topic(7, "security", "互联网出口流量 学校网站 办公终端 教育邮箱"),
    35: _topic(2, "system", "招商项目入库 进度填报 洽谈记录"),
    36: _topic(3, "system", "跨境备案 申报单推送 企业服务大厅"),
    37: _topic(7, "system", "定点机构信用评价 医师积分 数据报送 评价结果公示"),
    38: _topic(5, "system", "租赁合同备案 房源核验 机构开户 短信提醒"),
    39: _topic(3, "money", "违停告知书送达 文书短信 处罚决定打印"),
    40: _topic(6, "system", "公务用餐 会议室预订 报修派单 访客预约"),
    41: _topic(4, "system", "不动产台账 房产图纸 出租合同 统计报表"),
    42: _topic(4, "data", "企业财务快报 重大事项填报 三重一大监管 产权数据"),
    43: _topic(6, "room", "统计专网 联网直报服务器 视频会议终端 机房空调"),
    44: _topic(8, "device", "塔机监测 扬尘监测仪 实名制考勤机 工地视频"),
    45: _topic(4, "system", "村务公开 积分兑换 农情上报 乡村一张图"),
}
