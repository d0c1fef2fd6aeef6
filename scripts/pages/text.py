"""Measure how the text encoder reads sentences written by hand, and write the tables of docs/text.md.

    python -m scripts.pages.text [--weights FILE] [--write]

Prints the tables; with --write they replace what stands between the markers of the page.
"""

import argparse
from pathlib import Path

from mmaif.checkpoint import checkpoint_path, load_checkpoint
from mmaif.network.parts import load_part
from mmaif.network.text import TextEncoder
from mmaif.training.text import Labelled, kinds, predict, read_labelled, share_exact, share_known, share_spared
from scripts.pages.common import DOCS, markdown, put_into
from scripts.setup.environment import ROOT

PAGE = DOCS / "text.md"
FILES = {
    "first set": "prompts_handwritten.tsv",
    "second set": "prompts_spoken.tsv",
    "third set": "prompts_unseen2.tsv",
}
NAMES = {
    **{"de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese", "it": "Italian"},
    **{"zh": "Chinese", "ja": "Japanese"},
}
EXAMPLES = (
    "remove the rain and brighten it a little",
    "dehaze, but leave the film grain in",
    "everything except the noise",
    "I shot this at ISO 12800 from a moving car",
    "very foggy, and my hands were shaking",
    "the infrared has vertical lines",
    "Fuse the thermal and the visible image, please do not brighten",
    "just make one picture of the two",
)


def load(path: Path) -> TextEncoder:
    """The text encoder of a checkpoint, in single precision."""
    return load_part(load_checkpoint(path), "text").float()


def share(value: float, count: int) -> str:
    """A share of `count` sentences, as in "91.2 % of 125"."""
    return f"{100 * value:.1f} % of {count}"


def accuracy(encoder: TextEncoder, sets: dict[str, list[Labelled]]) -> str:
    """Per kind of sentence the share that is read exactly, and how often what is to stay is spared."""
    rows = []
    for kind in ("none", "one", "two or three", "all but"):
        parts = [kinds(rows_).get(kind, []) for rows_ in sets.values()]
        rows.append([f"asks for {kind}", *(share(share_exact(encoder, p), len(p)) if p else "-" for p in parts)])
    rows.append(["all", *(share(share_exact(encoder, part), len(part)) for part in sets.values())])
    kept = [[row for row in rows_ if row.kept] for rows_ in sets.values()]
    rows.append(
        ["asks to leave something alone: all read exactly", *(share(share_exact(encoder, p), len(p)) for p in kept)]
    )
    rows.append(
        ["asks to leave something alone: that is spared", *(share(share_spared(encoder, p), len(p)) for p in kept)]
    )
    return markdown([["the sentence", *sets], *rows])


def languages(encoder: TextEncoder, sets: dict[str, list[Labelled]]) -> str:
    """Per language the share that is read exactly, of all sentences and of each kind, and how often what is to stay is
    spared."""
    rows = []
    for language, part in sets.items():
        shares = [share(share_exact(encoder, part), len(part))]
        for kind in ("none", "one", "two or three"):
            some = kinds(part)[kind]
            shares.append(f"{100 * share_exact(encoder, some):.0f} %")
        kept = [row for row in part if row.kept]
        rows.append([NAMES[language], *shares, f"{100 * share_spared(encoder, kept):.0f} %"])
    return markdown([["language", "read exactly", "ask for none", "for one", "for two or three", "spared"], *rows])


def known(encoder: TextEncoder, sets: dict[str, list[Labelled]]) -> str:
    """What is told besides, on those sets whose files say it: severities, and wishes that are no repair."""
    rows = []
    for name, part in sets.items():
        told = share_known(encoder, part)
        if any(row.severity or row.foreign for row in part):
            count = sum(len(row.severity) for row in part)
            said = f"{100 * told['severity']:.0f} % of {count}" if count else "-"
            rows.append([name, said, f"{100 * told['severity_right']:.0f} %", share(told["foreign"], len(part))])
    return markdown([["set", "severities found", "right when found", "ours or foreign: rightly told"], *rows])


def per_repair(encoder: TextEncoder, rows: list[Labelled]) -> str:
    """Precision and recall of each repair over sentences that name up to three, and what it is mistaken for."""
    rows = [row for row in rows if len(row.repairs) <= 3]
    read = predict(encoder, rows)
    lines = []
    for name in encoder.config.repairs:
        hits = sum(name in r and name in row.repairs for r, row in zip(read, rows, strict=True))
        asked = sum(name in row.repairs for row in rows)
        found = sum(name in r for r in read)
        wrong: dict[str, int] = {}
        for r, row in zip(read, rows, strict=True):
            if name in row.repairs and name not in r:
                for other in r - row.repairs or {"nothing"}:
                    wrong[other] = wrong.get(other, 0) + 1
        mistaken = ", ".join(
            f"{other} {count}" for other, count in sorted(wrong.items(), key=lambda item: -item[1])[:3]
        )
        lines.append([name, str(asked), f"{100 * hits / asked:.0f} %", f"{100 * hits / max(found, 1):.0f} %", mistaken])
    return markdown([["repair", "asked for", "found", "right when found", "missed: read instead"], *lines])


def examples(encoder: TextEncoder) -> str:
    """Sentences and how they are read."""
    rows = []
    for text, reading in zip(EXAMPLES, encoder.readings(EXAMPLES), strict=True):
        named = [name for name, chance in reading.repairs.items() if chance > 0.5]
        left = [name for name in reading.repairs if name not in named]
        said = ", ".join(f"{name} ({reading.severity[name]})" if name in reading.severity else name for name in named)
        if len(named) > 6:
            said = "all but " + ", ".join(left) if left else "all"
        kept = ", ".join(name for name, chance in reading.kept.items() if chance > 0.5)
        rows.append([text, said or "-", kept or "-", reading.task])
    return markdown([["sentence", "repairs", "to be left alone", "task"], *rows])


def main() -> None:
    """Print the tables, or write them into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=checkpoint_path("regression"))
    parser.add_argument("--write", action="store_true", help="replace the tables in docs/text.md")
    options = parser.parse_args()
    encoder = load(options.weights)
    data = ROOT / "tests" / "data"
    sets = {name: read_labelled(data / file) for name, file in FILES.items()}
    tongues = {language: read_labelled(data / "tongues" / f"{language}.tsv") for language in NAMES}
    tables = {
        "accuracy": accuracy(encoder, sets),
        "languages": languages(encoder, tongues),
        "known": known(encoder, sets),
        "repairs": per_repair(encoder, [row for rows in sets.values() for row in rows]),
        "repairs in other languages": per_repair(encoder, [row for rows in tongues.values() for row in rows]),
        "examples": examples(encoder),
    }
    if not options.write:
        print("\n\n".join(tables.values()))
        return
    put_into(PAGE, tables)


if __name__ == "__main__":
    main()
