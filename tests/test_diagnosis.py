"""What auto sees: the traces that faults leave, and the probability from which a fault is named."""

import random
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from mmaif import FusionPipeline
from mmaif.degradation import degrade
from mmaif.images import load_image
from mmaif.metrics import psnr
from mmaif.network.diagnosis import Diagnosis, DiagnosisConfig, look
from mmaif.network.traces import COUNT, _blocks, _ridges, traces
from mmaif.repairs import REPAIRS
from mmaif.training.diagnosis import FILES, PRECISION, as_file, threshold

ASSETS = Path(__file__).parents[1] / "assets"


def picture_of(name: str) -> Tensor:
    """[3, H, W] in 0..1 of an example."""
    return load_image(ASSETS / name)


@pytest.fixture(scope="module")
def scene() -> Tensor:
    """A photo without a fault, 256 px."""
    return picture_of("mmaif_exposures_mid.jpg")[:, :256, :256]


@pytest.fixture(scope="module")
def shipped() -> FusionPipeline:
    return FusionPipeline.from_pretrained("regression", device="cpu")


def sure(repairs: tuple[str, ...], *logits: float) -> Diagnosis:
    """One that says the same of every picture."""
    network = Diagnosis(DiagnosisConfig(repairs, widths=(4,))).eval()
    torch.nn.init.zeros_(network.out.weight)
    network.out.bias.data.copy_(torch.tensor(logits))
    return network


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (64, 64), (63, 700), (301, 200)])
@pytest.mark.parametrize("value", [0.0, 1.0, None])
def test_any_picture_has_traces(size: tuple[int, int], value: float | None):
    picture = torch.rand(3, *size) if value is None else torch.full((3, *size), value)
    found = traces(picture)
    assert found.shape == (COUNT,) and found.dtype == torch.float32 and found.isfinite().all()
    assert torch.equal(found, traces(picture))


def test_traces_do_not_grow_with_the_picture(scene: Tensor):
    once = scene[:, :128, :128]
    again = once.repeat(1, 3, 3)
    assert (traces(again) - traces(once)).abs().median() < 0.05


def test_blocks_of_jpeg_leave_a_trace_wherever_the_picture_is_cut(scene: Tensor):
    file = BytesIO()
    Image.fromarray((scene.permute(1, 2, 0).numpy() * 255).round().astype("uint8")).save(file, "JPEG", quality=20)
    compressed = torch.from_numpy(np.array(Image.open(file))).permute(2, 0, 1) / 255
    for top, left in ((0, 0), (3, 5)):
        clean, spoiled = (_blocks(x[None, :1, top:, left:], False)[4:] for x in (scene, compressed))
        assert (spoiled - clean).mean() > 0.3


def test_bright_lines_that_run_one_way_leave_a_trace(scene: Tensor):
    """Of each scale: bright and dark, each with lines (3 numbers), dots (3), their way (6); then squares (20)."""
    gray = scene[None].mean(1, keepdim=True)[..., :160, :160]
    y, x = torch.meshgrid(torch.arange(160), torch.arange(160), indexing="ij")
    streaks = 0.3 * ((x - y // 2) % 40 == 0).float()
    clean, rainy, scratched = (
        _ridges(g.clamp(0, 1)).unflatten(0, (3, 44))[0] for g in (gray, gray + streaks, gray - streaks)
    )
    bright, dark, runs = slice(0, 3), slice(12, 15), 8
    assert (rainy - clean)[bright].mean() > 0.3 and (scratched - clean)[dark].mean() > 0.3
    assert rainy[runs] > 0.6 > clean[runs]
    assert (rainy - clean)[27:29].mean() > 0.3 and (rainy - scratched)[27:29].mean() > 0.2


def test_sources_to_learn_from_are_often_files(scene: Tensor):
    rng = random.Random(0)
    pictures = [as_file(scene, rng) for _ in range(200)]
    filed = [picture for picture in pictures if not torch.equal(picture, scene)]
    assert abs(len(filed) / 200 - FILES) < 0.1
    for picture in filed:
        assert picture.shape == scene.shape and 30 < psnr(picture[None], scene[None]).item() < 70


def test_parts_cover_the_picture_and_are_rounded_to_8_bits():
    for size, parts in (((100, 100), 1), ((208, 209), 2), ((500, 4000), 9), ((30, 2000), 3)):
        assert look(torch.rand(3, *size)).shape == (parts, COUNT)
    picture = torch.rand(3, 300, 300)
    assert torch.equal(look(picture), look((picture * 255).round() / 255))
    picture = torch.zeros(3, 300, 700)
    picture[:, -3:, -3:] = 1  # the last corner is seen
    assert (look(picture)[-1] != look(picture)[0]).any()


def test_only_what_is_no_signal_is_named_from_the_threshold_on():
    network = sure(("rain", "noise", "blur"), 0.1, -0.1, 3.0)
    pictures = torch.rand(2, 3, 40, 40)
    assert list(network.see(pictures, "restore")) == ["rain", "blur"]
    assert network.see(pictures, "restore")["blur"] == pytest.approx(0.9526, abs=1e-3)
    assert list(network.see(pictures, "mff")) == ["rain"]  # blur is what a focus stack is made of


def test_the_threshold_is_the_lowest_from_which_names_are_right_often_enough():
    chance = torch.linspace(1, 0, 40)[:, None]
    needs = (torch.arange(40) < 20).float()[:, None]
    limit = threshold(chance, needs, torch.ones_like(needs))
    named = chance >= limit
    assert needs[named].mean() >= PRECISION > needs[chance >= limit - 1.1 / 39].mean()
    counts = (torch.arange(40)[:, None] < 20).float()  # what does not count may be named
    assert threshold(chance, needs, counts) == pytest.approx(chance[19].item(), abs=1e-3)
    assert threshold(chance, torch.zeros_like(needs), torch.ones_like(needs)) == 0.5


def test_a_file_in_bf16_holds_the_standard_as_it_was_measured():
    network = Diagnosis(DiagnosisConfig(REPAIRS))
    network.standardize(torch.randn(50, COUNT) * 3 - 7)
    for buffer in (network.mean, network.deviation):
        assert torch.equal(buffer, buffer.bfloat16().float())


@pytest.mark.parametrize(
    ("example", "faults"),
    [("rainy", {"rain"}), ("snowy", {"snow"}), ("hazy", {"haze"}), ("dark", {"low_exposure", "noise"})],
)
def test_auto_sees_what_is_wrong_with_the_examples(shipped: FusionPipeline, example: str, faults: set[str]):
    assert set(shipped.diagnose(picture_of(f"mmaif_{example}.jpg")[None, None], "restore")[0]) == faults


@pytest.mark.parametrize("name", ["exposures_mid", "exposures_under", "exposures_over", "focus_near", "focus_far"])
def test_auto_names_nothing_of_clean_examples(shipped: FusionPipeline, name: str):
    assert not shipped.diagnose(picture_of(f"mmaif_{name}.jpg")[None, None], "mef" if "expo" in name else "mff")[0]


@pytest.mark.parametrize("name", ["haze", "rain", "snow", "noise", "jpeg"])
def test_auto_sees_most_of_what_is_put_on_a_photo(shipped: FusionPipeline, name: str):
    photo = picture_of("mmaif_focus_near.jpg")
    assert name not in shipped.diagnose(photo[None, None], "restore")[0]
    spoiled = [degrade(photo[None], [(name, 0.8)], seed) for seed in range(4)]
    assert sum(name in shipped.diagnose(each[None], "restore")[0] for each in spoiled) >= 3
