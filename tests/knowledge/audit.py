"""Draw the seeded sample of literature rows that an auditor reads against their sources."""

import argparse
import csv
import random
import sys
from collections.abc import Iterator
from pathlib import Path

ASSOCIATIONS = Path(__file__).parents[2] / "ontology" / "associations"
COPIED = ("ORPHA:", "OMIM:", "HP:", "SEED:")
UNREAD = {"curated database", "curator inference"}


def literature(folder: Path = ASSOCIATIONS) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yield each table's name with its rows that a curator wrote from a source."""
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        yield (
            path.stem,
            sorted(
                (row for row in rows if row["statement_kind"] not in UNREAD and not row["source"].startswith(COPIED)),
                key=lambda row: row["id"],
            ),
        )


def quotas(sizes: dict[str, int], size: int) -> dict[str, int]:
    """Share out the sample over the tables in proportion, largest remainders first."""
    whole = sum(sizes.values())
    exact = {name: size * count / whole for name, count in sizes.items()}
    shares = {name: int(share) for name, share in exact.items()}
    left = sorted(exact, key=lambda name: (shares[name] - exact[name], name))
    for name in left[: size - sum(shares.values())]:
        shares[name] += 1
    return shares


def draw(seed: int, size: int, folder: Path = ASSOCIATIONS) -> list[dict[str, str]]:
    """Return the sample of one seed: the same rows give the same sample."""
    tables = dict(literature(folder))
    chance = random.Random(seed)
    shares = quotas({name: len(rows) for name, rows in tables.items()}, size)
    return [row for name, rows in tables.items() for row in chance.sample(rows, shares[name])]


def main() -> None:
    """Print the sample as tab-separated text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--size", type=int, default=100)
    chosen = parser.parse_args()
    sample = draw(chosen.seed, chosen.size)
    writer = csv.DictWriter(sys.stdout, list(sample[0]), delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE)
    writer.writeheader()
    writer.writerows(sample)


if __name__ == "__main__":
    main()
