"""The words of firms' names that are not their 字号: legal forms, what they do, what says nothing."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

FORMS: Final = (
    *("股份有限责任公司", "有限责任公司", "股份有限公司", "集团有限公司", "有限公司", "集团公司", "股份公司"),
    *("总公司", "责任公司", "有限合伙", "普通合伙", "合伙企业", "个人独资企业", "公司", "股份", "总厂", "厂"),
)
"""Legal forms, the longest first, so that the whole form is cut off."""

BRANCHES: Final = ("分公司", "分厂", "分店", "分部", "办事处", "代表处", "项目部", "经营部", "事业部")
"""What makes a part of a firm of it; the part is not a firm of its own."""

GROUP: Final = ("控股集团", "投资集团", "集团", "控股")
"""What calls a firm the head of others."""

GENERIC: Final = frozenset(
    [
        "科技",
        "技术",
        "实业",
        "发展",
        "产业",
        "企业",
        "工业",
        "工程",
        "事业",
        "投资",
        "控股",
        "集团",
        "国际",
        "制造",
        "开发",
        "经营",
        "服务",
        "管理",
        "工贸",
        "股份",
        "高新",
        "高科",
        "制品",
        "系统",
        "应用",
        "研究院",
        "研究",
        "生产",
        "加工",
        "创新",
        "中国",
        "产品",
        "联合",
        "资源",
        "综合",
        "设备",
        "材料",
        "总",
        "新型",
        "现代",
        "智慧",
        "智能",
        "绿色",
        "行业",
    ]
)
"""Words that nearly every firm may use: they do not tell one firm from another."""

_FIELDS: Final = (
    "新材料 复合材料 高分子 纳米材料 石墨烯 碳纤维",
    "电子 电路 半导体 芯片 集成电路 微电子 光电 元器件 电器",
    "光伏 太阳能 新能源 风电 能源 电力 储能 清洁能源 绿能 氢能",
    "电池 锂电 锂离 锂业 动力电池",
    "医药 中药 制药 药业 生物医药 生物科技 生物 医疗 医疗器械 大健康 康养",
    "食品 食用 农产品 粮油 饮品 饮料 乳业 酒业 葡萄 水果 茶业 茶叶 肉业 调味品 果业",
    "农业 农牧 农林 种业 畜牧 养殖 园林 林业 生态农业",
    "机械 装备 机电 机床 重工 精密 模具 轴承 机器人 自动化 智能制造 装备制造",
    "汽车 汽配 零部件 车业 新能源汽车 车辆",
    "航空 无人机 无人飞行器 航天 飞行器 低空",
    "化工 化学 精细化工 化纤 石化 涂料 塑料 橡胶",
    "有色 冶金 金属 钢铁 铝业 铜业 矿业 钼业 钒业 不锈钢 合金",
    "水泥 建材 玻璃 陶瓷 粘土 石材 混凝土 耐火材料 砖业 门窗",
    "建筑 建设 建工 建筑工程 市政 路桥 安装 装饰 建安",
    "纺织 服装 服饰 制衣 鞋业 针织 毛纺 印染",
    "家具 家居 木业 竹业",
    "物流 供应链 运输 仓储 货运 快递 冷链",
    "贸易 商贸 进出口 百货 商业 电子商务 电商 超市",
    "餐饮 酒店 旅游 文旅 文化 传媒 影视 娱乐 体育",
    "教育 培训 咨询 人力资源",
    "房地产 置业 地产 物业",
    "软件 信息 信息技术 网络 数据 大数据 互联网 云计算 数字 通信 物联网",
    "环保 环境 环境工程 水务 再生资源 固废 节能",
    "包装 印刷 纸业 造纸",
    "仪器 仪表 仪器仪表 检测 传感器",
    "金融 保险 担保 资本 基金 租赁",
    "中成 中成药",
)
FIELD_OF: Final[Mapping[str, int]] = MappingProxyType(
    {word: number for number, line in enumerate(_FIELDS) for word in line.split()}
)
"""The line of work that a word names; words of one number are of one line (光伏 and 新能源)."""

WORDS: Final = frozenset(FIELD_OF) | GENERIC
LONGEST: Final = max(map(len, WORDS))

COUNTS: Final = frozenset("0123456789一二三四五六七八九十甲乙丙丁东南西北")
"""What tells the firms of a family apart (第一建筑, 第二建筑; 城东, 城西)."""
