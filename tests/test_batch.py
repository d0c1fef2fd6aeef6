"""Batches: which pictures meet, what a bad one does, and that a picture is written once however often it is killed."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from PIL import Image

from mmaif.__main__ import main
from mmaif.batch.devices import spread
from mmaif.batch.manifest import Item, pictures, read_items
from mmaif.batch.report import Journal, Row
from mmaif.batch.run import on_this_machine, run
from mmaif.batch.runner import Runner, Settings
from mmaif.errors import InputError
from mmaif.images import load_image, save_image

ROOT = Path(__file__).resolve().parents[1]


def picture(path: Path, width: int = 48, height: int = 32, seed: int = 0) -> Path:
    """A made-up picture in a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    coarse = torch.rand(1, 3, 4, 4, generator=torch.Generator().manual_seed(seed))
    save_image(torch.nn.functional.interpolate(coarse, (height, width), mode="bilinear")[0], path)
    return path


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def names(items: Iterable[Item]) -> list[str]:
    """Outputs without their folder."""
    return [item.output.removeprefix("out/") for item in items]


# --- what belongs together ---


def test_folders_meet_by_name_without_suffix(tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    for path in (a / "one.jpg", a / "day" / "two.png", b / "one.png", b / "extra.png"):
        picture(path)
    (a / "notes.txt").write_text("no picture")
    items = read_items([str(a), str(b)], "out", "remove the rain", "vif")
    assert names(items) == ["day/two.png", "one.png"]
    assert items[1].sources == (str(a / "one.jpg"), str(b / "one.png"))
    assert items[1].prompt == "remove the rain" and items[1].task == "vif" and not items[1].problem
    assert "no picture named day/two" in items[0].problem


def test_a_folder_with_brackets_in_its_name_is_a_folder(tmp_path: Path) -> None:
    item = picture(tmp_path / "night [1]" / "one.jpg")
    assert pictures(str(item.parent)) == {"one": str(item)}


def test_globs_meet_by_what_their_wildcards_stand_for(tmp_path: Path) -> None:
    for name in ("x_vi.png", "x_ir.png", "y_vi.jpg", "y_ir.png", "deep/z_vi.png"):
        picture(tmp_path / name)
    items = read_items([f"{tmp_path}/*_vi.*", f"{tmp_path}/*_ir.png"], "out")
    assert names(items) == ["x.png", "y.png"] and not any(item.problem for item in items)
    assert list(pictures(f"{tmp_path}/**/*_vi.png")) == ["deep/z", "x"]
    assert list(pictures(f"{tmp_path}/[xy]_v?.png")) == ["x/i"]


def test_a_table_says_everything(tmp_path: Path) -> None:
    lines = ["source1,source2,prompt,task,output", "a.png,b.png,remove the noise,mef,here/fused.jpg", "c.png,,,,"]
    (tmp_path / "rows.csv").write_text("\n".join(lines))
    first, second = read_items([str(tmp_path / "rows.csv")], "out", "of all")
    assert first.sources == (str(tmp_path / "a.png"), str(tmp_path / "b.png"))
    assert (first.prompt, first.task, first.output) == ("remove the noise", "mef", "out/here/fused.jpg")
    assert (second.sources, second.prompt, second.output) == ((str(tmp_path / "c.png"),), "of all", "out/c.png")
    (tmp_path / "rows.tsv").write_text("\n".join(lines).replace(",", "\t"))
    assert read_items([str(tmp_path / "rows.tsv")], "out", "of all") == [first, second]


def test_a_table_in_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    rows = pyarrow.Table.from_pylist([{"source1": "a.png", "source2": None, "prompt": "remove the haze"}])
    parquet.write_table(rows, tmp_path / "rows.parquet")
    (item,) = read_items([str(tmp_path / "rows.parquet")], "out")
    assert item == Item((str(tmp_path / "a.png"),), "out/a.png", "remove the haze")


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        (["source1,task", "a.png,paint"], "task 'paint'"),
        (["picture", "a.png"], "names no source"),
        (["source1", "a/x.png", "b/x.png"], "would become out/x.png"),
        (["source1"], "nothing to fuse"),
    ],
)
def test_a_wrong_table_is_named(tmp_path: Path, lines: Sequence[str], what: str) -> None:
    (tmp_path / "rows.csv").write_text("\n".join(lines))
    with pytest.raises(InputError, match=what):
        read_items([str(tmp_path / "rows.csv")], "out")


# --- the run ---


@dataclass(frozen=True)
class Plain:
    """The least that a run's settings hold."""

    prompt: str = ""
    metrics: tuple[str, ...] = ()


def copying(stop: int = 1 << 30) -> Callable[[Sequence[Item]], Iterable[Row]]:
    """Fusing that writes a dot for each item, and breaks off after some."""

    def fuse(items: Sequence[Item]) -> Iterable[Row]:
        for number, item in enumerate(items):
            if number == stop:
                raise KeyboardInterrupt
            with open(item.output, "a") as file:
                file.write(".")
            yield Row(item.output, "done", 4, 4, 0.1, "cpu")

    return fuse


