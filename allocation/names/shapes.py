"""Characters that are taken for each other by eye: one group a word, from common lists of 形近字.

Most look-alikes share their sound too (清晴靖) and are found by it; these are the ones that need not.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

GROUPS: Final = (
    "未末朱本木术 己已巳 土士王玉 日曰目白自百 田由甲申电 天夫夭大太犬 人入八 千干于午牛 刀刃力"
    " 贝见 万方 兰三 风凤冈 今令 市布 仓仑 代伐 休体 住往佳 侯候 冶治 洽恰拾 冰水永 准淮维 凌陵菱"
    " 凯铠 利和 刚钢纲 创仓 劲颈 勋励 北比此 华毕桦 卓早旱 博搏傅 卫节 厂广 厚原 双叉 友发反 口日"
    " 吉古苦 名各 向问同 启户 员贝 周用 呜鸣 品晶 唐康 商高 嘉喜 园圆 国图 坤神伸绅 垦恳 城诚域"
    " 培倍陪 堂常 增僧 士土 复夏 奥粤 如始 安宏 宁字宇 宝室 宣宜 宾滨 富福副 寿涛 导异 封卦 将奖"
    " 尚向 山出 岩若 岳兵 崇祟 川州 工土 巨臣 帆帜 平乎苹 年午 庆床 庐芦 康唐 廷延 弘私 张弥 强弹"
    " 彤丹 征证 徐除 德得 心必 忠思 怡恰 恒桓 悦锐 惠慧 意竟 成戌 扬杨场 拓柘 振震 捷睫 揭渴 支友"
    " 政玫 敏繁 文又 斯期 新薪 方万 旭旬 旺枉 昌晶 明朋 易昜 星皇 春舂 晖辉 普晋 智知 曙署 月用"
    " 有右 朗郎 朝潮 杰烈 林木森 枫讽 柏拍 柯何 格路 桂挂 桐铜 梦林 棋琪 森林 楚林 横黄 正止 永泳"
    " 汇江 汉汶 沃妖 沙少 沣丰 沪泸 泉皇 法洁 泓弘 泰秦奏春 泽译择 洋样 洛络 津律 洲州 浩洁 浦捕"
    " 海每 涵函 润闰 淳醇 清请 源原 滔稻 潍准 澄橙 瀚翰 灿仙 炎火 炬矩 炼练 焦集 煌皇 熙照 爱受"
    " 特持 狮师 环坏 玖久 珑龙 理里 琪棋 瑞端 瑶遥 璟景 瓴领 甫浦 盈盆 盛咸 益盖 盟萌 真直 睿容"
    " 矿旷 研妍 硕顾 磊石 祥详 禄绿 禾木 科料 秦泰 程呈 稳隐 立位 竞竟 章童 端瑞 笠立 筑巩 米来"
    " 精情 系糸 紫柴 红江 纬伟 绅神 维淮 绿缘 美羊 群郡 羽习 翔祥 耀跃 联耿 聚取 胜性 腾滕 自目"
    " 航杭 良艮 艺亿 芯心 英央 茂戊 草早 荣菜 莱菜 菱凌 营管 蓝篮 蕾雷 融隔 行衍 裕谷 诚城 诺若"
    " 谊宜 谷容 豪毫 贤坚 贵责 赛寨 赢羸 超召 越趋 跃耀 车东 轩杆 辉挥 辰晨 达过 迅讯 远运 迪油"
    " 通道 逸免 遂逐 道通 邦帮 郎朗 鄂颚 酷浩 里理 重童 金全 钜拒 钧均 铂泊 铭名 锋峰 锐悦 锦棉"
    " 长张 闽闵 阳阴 陆际 隆降 雅稚 霖淋 青责 靖请 韵音 顺须 风凤 飞气 馨声 骏俊 高亮 鸿鹅 鹏朋"
    " 鼎晶"
)
"""Groups of characters; each looks like each other of its group."""


def _places() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for place, group in enumerate(GROUPS.split()):
        for character in dict.fromkeys(group):
            found[character] = (*found.get(character, ()), place)
    return found


_OF: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType(_places())


def groups_of(character: str) -> tuple[int, ...]:
    """Return the numbers of the groups that a character stands in."""
    return _OF.get(character, ())


def look_alike(one: str, other: str) -> bool:
    """Tell whether two characters are taken for each other by eye."""
    return bool(set(groups_of(one)) & set(groups_of(other)))
