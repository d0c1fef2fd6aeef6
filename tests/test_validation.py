"""The table by fault: what a repair that does nothing shows and what a perfect one, and the command line."""

import json
from pathlib import Path

import pytest
from torch import Tensor

from mmaif.__main__ import main
from mmaif.data.exam import CEILING, exam, gains
from mmaif.evaluation.tables import gain_table
from mmaif.images import load_image, save_image
from mmaif.repairs import OPERATOR_REPAIR
from tests.pictures import scene


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a photo, a rainy pair and a dark one, all for validation."""
    root = tmp_path_factory.mktemp("validation")
    photo = scene(80, 96)[0]
    save_image(photo, root / "photo.png")
    save_image((photo + 0.2).clamp(0, 1), root / "rainy.png")
    save_image(photo * 0.3, root / "dark.png")
    rows = [
        "kind\tname\torigin\tlicence\tfiles",
        "clean\tval_photo\to\tl\tA=photo.png",
        "pair_rain\tval_1\to\tl\tA=rainy.png GT=photo.png",
        "lowlight\tval_2\to\tl\tA=photo.png A_degraded=dark.png",
    ]
    (root / "manifest.tsv").write_text("\n".join(rows) + "\n")
    return root


def test_doing_nothing_gains_nothing(root: Path) -> None:
    rows = gains(lambda picture, _: picture, exam(root, photos=2, size=64))
    assert [row.fault for row in rows] == [*OPERATOR_REPAIR, "pair_rain", "camera_lowlight"]
    assert all(row.gain == 0 and row.unnamed == row.other == CEILING for row in rows)
    assert [row.count for row in rows] == [2] * len(OPERATOR_REPAIR) + [1, 1]
    assert all(row.before < CEILING for row in rows)


def test_what_is_named_reaches_the_repair(root: Path) -> None:
    truth, said = load_image(root / "photo.png"), []

    def repair(picture: Tensor, prompt: str) -> Tensor:
        said.append(prompt)
        known = prompt == "Remove the rain." and picture.shape == truth.shape
        return truth if known else picture * 0.5 + 0.25

    rows = {row.fault: row for row in gains(repair, exam(root, photos=1, size=64))}
    assert rows["pair_rain"].gain == pytest.approx(CEILING - rows["pair_rain"].before)
    assert rows["rain"].gain < rows["pair_rain"].gain and rows["rain"].unnamed < 40
    assert said.count("") == len(said) / 3
    text = gain_table(list(rows.values()))
    assert "pair_rain" in text and text.splitlines()[-1].startswith("mean")


def test_the_command(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "rows.json"
    arguments = ["validate", "--data", str(root), "--photos", "1", "--pairs", "1", "--size", "32", "--json", str(out)]
    assert main(arguments) == 0
    rows = {row["fault"]: row for row in json.loads(out.read_text())}
    assert rows["noise"]["unnamed"] > 30 and rows["camera_lowlight"]["gain"] > 3  # the shipped model brightens
    assert "unnamed stays" in capsys.readouterr().out
    assert main([*arguments, "--severity", "2"]) == 2
    assert main(["validate", "--data", str(tmp_path)]) == 2
    assert "manifest" in capsys.readouterr().err
