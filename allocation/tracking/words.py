"""The closed lists of tracking."""

from enum import StrEnum


class Segment(StrEnum):
    """The three ledgers of projects that are not yet built."""

    talking = "talking"  # 在谈未签约
    signed = "signed"  # 签约未开工
    building = "building"  # 开工未建成


class Department(StrEnum):
    """Who answers: for a stage, for an item, for what blocks."""

    commerce = "commerce"  # 商务（招商）
    reform = "reform"  # 发展改革
    industry = "industry"  # 工业和信息化
    land = "land"  # 自然资源
    housing = "housing"  # 住房和城乡建设
    ecology = "ecology"  # 生态环境
    water = "water"  # 水利
    power = "power"  # 供电
    finance = "finance"  # 财政和金融
    market = "market"  # 市场监管
    statistics = "statistics"  # 统计
    park = "park"  # 园区管委会


class ItemState(StrEnum):
    """Where an item of a schedule list stands."""

    opened = "opened"  # 待办
    done = "done"  # 已办，待核实
    verified = "verified"  # 已核实，待销号
    closed = "closed"  # 已销号


class ItemStep(StrEnum):
    """What moves an item."""

    finish = "finish"  # 报办结
    send_back = "send_back"  # 核实不通过，退回
    verify = "verify"  # 核实
    close = "close"  # 销号
    reopen = "reopen"  # 重新打开


class BlockKind(StrEnum):
    """What a project waits for."""

    land = "land"  # 用地
    water = "water"  # 用水
    energy = "energy"  # 能耗
    power = "power"  # 用电
    environment = "environment"  # 环评
    financing = "financing"  # 融资
    other = "other"  # 其他


class OutingRole(StrEnum):
    """Of whom the city asks days out."""

    leader = "leader"  # 党政主要领导
    deputy = "deputy"  # 分管领导
    bureau = "bureau"  # 招商部门
