"""Ours beside the peers and beside the machine's limits, cell by cell.  See bench/README.md.

python -m bench [--quick] [--only PATTERN] [--threads N] [--json FILE]
"""

from __future__ import annotations

import argparse
import re
import time

import convolve_native as cn
from bench import bars, grid, limits, measure, memory, pairs, profiles, report
from bench.peers import load


def arguments():
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few cells of the grid")
    parser.add_argument("--only", metavar="PATTERN", default="", help="cells whose name it matches")
    parser.add_argument("--threads", metavar="N", type=int, help="instead of one and two")
    parser.add_argument("--json", metavar="FILE", help="write everything measured to it")
    return parser.parse_args()


def cell_rows(chosen, workers, machine, peers):
    """Measure the grid, a line a row."""
    print(report.head(report.COLUMNS))
    rows = []
    for cell in chosen:
        able = peers
        for count in workers:
            row = measure.measure(cell, count, machine.multiply_adds[count], able, bars.fails)
            able = {name: peer for name, peer in able.items() if name not in row.left_out}
            rows.append(row)
            print(report.cell_line(row), flush=True)
    return rows


def other_rows(wanted, quick):
    """Ours beside ours, memory, and profiles."""
    some = [p for p in pairs.PAIRS if not (quick and grid.HUGE in dict(p.sides))]
    for pair in some:
        if wanted(pair.name):
            yield pairs.measure(pair, bars.fails)
    for method, dtype in memory.works():
        if wanted(f"memory, {method} {dtype}"):
            yield memory.measure(method, dtype)
    for name, measured in profiles.ROWS.items():
        if wanted(name):
            yield measured()


def main():
    options = arguments()
    start = time.perf_counter()
    wanted = re.compile(options.only).search
    workers = (options.threads,) if options.threads else (1, 2)
    for name, found in report.versions().items():
        print(f"{name:<24}{found}")
    calibrate = getattr(cn, "calibrate", None)
    if calibrate:
        calibrate()
    peers, absent = load()
    for library, why in absent.items():
        print(f"{library} is left out: {why}")
    machine = limits.limits(workers)
    print(f"\n{report.limits_table(machine)}\n")
    chosen = [cell for cell in grid.cells(options.quick) if wanted(cell.name)]
    cells = cell_rows(chosen, workers, machine, peers)
    others = list(other_rows(wanted, options.quick))
    texts = [
        (row.name, figure, report.number(value))
        for row in others
        for figure, value in row.figures.items()
    ]
    print(f"\n{report.table(('ours beside ours', 'figure', 'measured'), texts)}")
    print(f"\n{report.means_table(cells)}")
    print(f"\n{report.left_out_table(cells)}")
    print(f"\n{report.bars_table([*cells, *others])}")
    print(f"\n{len(cells)} rows in {time.perf_counter() - start:.0f} s")
    if options.json:
        report.write_json(options.json, machine, cells, others)


if __name__ == "__main__":
    main()
