"""The convolution table as a spreadsheet, whose formulas compute it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from convolve_native.views.table import Table

TITLE, HEADING = Font(size=14, bold=True), Font(bold=True)
GIVEN = PatternFill("solid", fgColor="FFF2CC")
THIN = Side(style="thin", color="BFBFBF")
FRAME = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
GREYS = {"start_color": "808080", "end_color": "FFFFFF"}
WIDTH = 7.5  # of a column, in characters
TOP, GAP = 4, 2  # the row of the first headings; rows and columns between two blocks


class Block(NamedTuple):
    """A rectangle of cells below a heading."""

    heading: str
    top: int
    left: int
    height: int
    width: int

    def cell(self, i: int, j: int, *, fixed: bool = False) -> str:
        """Name a cell; fixed, it stays the same when its formula is copied elsewhere."""
        column, row = get_column_letter(self.left + j), self.top + i
        return f"${column}${row}" if fixed else f"{column}{row}"

    def window(self, i: int, j: int, height: int, width: int, *, fixed: bool = False) -> str:
        """Name a rectangle of cells."""
        last = self.cell(i + height - 1, j + width - 1, fixed=fixed)
        return f"{self.cell(i, j, fixed=fixed)}:{last}"

    def places(self) -> Iterator[tuple[int, int]]:
        """Every row and column."""
        return ((i, j) for i in range(self.height) for j in range(self.width))


def blocks(table: Table) -> tuple[Block, Block, Block, Block, Block]:
    """Place the image, the kernel, the kernel turned round, the extended image, the result."""
    (height, width), (tall, wide) = table.image.shape, table.kernel.shape
    first, left = TOP + 1, 2
    beside = left + table.shape[1] + GAP
    second = first + max(height, tall) + GAP + 1
    return (
        Block("Image", first, left, height, width),
        Block("Kernel", first, beside, tall, wide),
        Block("Kernel, turned round", first, beside + max(wide, 3) + GAP, tall, wide),
        Block(f"Image, extended ({table.boundary})", second, left, *table.shape),
        Block("Result", second, beside, height, width),
    )


def spreadsheet(table: Table) -> bytes:
    """Make an .xlsx of a table.

    Returns
    -------
    bytes
        A workbook of one sheet. The image and the kernel are numbers; the kernel turned round, the
        extended image and the result are formulas of them.

    Examples
    --------
    >>> import numpy as np
    >>> spreadsheet(Table.of(np.ones((3, 3)) / 9))[:2]
    b'PK'
    """
    book = Workbook()
    sheet = book.active
    sheet.title = "Convolution"
    sheet["B1"], sheet["B1"].font = "Convolution", TITLE
    sheet["B2"] = (
        "Change any number on yellow: each number of the result is the sum of a window of the "
        "extended image times the kernel turned round."
    )
    image, kernel, turned, extended, result = blocks(table)
    tall, wide = table.kernel.shape
    for block, numbers in ((image, table.image), (kernel, table.kernel)):
        _write(sheet, block, {(i, j): float(numbers[i, j]) for i, j in block.places()})
        for i, j in block.places():
            sheet[block.cell(i, j)].fill = GIVEN
    _write(
        sheet,
        turned,
        {(i, j): f"={kernel.cell(tall - 1 - i, wide - 1 - j)}" for i, j in turned.places()},
    )
    _write(sheet, extended, {at: _outside(table, image, *at) for at in extended.places()})
    weights = turned.window(0, 0, tall, wide, fixed=True)
    _write(
        sheet,
        result,
        {
            (i, j): f"=SUMPRODUCT({extended.window(i, j, tall, wide)},{weights})"
            for i, j in result.places()
        },
    )
    for block in (extended, result):
        area = block.window(0, 0, block.height, block.width)
        sheet.conditional_formatting.add(
            area, ColorScaleRule(start_type="min", end_type="max", **GREYS)
        )
    for column in range(1, result.left + result.width + GAP):
        sheet.column_dimensions[get_column_letter(column)].width = WIDTH
    sheet.sheet_view.showGridLines = False
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _outside(table: Table, image: Block, i: int, j: int) -> str | float:
    """Where a sample of the extended image comes from: a pixel, or nothing."""
    row, column = table.rows[i], table.columns[j]
    return 0.0 if min(row, column) < 0 else f"={image.cell(row, column)}"


def _write(sheet: Worksheet, block: Block, values: dict[tuple[int, int], str | float]) -> None:
    """Write a block and its heading."""
    heading = sheet.cell(block.top - 1, block.left, block.heading)
    heading.font = HEADING
    for (i, j), value in values.items():
        cell = sheet[block.cell(i, j)]
        cell.value, cell.border = value, FRAME
        cell.alignment = Alignment(horizontal="center", shrink_to_fit=True)
