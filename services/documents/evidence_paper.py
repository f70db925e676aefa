"""密钥保管说明: the paper that says who holds which key, to be sealed and kept beside the statements."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.evidence.bundle import Holder
from auth.principal import Principal
from services.agreements import views as agreements
from services.documents.service import File
from services.documents.tables import table_pdf
from services.documents.tabular import Column, Seal, TableSection, TableSheet
from services.evidence import keys
from services.evidence.states import KeyState
from services.evidence.tables import EvidenceKey
from services.ledger import repo

KIND = "密钥保管说明"
OWN = "县区自持"
HELD = "市级服务器代管"
SIGNS_A_PIECE = 16
NOTES = (
    "一、县区自持的密钥由县区自行生成和保管，市级只有公钥。以该密钥作出的会签，市级不能代作，计为县区的确认。",
    "二、市级服务器代管的密钥，其会签由市级服务器作出，不计为县区的确认；以盖章的纸质结算单为法律依据。",
    "三、密钥丢失、外泄或保管人离任的，应立即停用并另行登记。停用前的会签仍然有效。",
    "四、核验证据包时，请以本说明所列公钥为准（yipanqi verify --keys）。",
)


async def key_paper(session: AsyncSession, principal: Principal, today: date) -> File:
    """Draw the paper of the keys that this person may know of."""
    names = await repo.region_names(session, principal.city)
    shown = [row for row in await keys.shown_keys(session, principal) if row.state is KeyState.active]
    city_name = await agreements.city_name(session, principal.city)
    sheet = key_sheet(shown, names, city_name, principal.city, today)
    return await table_pdf(sheet)


def key_sheet(
    shown: list[EvidenceKey], names: dict[str, str], city_name: str, city: str, today: date
) -> TableSheet:
    """Make the sheet: the log's key, and for each county its key and who holds it."""
    log = [row for row in shown if row.county is None]
    counties = [row for row in shown if row.county is not None]
    return TableSheet(
        kind=KIND,
        title=f"{city_name}结算存证{KIND}",
        number=f"MY-{city}-{today:%Y%m%d}",
        version=1,
        state="",
        city_name=city_name,
        made_on=today,
        sections=(
            TableSection(
                heading="日志公钥（由市级服务器持有）",
                columns=(
                    Column(key="vkey", name="公钥", width=40),
                    Column(key="from", name="启用日期", width=10),
                ),
                rows=tuple((_broken(row.vkey), _day(row)) for row in log),
                empty="尚未生成",
            ),
            TableSection(
                heading="县区会签公钥",
                columns=(
                    Column(key="county", name="县区", width=8),
                    Column(key="holder", name="保管", width=9),
                    Column(key="vkey", name="公钥", width=34),
                    Column(key="people", name="提交／复核", width=10),
                    Column(key="from", name="启用日期", width=9),
                ),
                rows=tuple(
                    (
                        names.get(str(row.county), str(row.county)),
                        OWN if row.held_by is Holder.county else HELD,
                        _broken(row.vkey),
                        f"{row.proposed_name}／{row.confirmed_name}",
                        _day(row),
                    )
                    for row in counties
                ),
                empty="没有县区登记密钥",
            ),
        ),
        notes=NOTES,
        seals=(
            Seal(party=f"{city_name}财政局", capacity="市级"),
            Seal(party="", capacity="县区"),
        ),
    )


def _day(row: EvidenceKey) -> str:
    return f"{row.valid_from:%Y-%m-%d}" if row.valid_from else ""


def _broken(vkey: str) -> str:
    """A key with places where a line may end: it is one long word."""
    return "\u200b".join(vkey[start : start + SIGNS_A_PIECE] for start in range(0, len(vkey), SIGNS_A_PIECE))
