"""Files as answers."""

from urllib.parse import quote

from starlette.responses import Response

from services.interchange.exports import FileOut


def send(file: FileOut) -> Response:
    """Answer with a file to save."""
    return Response(
        file.data,
        media_type=file.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
            "Cache-Control": "no-store",
        },
    )
