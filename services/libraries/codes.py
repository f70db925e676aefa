"""一码: a project's code is its random public id; printed, it leads to the project's page and tells nothing.

Who scans it has to sign in, and then sees of the project what the walls let them see.
"""

import io
from datetime import date

import segno
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.libraries.answers import CodeAnswer
from services.libraries.in_force import layout_on
from services.libraries.words import CodeShows
from services.projects import service as projects
from services.projects.answers import Masked
from services.projects.errors import NoSuchProject


def address_of(public_url: str, public_id: str) -> str:
    """Return the address that a project's code leads to."""
    return f"{public_url.rstrip('/')}/projects/{public_id}"


def drawn(address: str) -> str:
    """Draw an address as a QR code, an SVG document."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=4, xmldecl=False, scale=4)
    return out.getvalue().decode()


async def project_code(
    session: AsyncSession, principal: Principal, ref: str, public_url: str, today: date
) -> CodeAnswer:
    """Return a project's code for somebody who sees its bands.

    Raises:
        NoSuchProject: there is none that this person may know of by its public id.
    """
    shown = projects.view_of(await projects.open_dossier(session, principal, ref))
    if not isinstance(shown, Masked):
        raise NoSuchProject
    code = (await layout_on(session, principal.city, today)).layout.code
    under = shown.code_name if code.shows is CodeShows.code_name else shown.id
    return CodeAnswer(title=code.title, address=address_of(public_url, shown.id), under=under)
