"""Walk a CAMT file of any size element by element, with nothing of XML's reach left open.

No DTD, no entities, no network, no huge text nodes; what was read is thrown away at once, so
that memory holds one entry, however many the file has.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from lxml import etree

from encaisse.intake.adapters.camt.paths import NAMES

_CHUNK = 1 << 16
_UNREAD_AT_MOST = 64 << 20  # bytes without an element of ours before the file is given up
_DOCTYPES = tuple("<!DOCTYPE".encode(name) for name in ("ascii", "utf-16-le", "utf-16-be"))
_DECLARED = re.compile(rb"<\?xml[^>]*encoding=[\"']([\w.-]+)")
_NAMESPACE = re.compile(r"camt\.05[234]\.001\.\d\d")
_ELEMENTS = ("Stmt", "Rpt", "Ntfctn", "Ntry", "TxDtls")
_MESSAGES = {
    "BkToCstmrStmt": "camt.053",
    "BkToCstmrAcctRpt": "camt.052",
    "BkToCstmrDbtCdtNtfctn": "camt.054",
}
_VERSION_SUFFIX = re.compile(r"V\d\d$")


class BadXml(Exception):
    """The file cannot be read on: a code of the catalogue, a line and its facts."""

    def __init__(self, code: str, line: int | None = None, **facts: object) -> None:
        super().__init__(code)
        self.code, self.line, self.facts = code, line, facts


class _Watched(io.BytesIO):
    """The bytes of the file, given up when too many pass without an element of ours."""

    mark = 0

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() - self.mark > _UNREAD_AT_MOST:
            raise BadXml("xml_element_too_large")
        return super().read(_CHUNK)


class Stream:
    """The finished elements of one file, in order, by local name.

    `format` and `encoding` are known from the first on. An element may be cleared, and those
    before it removed; itself it must stay in its place, the parser still holds on to it.
    """

    def __init__(self, content: bytes) -> None:
        self.format = ""
        declared = _DECLARED.match(content[:200].removeprefix(b"\xef\xbb\xbf"))
        self.encoding = declared[1].decode().lower() if declared else "utf-8"
        self._source = _Watched(content)
        self._content = content

    def __iter__(self) -> Iterator[tuple[str, etree._Element]]:
        if any(mark in self._content for mark in _DOCTYPES):
            raise BadXml("xml_doctype")
        try:
            yield from self._parts()
        except etree.XMLSyntaxError as problem:
            line = problem.lineno or None
            raise BadXml(_code_of(problem), line, reason=_reason(problem)) from None
        except (ValueError, LookupError) as problem:
            raise BadXml("xml_broken", None, reason=str(problem)[:120]) from None

    def _parts(self) -> Iterator[tuple[str, etree._Element]]:
        events = etree.iterparse(
            self._source,
            events=("end",),
            tag=[f"{{*}}{name}" for name in _ELEMENTS],
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        for _, element in events:
            self._source.mark = self._source.tell()
            if not self.format:
                self._introduce(element)
            yield NAMES[element.tag], element
        if not self.format and events.root is not None:
            self._introduce(events.root)

    def _introduce(self, element: etree._Element) -> None:
        document = element.getroottree().docinfo
        if document.internalDTD is not None or document.externalDTD is not None:
            raise BadXml("xml_doctype")
        self.format = _format_of(element)


def line_of(element: etree._Element) -> int:
    """The line of its start tag."""
    line = element.sourceline
    return line if isinstance(line, int) else 1


def forget(element: etree._Element) -> None:
    """Take an element that others follow out of the tree."""
    forget_from = element.getparent()
    if forget_from is not None:
        forget_from.remove(element)


def forget_first(parent: etree._Element | None) -> None:
    """Take out the first child, which others follow."""
    if parent is not None:
        del parent[0]


def _format_of(element: etree._Element) -> str:
    """``camt.053.001.08`` from the namespace, else ``camt.053`` from the message's name."""
    for one in (element, *element.iterancestors(), *element):
        if not isinstance(one.tag, str):
            continue
        found = _NAMESPACE.search(etree.QName(one).namespace or "")
        if found:
            return found[0]
        named = _MESSAGES.get(_VERSION_SUFFIX.sub("", NAMES[one.tag]))
        if named:
            return named
    return ""


def _code_of(problem: etree.XMLSyntaxError) -> str:
    codes, code = etree.ErrorTypes, getattr(problem, "code", None)
    if code in (codes.ERR_INVALID_CHAR, codes.ERR_INVALID_ENCODING):
        return "xml_encoding"
    if code in (codes.ERR_DOCUMENT_END, codes.ERR_TAG_NOT_FINISHED):
        return "file_truncated"
    return "xml_broken"


def _reason(problem: etree.XMLSyntaxError) -> str:
    return (problem.msg or "").partition(", line")[0][:200]