def test_what_is_there_is_left_alone_and_the_report_is_whole(tmp_path: Path) -> None:
    items = [Item(("a.png",), str(tmp_path / f"{index}.png")) for index in range(6)]
    report = tmp_path / "report.csv"
    with pytest.raises(KeyboardInterrupt):
        run(items, str(tmp_path), Plain(), copying(2), report)
    assert len(table(report)) == 2
    (tmp_path / "2.png").write_text(".")  # killed after the picture and before its line,
    (tmp_path / ".3.0011aabb.partial.png").write_text("half")  # or in the middle of a picture,
    with (tmp_path / "journal.jsonl").open("a") as file:
        file.write('{"output": "cut o')  # or of a line
    counts = run(items, str(tmp_path), Plain(), copying(), report)
    assert counts == {"done": 3, "found": 3}
    assert [path.read_text() for path in sorted(tmp_path.glob("*.png"))] == ["."] * 6
    assert [row["status"] for row in table(report)] == ["done", "done", "found", "done", "done", "done"]
    assert not list(tmp_path.glob(".*.partial*"))


def test_a_folder_keeps_to_one_setting_and_one_writer(tmp_path: Path) -> None:
    items = [Item(("a.png",), str(tmp_path / "a.png"))]
    run(items, str(tmp_path), Plain(), copying(), tmp_path / "report.csv")
    with pytest.raises(InputError, match="another prompt"):
        run(items, str(tmp_path), Plain("remove the rain"), copying(), tmp_path / "report.csv")
    journal = Journal(tmp_path)
    with pytest.raises(InputError, match="Another batch"):
        run(items, str(tmp_path), Plain(), copying(), tmp_path / "report.csv")
    journal.close()


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders a and b with four pairs of two sizes, of which one is damaged and one has two sizes."""
    root = tmp_path_factory.mktemp("scenes")
    for index in range(4):
        side = 64 if index % 2 else 48
        picture(root / "a" / f"{index}.png", side, 32, index)
        picture(root / "b" / f"{index}.png", side, 32, index + 9)
    (root / "b" / "1.png").write_bytes(b"this is no picture")
    picture(root / "b" / "2.png", 16, 16)
    return root


def test_bad_items_end_nothing(scenes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["batch", str(scenes / "a"), str(scenes / "b"), "-o", str(tmp_path), "--metrics", "en,qabf,psnr"]
    assert main([*words, "--devices", "cpu"]) == 3
    assert "2 fused, 0 there already, 2 failed" in capsys.readouterr().out
    rows = table(tmp_path / "report.csv")
    assert [row["status"] for row in rows] == ["done", "failed", "failed", "done"]
    assert "damaged" in rows[1]["error"] and "is 16x16" in rows[2]["error"]
    assert float(rows[0]["en"]) > 1 and 0 < float(rows[3]["qabf"]) < 1 and rows[0]["psnr"] == ""
    assert (rows[3]["width"], rows[3]["height"]) == ("64", "32")
    with Image.open(tmp_path / "3.png") as fused:
        assert fused.size == (64, 32)


def test_scenes_fused_together_are_as_when_alone(scenes: Path, tmp_path: Path) -> None:
    good = [Item((str(scenes / "a" / f"{index}.png"),), "", task="restore") for index in (0, 2, 1, 3, 3)]

    def outputs(together: int) -> list[torch.Tensor]:
        folder = str(tmp_path / str(together))
        items = [Item(item.sources, f"{folder}/{number}.png") for number, item in enumerate(good)]
        rows = list(Runner(Settings(dtype="float32"), "cpu", together=together)(items))
        assert [row.output for row in rows] == [item.output for item in items]
        assert all(row.status == "done" for row in rows)
        return [load_image(item.output) for item in items]

    for one, many in zip(outputs(1), outputs(3), strict=True):
        assert (one - many).abs().max() < 0.01


def test_a_hand_held_pair_is_laid_onto_each_other_as_by_fuse(tmp_path: Path) -> None:
    photo = load_image(ROOT / "assets" / "mmaif_exposures_mid.jpg", 256)
    for name, left, light in (("a", 0, 0.6), ("b", 6, 1.0)):
        (tmp_path / name).mkdir()
        save_image(photo[:, :160, left : left + 240] * light, tmp_path / name / "1.png")
    pair = [str(tmp_path / name / "1.png") for name in "ab"]
    assert main(["fuse", *pair, "-o", str(tmp_path / "fused.png"), "--task", "mef"]) == 0
    outputs = {}
    for align in ("auto", "off"):
        folders = [str(tmp_path / "a"), str(tmp_path / "b"), "-o", str(tmp_path / align)]
        assert main(["batch", *folders, "--task", "mef", "--align", align, "--devices", "cpu"]) == 0
        outputs[align] = load_image(tmp_path / align / "1.png")
    alone = load_image(tmp_path / "fused.png")
    apart = {align: (picture - alone).abs().max() * 255 for align, picture in outputs.items()}
    assert apart["auto"] < 1.5 and apart["off"] > 10, apart  # a level: threads add up in another order


def test_a_batch_that_fails_together_goes_one_by_one(scenes: Path, tmp_path: Path, monkeypatch) -> None:
    runner = Runner(Settings(), "cpu", together=4)
    fuse = runner.pipe.fuse

    def picky(sources: torch.Tensor, prompts: Sequence[str], *rest: object) -> torch.Tensor:
        if "bad" in prompts:
            raise RuntimeError("out of memory")
        return fuse(sources, prompts, *rest)

    monkeypatch.setattr(runner.pipe, "fuse", picky)
    path = (str(scenes / "a" / "0.png"),)
    items = [Item(path, str(tmp_path / f"{i}.png"), "bad" if i == 1 else "") for i in range(3)]
    rows = list(runner(items))
    assert [row.status for row in rows] == ["done", "failed", "done"]
    assert rows[1].error == "RuntimeError: out of memory"


@pytest.mark.slow
def test_a_process_for_each_device(scenes: Path, tmp_path: Path) -> None:
    sources = [str(scenes / "a" / f"{index % 4}.png") for index in range(6)]
    items = [Item((path,), str(tmp_path / f"{number}.png")) for number, path in enumerate(sources)]
    rows = list(spread(items, Settings(), ["cpu", "cpu"]))
    assert sorted(row.output for row in rows) == [item.output for item in items]
    assert all(row.status == "done" for row in rows)
    with pytest.raises(InputError, match="No model"):
        list(spread(items, Settings(model="nothing"), ["cpu", "cpu"]))
    assert on_this_machine(Settings(), ["cpu", "cpu"])


@pytest.mark.slow
def test_killed_three_times_every_picture_is_written_once(tmp_path: Path) -> None:
    """The journal counts writings: a picture that is written twice has two lines."""
    for index in range(16):
        picture(tmp_path / "a" / f"{index:02}.png", 128, 96, index)
    out = tmp_path / "out"
    command = [sys.executable, "-m", "mmaif", "batch", str(tmp_path / "a"), "-o", str(out), "--devices", "cpu"]

    def written() -> int:
        return len(list(out.glob("[!.]*.png")))  # a killed one leaves what it had begun under a name with a dot

    for kill in range(3):
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        goal = written() + 1 + kill
        deadline = time.monotonic() + 120
        while written() < goal and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    left = {path.name: path.stat().st_mtime_ns for path in out.glob("[!.]*.png")}
    assert 3 <= len(left) < 16
    assert subprocess.run(command, cwd=ROOT).returncode == 0
    assert written() == 16 and all((out / name).stat().st_mtime_ns == time for name, time in left.items())
    lines = [line for line in (out / "journal.jsonl").read_text().splitlines() if line.endswith("}")]
    done = [json.loads(line)["output"] for line in lines]
    assert len(done) == len(set(done)) == 16
    assert len(table(out / "report.csv")) == 16 and all(row["status"] != "failed" for row in table(out / "report.csv"))


def test_a_report_in_parquet(scenes: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    report = tmp_path / "rows.parquet"
    words = ["batch", f"{scenes}/a/0.png", "-o", str(tmp_path), "--report", str(report), "--metrics", "en"]
    assert main(["batch", str(scenes / "a" / "?.png"), *words[2:], "--devices", "cpu"]) == 0
    rows = parquet.read_table(report).to_pylist()
    assert [row["status"] for row in rows] == ["done"] * 4 and rows[0]["width"] == 48 and rows[0]["en"] > 1


def test_uris_go_through_pyarrow(scenes: Path, tmp_path: Path, monkeypatch) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.chdir(tmp_path)
    source, out = (scenes / "a").as_uri(), (tmp_path / "bucket" / "fused").as_uri()
    assert main(["batch", source, "-o", out, "--devices", "cpu"]) == 0
    assert len(list((tmp_path / "bucket" / "fused").iterdir())) == 4
    assert main(["batch", source, "-o", out, "--devices", "cpu"]) == 0
    assert {row["status"] for row in table(tmp_path / "fused_batch" / "report.csv")} == {"done"}


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--report", "r.xlsx"], ".csv or .parquet"),
        (["--metrics", "beauty"], "no metric 'beauty'"),
        (["--task", "paint"], "Unknown task"),
        (["--detail", "2"], "--detail"),
        (["--format", "doc"], "known picture suffix"),
    ],
)
def test_wrong_options_are_named(scenes: Path, tmp_path: Path, capsys, words: list[str], what: str) -> None:
    assert main(["batch", str(scenes / "a"), "-o", str(tmp_path), *words]) == 2
    assert what in capsys.readouterr().err
