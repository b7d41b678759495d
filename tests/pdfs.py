"""PDF and Word files of our own making, as small as the formats allow."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO

from pypdf import PdfReader, PdfWriter

Print = tuple[float, float, float, str]
"""A line of print: x and y in points from the lower left corner, the type's size, the words."""

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def a_pdf(*pages: Sequence[Print]) -> bytes:
    """Set *pages* in Helvetica on a page of 600 × 800 points."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for number, lines in enumerate(pages):
        content = b"\n".join(map(_set, lines))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
            % (5 + 2 * number)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
    return _assemble(objects)


def _set(line: Print) -> bytes:
    x, y, size, words = line
    shown = words.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm (".encode() + shown + b") Tj ET"


def _assemble(objects: Sequence[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start)


def set_lines(lines: Sequence[str], *, x: float = 70, top: float = 700, size: float = 10) -> list[Print]:
    """Set *lines* one under the other, 1.2 sizes apart; an empty one is the space between paragraphs."""
    return [(x, top - number * 1.2 * size, size, line) for number, line in enumerate(lines) if line]


def locked(pdf: bytes, *, password: str, algorithm: str) -> bytes:
    """Encrypt *pdf*; with an empty *password* it opens, but only allows what its owner allows."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
    writer.encrypt(user_password=password, owner_password="owner", algorithm=algorithm)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def a_docx(body: str, *, styles: str = "") -> bytes:
    """Zip *body*, the inside of ``w:body``, to a Word file."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
    }
    if styles:
        parts["word/styles.xml"] = f'<w:styles xmlns:w="{WORD}">{styles}</w:styles>'
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + content)
    return out.getvalue()


def paragraph(*runs: str, style: str = "") -> str:
    """Return a paragraph of Word's; a run that begins with "<" is taken as it is."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    inner = "".join(run if run.startswith("<") else f'<w:r><w:t xml:space="preserve">{run}</w:t></w:r>' for run in runs)
    return f"<w:p>{properties}{inner}</w:p>"
