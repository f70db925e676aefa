"""The help page on libraries."""

from typing import Final

from services.console.chapter import Chapter
from services.kit.i18n import lazy

LIBRARIES: Final = (
    Chapter(
        "/libraries",
        lazy("库表图谱"),
        lazy(
            "按本市布局列出各库的在库数量，点库名看库内清单、入库日期和依据、出库条件、进出情况，可选过去的任一天，"
            "可打印和导出。在库与否由规则和已记录的日期得出，不另行登记。产业链图谱按环节和县区列出项目、园区和缺口。"
            "市级可在“库表布局”上传本市的库名、阶段和链条名称、报表标题，先试算变化，再发布，另一人确认后生效。"
        ),
    ),
)
