"""The evaluate command on folders of small pictures, and the montage."""

import argparse
import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from scipy import stats

from mmaif.cli import evaluate as command_line
from mmaif.errors import InputError
from mmaif.evaluation.evaluate import evaluate
from mmaif.evaluation.folders import match, parse_methods
from mmaif.evaluation.montage import crops, montage
from mmaif.evaluation.statistics import student, summary
from mmaif.evaluation.tables import describe, score_table
from mmaif.images import load_image, save_image
from mmaif.metrics import METRICS, pick

QUICK = ["psnr", "ssim", "qabf", "ms_ssim"]


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Three scenes of 48 x 64: sources a and b, their mean, a better method, and the truth."""
    generator = torch.Generator().manual_seed(0)
    for name in ("a", "b", "mean", "good", "truth"):
        (tmp_path / name).mkdir()
    for scene in ("one", "two", "three"):
        truth = torch.nn.functional.interpolate(torch.rand(1, 3, 12, 16, generator=generator), (48, 64))[0]
        soft = torch.nn.functional.avg_pool2d(truth, 5, 1, 2)
        left = (torch.arange(64) < 32).float()
        a, b = left * truth + (1 - left) * soft, left * soft + (1 - left) * truth
        near = (truth + 0.02 * torch.randn(truth.shape, generator=generator)).clamp(0, 1)
        for name, picture in (("a", a), ("b", b), ("mean", (a + b) / 2), ("good", near), ("truth", truth)):
            save_image(picture, tmp_path / name / f"{scene}.{'png' if name != 'b' else 'bmp'}")
    return tmp_path


def command(*words: object) -> None:
    parser = argparse.ArgumentParser()
    command_line.add_arguments(parser)
    command_line.run(parser.parse_args([str(word) for word in words]))


def test_all_metrics_of_two_methods(folders, capsys):
    out, sheets = folders / "out.json", folders / "sheets"
    command(
        "--fused",
        folders / "mean",
        f"near={folders / 'good'}",
        "--sources",
        folders / "a",
        folders / "b",
        "--reference",
        folders / "truth",
        "--json",
        out,
        "--montage",
        sheets,
    )
    report = json.loads(out.read_text(), parse_constant=pytest.fail)  # no NaN, no Infinity
    assert set(report["images"]) == {"one", "two", "three"}
    assert set(report["mean"]) == set(report["ci95"]) == set(report["images"]["one"]) == set(METRICS)
    assert list(report["methods"]) == ["mean", "near"]
    assert report["methods"]["mean"]["mean"] == report["mean"]
    values = [report["images"][scene]["psnr"] for scene in ("one", "two", "three")]
    assert report["mean"]["psnr"] == pytest.approx(np.mean(values))
    low, high = stats.t.interval(0.95, 2, np.mean(values), stats.sem(values))
    assert report["ci95"]["psnr"] == pytest.approx([low, high], rel=1e-4)
    assert report["mean"]["ms_ssim"] is None and report["ci95"]["ms_ssim"] is None  # 48 px are too few
    assert report["methods"]["near"]["mean"]["psnr"] == pytest.approx(34, abs=1)  # noise of 0.02
    assert report["methods"]["near"]["mean"]["psnr"] > report["mean"]["psnr"]

    lines = capsys.readouterr().out.splitlines()
    row = next(line for line in lines if line.startswith("psnr")).split("  ")
    assert row[-1].endswith("*") and f"{report['methods']['near']['mean']['psnr']:.2f}" in row[-1]
    assert next(line for line in lines if line.startswith("ms_ssim")).split()[2:] == ["-", "-"]
    assert sorted(path.name for path in sheets.iterdir()) == ["one.jpg", "three.jpg", "two.jpg"]
    with Image.open(sheets / "one.jpg") as sheet:
        assert sheet.width > 5 * 300 and sheet.height > 3 * 200


def test_one_method_lists_its_pictures(folders, capsys):
    seen = []
    methods, sources = {"mean": folders / "mean"}, [folders / "a", folders / "b"]
    report = evaluate(methods, sources, metrics=["qabf", "en"], progress=lambda *step: seen.append(step))
    assert seen == [("measure", 1, 3), ("measure", 2, 3), ("measure", 3, 3)]
    assert set(report.first.mean) == {"qabf", "en"}
    text = score_table(report)
    assert text.splitlines()[0].split() == ["picture", "qabf"]
    assert ["three", f"{report.first.images['three']['qabf']:.4f}"] in [line.split() for line in text.splitlines()]
    assert text.endswith("Means over 3 pictures, 95 % confidence.")


def test_identical_pictures_count_as_100_db(folders):
    report = evaluate({"x": folders / "truth"}, [folders / "a"], folders / "truth", ["psnr", "ssim"])
    assert report.first.mean == {"psnr": 100.0, "ssim": pytest.approx(1.0)}
    assert report.first.ci95["psnr"] == [100.0, 100.0]


def test_metric_values_are_the_library_s(folders):
    report = evaluate({"x": folders / "mean"}, [folders / "a", folders / "b"], folders / "truth", QUICK)
    image, a, b, truth = (
        load_image(next((folders / name).glob("one.*")))[None] for name in ("mean", "a", "b", "truth")
    )
    assert report.first.images["one"]["ssim"] == METRICS["ssim"].function(image, truth).item()
    assert report.first.images["one"]["qabf"] == METRICS["qabf"].function(image, torch.stack([a, b], 1)).item()


def test_a_single_picture_has_no_interval(folders):
    for name in ("a", "b", "mean"):
        for path in (folders / name).glob("t*"):
            path.unlink()
    report = evaluate({"x": folders / "mean"}, [folders / "a", folders / "b"], metrics=["en"])
    assert report.first.ci95 == {"en": None} and report.first.mean["en"] == report.first.images["one"]["en"]
    assert score_table(report).endswith("One picture.")


def test_baselines_side_by_side(folders, capsys):
    command(
        "--fused",
        folders / "good",
        "--sources",
        folders / "a",
        folders / "b",
        "--reference",
        folders / "truth",
        "--metrics",
        "psnr,haarpsi",
        "--baselines",
        "average,laplacian",
        "--montage",
        folders / "sheets",
        "--json",
        folders / "out.json",
    )
    report = json.loads((folders / "out.json").read_text())
    assert list(report["methods"]) == ["good", "average", "laplacian"]
    means = evaluate({"mean": folders / "mean"}, [folders / "a"], folders / "truth", ["psnr"])  # the average as files
    average = report["methods"]["average"]
    assert average["mean"]["psnr"] == pytest.approx(means.first.mean["psnr"], rel=5e-3)  # but for 8 bits
    assert average["mean"]["psnr"] < report["methods"]["laplacian"]["mean"]["psnr"]
    assert capsys.readouterr().out.splitlines()[0].split() == ["metric", "better", "good", "average", "laplacian"]
    with Image.open(folders / "sheets" / "one.jpg") as sheet:
        assert sheet.width > 6 * 320
    with pytest.raises(InputError, match="both called average"):
        command("--fused", f"average={folders / 'mean'}", "--sources", folders / "a", "--baselines", "average")
    with pytest.raises(InputError, match="Baselines fuse the sources"):
        evaluate({"good": folders / "good"}, [], folders / "truth", baselines=["average"])


def test_mistakes_are_named(folders):
    a, b, mean = folders / "a", folders / "b", folders / "mean"
    with pytest.raises(InputError, match="nowhere, does not exist"):
        command("--fused", folders / "nowhere", "--sources", a, b)
    with pytest.raises(InputError, match="no metric 'foo'"):
        command("--fused", mean, "--sources", a, b, "--metrics", "ssim_sources,foo")
    with pytest.raises(InputError, match="psnr needs the reference"):
        command("--fused", mean, "--sources", a, b, "--metrics", "psnr")
    with pytest.raises(InputError, match="--json .* does not exist"):
        command("--fused", mean, "--sources", a, b, "--json", folders / "no" / "out.json")
    with pytest.raises(InputError, match="is a folder; name a file"):
        command("--fused", mean, "--sources", a, b, "--json", folders)
    with pytest.raises(InputError, match="is a file; name a folder"):
        command("--fused", mean, "--sources", a, b, "--montage", a / "one.png")
    with pytest.raises(InputError, match="called mean"):
        command("--fused", mean, f"mean={a}", "--sources", a, b)
    (folders / "empty").mkdir()
    with pytest.raises(InputError, match="empty, holds no pictures"):
        command("--fused", mean, "--sources", a, folders / "empty")

    Image.new("RGB", (64, 48)).save(mean / "four.png")
    with pytest.raises(InputError, match="Source folder 1.*has no picture named four"):
        command("--fused", mean, "--sources", a, b)
    (mean / "four.png").unlink()
    Image.new("RGB", (64, 48)).save(mean / "one.jpg")
    with pytest.raises(InputError, match="both one.jpg and one.png"):
        command("--fused", mean, "--sources", a, b)
    (mean / "one.jpg").unlink()
    Image.new("RGB", (60, 48)).save(b / "two.bmp")
    with pytest.raises(InputError, match="two.bmp is 60x48 but .*two.png is 64x48"):
        command("--fused", mean, "--sources", a, b, "--metrics", "en")
    (b / "two.bmp").write_bytes(b"no picture")
    with pytest.raises(InputError, match="two.bmp cannot be read"):
        command("--fused", mean, "--sources", a, b, "--metrics", "en")


def test_more_sources_than_fused_pictures_are_fine(folders):
    (folders / "mean" / "two.png").unlink()
    scenes = match({"fused": folders / "mean", "a": folders / "a"})
    assert {scene: [path.name for path in files] for scene, files in scenes.items()} == {
        "one": ["one.png", "one.png"],
        "three": ["three.png", "three.png"],
    }


def test_methods_are_named(folders):
    odd = folders / "x=y"
    odd.mkdir()
    assert parse_methods([f"ours={folders}", str(odd), str(folders / "a")]) == {
        "ours": folders,
        "x=y": odd,
        "a": folders / "a",
    }
    with pytest.raises(InputError, match="no name or no folder"):
        parse_methods(["ours="])


@pytest.mark.parametrize("freedom", [1, 2, 5, 10, 11, 19, 60, 1000])
def test_student_s_t(freedom):
    assert student(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=1.5e-4)


def test_summary_leaves_out_what_is_undefined():
    result = summary([{"x": 1.0, "y": None}, {"x": None, "y": None}, {"x": 3.0, "y": None}])
    half = stats.t.ppf(0.975, 1) * math.sqrt(2) / math.sqrt(2)
    assert result.mean == {"x": 2.0, "y": None}
    assert result.ci95["x"] == pytest.approx([2 - half, 2 + half], rel=1e-4) and result.ci95["y"] is None


def test_crops_find_the_difference():
    truth = torch.rand(3, 100, 150, generator=torch.Generator().manual_seed(1))
    wrong = truth.clone()
    wrong[:, 60:80, 20:50] = 1 - wrong[:, 60:80, 20:50]
    wrong[:, 5:15, 120:135] *= 0.8
    (left, top, right, bottom), second = crops({"wrong": wrong, "truth": truth}, "truth")
    assert abs(left - 20) <= 1 and abs(top - 60) <= 1 and (right - left, bottom - top) == (30, 20)
    assert second[0] <= 120 and second[2] >= 135 and second[1] <= 5 and second[3] >= 15
    (left, top, *_), _ = crops({"wrong": wrong, "truth": truth}, None)  # detail alone tells too
    assert 15 <= left <= 130


def test_montage_shows_every_picture():
    red, blue = torch.zeros(3, 40, 60), torch.zeros(3, 40, 60)
    red[0], blue[2] = 1, 1
    sheet = np.asarray(montage({"red": red, "a very long label indeed " * 3: blue}, cell=60))
    assert sheet.shape[1] == 2 * 60 + 4
    assert (sheet[30, 30] == (255, 0, 0)).all() and (sheet[30, 94] == (0, 0, 255)).all()
    assert montage({"tiny": torch.rand(3, 6, 6)}, cell=60).width == 60


def test_describe_for_the_node():
    metrics = pick(["psnr", "en"], True, True)
    lines = describe([{"psnr": math.inf, "en": 7.0}, {"psnr": 30.0, "en": math.nan}], metrics).splitlines()
    assert lines[0].split() == ["metric", "better", "picture", "1", "picture", "2"]
    assert lines[2].split() == ["psnr", "higher", "100.00", "30.00"] and lines[3].split() == ["en", "-", "7.0000", "-"]
