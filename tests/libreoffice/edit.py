"""Edit a table in LibreOffice itself; run by the Python that LibreOffice came with, which knows `uno`."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import uno
from com.sun.star.beans import PropertyValue

ADDRESS = "socket,host=127.0.0.1,port=2002;urp;"


def main(source: str, target: str, edits: list[str]) -> None:
    """Type each ROW|HEADING=VALUE of `edits` into the first sheet of `source`, and save it as `target`."""
    program = subprocess.Popen(["soffice", "--headless", "--norestore", f"--accept={ADDRESS}"])
    desktop = connected()
    try:
        book = desktop.loadComponentFromURL(f"file://{source}", "_blank", 0, (said("Hidden", True),))
        for edit in edits:
            place, _, value = edit.partition("=")
            typed(book.Sheets.getByIndex(0), *place.rsplit("|", 1), value)
        book.storeToURL(f"file://{target}", (said("FilterName", "Calc MS Excel 2007 XML"),))
        book.close(True)
    finally:
        desktop.terminate()
        program.wait()


def connected() -> Any:
    """Return the desktop of the program once it listens."""
    context = uno.getComponentContext()
    found = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    for _ in range(240):
        try:
            there = found.resolve(f"uno:{ADDRESS}StarOffice.ComponentContext")
        except Exception:
            time.sleep(0.25)
        else:
            return there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
    raise TimeoutError("LibreOffice does not listen")


def typed(sheet: Any, row: str, heading: str, value: str) -> None:
    """Type a value as a person would: LibreOffice makes a date or a formula of it; a new heading is a new column."""
    used = sheet.createCursor()
    used.gotoEndOfUsedArea(False)
    last, right = used.RangeAddress.EndRow, used.RangeAddress.EndColumn
    top = next(r for r in range(last) if sheet.getCellByPosition(0, r).String == "编号")
    heads = [sheet.getCellByPosition(c, top).String for c in range(right + 1)]
    if heading not in heads:
        heads.append(heading)
        sheet.getCellByPosition(len(heads) - 1, top).String = heading
    place = next(r for r in range(top, last + 1) if sheet.getCellByPosition(0, r).String == row)
    sheet.getCellByPosition(heads.index(heading), place).setFormula(value)


def said(name: str, value: object) -> Any:
    """Return an argument as LibreOffice wants it."""
    argument = PropertyValue()
    argument.Name, argument.Value = name, value
    return argument


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
