"""Restorations: what they gain, and how long they take.  See bench/README.md.

python -m bench.restoration [--levin FOLDER] [--quick]
"""

from __future__ import annotations

import argparse
from itertools import product

from bench import report
from bench.restoration import levin, quality, rows, speed
from tests import pairs

NOISES = (1, 2, 5, 10, 15)
FEW, SEEDS = 2, 2


def arguments():
    parser = argparse.ArgumentParser(prog="python -m bench.restoration", description=__doc__)
    parser.add_argument("--levin", metavar="FOLDER", help="of the pairs of Levin et al. 2009")
    parser.add_argument("--quick", action="store_true", help="a few pairs")
    return parser.parse_args()


def shown(title, columns, found):
    """Print a table as it comes; give its rows."""
    print(f"\n{title}\n", flush=True)
    texts, of_them = zip(*found, strict=True)
    print(report.table(columns, texts), flush=True)
    return of_them


def main():
    options = arguments()
    for name, value in report.versions().items():
        print(f"{name:<24}{value}")
    noises, seeds = (NOISES[1:2], range(1)) if options.quick else (NOISES, range(SEEDS))
    drawn = [pairs.pair(*each) for each in product(pairs.KINDS, seeds, noises)]
    found = []
    if options.levin:
        chosen = levin.load(options.levin, FEW if options.quick else None)
        found += shown(
            f"Levin et al. 2009, {len(chosen)} pairs",
            ("", "dB", "error ratio", "worst"),
            quality.on_levin(chosen),
        )
    found += shown(
        f"{len(drawn)} drawn pairs: decibels gained; error at the frame over that within, median",
        ("", "mean", "least", "frame"),
        quality.on_drawn(drawn),
    )
    found += shown(
        "the parameter that was found, below the best one, decibels",
        ("", "mean", "worst", "on"),
        quality.on_parameters(drawn),
    )
    found += shown(
        "the noise that was found over the true one",
        ("of 255", "mean", "least", "most"),
        quality.on_noise(drawn),
    )
    found += shown(
        "one thread, float32",
        ("", "ours, s", "scikit-image, s", "times"),
        speed.beside(),
    )
    found += shown(
        "1 megapixel, float32, two threads; memory in images",
        ("", "s", "memory"),
        speed.alone(),
    )
    print(f"\n{report.bars_table(found, rows.BARS)}")


if __name__ == "__main__":
    main()
