"""Run as a process of its own by `common.xlsx`: parses one workbook under limits and writes its sheets as CSV."""

from __future__ import annotations

import csv
import io
import json
import resource
import sys
from pathlib import Path


def main(path: str, limits: dict[str, int]) -> None:
    """CSV of all sheets to stdout; as the last line on stderr where each begins and ends."""
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["bytes"], limits["bytes"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    from common.tabletext import of_value

    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="", write_through=False)
    write = csv.writer(out).writerow
    workbook = load_workbook(path)
    index = []
    for sheet in workbook.sheets_metadata:
        if sheet.typ != SheetTypeEnum.WorkSheet or sheet.visible != SheetVisibleEnum.Visible:
            continue
        out.flush()
        start = sys.stdout.buffer.tell()
        for row in workbook.get_sheet_by_name(sheet.name).iter_rows():
            write([of_value(value).replace("\0", "") for value in row])
        out.flush()
        index.append({"name": sheet.name, "start": start, "end": sys.stdout.buffer.tell()})
    sys.stderr.write("\n" + json.dumps(index) + "\n")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    main(sys.argv[1], json.loads(sys.argv[2]))
