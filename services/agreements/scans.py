"""What a signed scan must be: a PDF, PNG or JPEG by its own bytes, of a sane size. It is never opened."""

import hashlib
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.agreements.errors import BadScan
from services.agreements.tables import MAX_SCAN_BYTES, SignedScan
from services.agreements.words import MediaType
from services.files.content import scan_kind
from services.files.words import MEDIA_TYPES
from services.kit.errors import FieldError
from services.kit.i18n import lazy

_MAX_NAME: Final = 120


def media_type_of(content: bytes) -> MediaType | None:
    """Tell what a file is by how it begins and ends; None for anything else or a file cut short."""
    kind = scan_kind(content)
    return None if kind is None else MediaType(MEDIA_TYPES[kind])


async def store_scan(session: AsyncSession, principal: Principal, name: str, content: bytes) -> SignedScan:
    """Keep a scan; the same bytes are kept once.

    Raises:
        BadScan: empty, too large, or of another kind.
    """
    if not 0 < len(content) <= MAX_SCAN_BYTES:
        raise BadScan(errors=[FieldError("/scan", "size", lazy("扫描件应不为空且不超过 10 MB"))])
    kind = media_type_of(content)
    if kind is None:
        raise BadScan(errors=[FieldError("/scan", "type", lazy("扫描件应为完整的 PDF、PNG 或 JPEG 文件"))])
    digest = hashlib.sha256(content).hexdigest()
    query = select(SignedScan).where(col(SignedScan.city) == principal.city, col(SignedScan.sha256) == digest)
    known = (await session.scalars(query)).one_or_none()
    if known is not None:
        return known
    scan = SignedScan(
        city=principal.city,
        sha256=digest,
        media_type=kind,
        name=_plain_name(name),
        size=len(content),
        content=content,
        uploaded_by=principal.account,
    )
    session.add(scan)
    await session.flush()
    return scan


def _plain_name(name: str) -> str:
    """Keep the last part of a file's name without control characters; it is shown, never a path."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[-_MAX_NAME:]
