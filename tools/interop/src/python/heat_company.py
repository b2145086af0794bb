"""A heating company that works with spreadsheets (docs/dialects/heat-sftp.md), by openpyxl: the folder that its SFTP server shows."""

import csv
import os
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from openpyxl import Workbook, load_workbook

from company import answers_to, say

BEIJING = timezone(timedelta(hours=8))
KINDS = {"新办": "place", "补正": "correct", "撤回": "withdraw"}
STATES = {"accepted": "已受理", "in-progress": "办理中", "completed": "已办结", "refused": "不予受理"}
COLUMNS = ["外部编号", "序号", "时间", "业务编号", "状态", "原因代码", "说明", "撤回结果"]
PAUSE_S = 0.2

folder = Path(sys.argv[1])
seen: set[str] = set()
taken: set[str] = set()
counts: dict[str, int] = {}


def rows_of(sheet) -> list[dict]:
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row)) for row in rows]


def cells_of(placement: str, report: dict) -> list:
    counts[placement] = counts.get(placement, 0) + 1
    return [
        placement,
        counts[placement],
        datetime.now(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
        report.get("reference"),
        STATES.get(report.get("state")),
        report.get("reason"),
        report.get("text"),
        "同意" if report.get("withdrawal") else None,
    ]


def write_reply(name: str, rows: list[list]) -> None:
    """A workbook, or every second time a CSV as Excel in Chinese saves it; whole before it has its name."""
    path = folder / "out" / name
    part = path.with_name(name + ".part")
    if name.endswith(".csv"):
        with part.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *rows])
    else:
        book = Workbook()
        book.active.title = "回复"
        for row in [COLUMNS, *rows]:
            book.active.append(row)
        book.save(part)
    os.rename(part, path)


def read_orders(path: Path) -> list[list]:
    book = load_workbook(path)
    orders, details = rows_of(book["业务"]), rows_of(book["明细"])
    replies = []
    for order in orders:
        number, kind = order["操作编号"], KINDS[order["操作"]]
        fields = {row["名称"]: row["值"] for row in details if row["操作编号"] == number and row["类别"] == "字段"}
        request_id = order["外部编号"].split(":")[0]
        is_text = all(value is None or isinstance(value, str) for row in [order, *details] for value in row.values())
        say(id=number, kind=kind, requestId=request_id, fields=fields, isText=is_text)
        if number in taken:
            continue
        taken.add(number)
        for report in answers_to(kind, fields.get("accountNumber", ""), request_id):
            replies.append(cells_of(order["外部编号"], report))
    return replies


say(ready=True)
while True:
    for path in sorted((folder / "in").glob("*.xlsx")):
        if path.name in seen:
            continue
        seen.add(path.name)
        replies = read_orders(path)
        if replies:
            write_reply(f"reply-{len(seen):06}.{'csv' if len(seen) % 2 else 'xlsx'}", replies)
    time.sleep(PAUSE_S)
