"""Any size in bounded memory: cuts, blending, plans, and fusions in tiles against the whole."""

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from mmaif import FusionPipeline, memory
from mmaif.errors import InputError
from mmaif.images import load_image
from mmaif.metrics import psnr
from mmaif.network import windows
from mmaif.network.attention import rotary_2d, rotate
from mmaif.network.windows import in_windows, is_large
from mmaif.progress import Steps
from mmaif.tiling import LONGEST, OVERLAP, SHORTEST, Tiles, cuts, tiled

EXAMPLES = Path(__file__).parent.parent / "assets"
CPU = torch.device("cpu")


@pytest.mark.parametrize(("length", "tile", "overlap"), [(100, 40, 10), (64, 64, 8), (65, 64, 8), (30, 64, 8)])
def test_cuts_cover_and_overlap_evenly(length, tile, overlap):
    found = cuts(length, tile, overlap)
    assert found[0][0] == 0 and found[-1][1] == length
    assert all(right - left == found[0][1] <= tile for left, right in found)
    shared = [a[1] - b[0] for a, b in zip(found, found[1:], strict=False)]
    assert all(overlap <= each <= overlap + 10 for each in shared)


def test_a_pointwise_function_is_exact():
    image = torch.rand(3, 3, 50, 70)
    assert torch.allclose(tiled(lambda x: x * 2 + 1, [(image, 1)], 32, 8, rows=2), image * 2 + 1, atol=1e-6)


def test_one_tile_is_told_of_too():
    seen = []
    out = tiled(lambda x: x + 1, [(torch.zeros(2, 1, 8, 8), 1)], 8, 2, progress=lambda *told: seen.append(told))
    assert torch.equal(out, torch.ones(2, 1, 8, 8)) and seen == [(1, 1)]


def test_what_lies_within_a_quarter_of_the_overlap_is_exact():
    """A function that looks 4 px around itself, and is blind beyond a tile's rim."""
    image = torch.rand(1, 1, 60, 90)

    def look(x):
        return F.avg_pool2d(F.pad(x, (4, 4, 4, 4)), 9, 1)

    assert torch.allclose(tiled(look, [(image, 1)], 40, 16), look(image), atol=1e-6)
    assert not torch.allclose(tiled(look, [(image, 1)], 40, 8), look(image), atol=1e-3)


def test_inputs_of_different_scales_rows_and_a_result_in_place():
    latent, image, words = torch.rand(2, 1, 10, 14), torch.rand(2, 1, 77, 109), torch.rand(2, 3)
    seen, out = [], torch.full((2, 1, 77, 109), torch.nan)

    def function(z, x, said):
        x = F.pad(x, (0, 8 * z.shape[-1] - x.shape[-1], 0, 8 * z.shape[-2] - x.shape[-2]))
        return F.interpolate(z, scale_factor=8) + x + said.sum(1)[:, None, None, None]

    given = [(latent, 1), (image, 8), (words, 0)]
    got = tiled(function, given, 6, 2, 8, lambda i, n: seen.append((i, n)), out, rows=1)
    assert got is out and torch.allclose(out, function(latent, image, words)[..., :77, :109], atol=1e-6)
    assert seen == [(i + 1, 12) for i in range(12)]


def test_a_plan_keeps_within_its_memory():
    tight, ample = Tiles(100_000_000), Tiles(100_000_000_000)
    assert ample.side(400) == LONGEST and ample.rows(480, 640, 400) > 300
    side = tight.side(400)
    assert SHORTEST <= side < LONGEST and side**2 * 400 <= tight.memory and tight.rows(4000, 3000, 400, side) == 1
    assert Tiles(1).side(400) == SHORTEST and Tiles(1).rows(64, 64, 400) == 1
    assert Tiles(1, 512).side(400) == 512 and Tiles(1, 0).side(400) > 1 << 16
    with pytest.raises(InputError, match="40"):
        Tiles(1, 40)
    with pytest.raises(InputError, match="memory"):
        Tiles.planned(CPU, memory=-1)


def test_memory_is_asked_of_the_system(monkeypatch):
    assert 0 < memory.available() and memory.working_memory(CPU) <= memory.ENOUGH
    monkeypatch.setattr(memory, "available", lambda: 1_000_000)
    assert Tiles.planned(CPU).memory == 700_000


def test_parts_of_a_stage_make_one_bar():
    seen = []
    tiles = Tiles(1, progress=lambda *told: seen.append(told))
    for index in range(2):
        tiles.part(index, 2).told("repair")(3, 3)
    assert seen == [("repair", 3, 6), ("repair", 6, 6)]
    count = Steps(tiles.told("fuse"), 2)
    count(), count()
    assert seen[2:] == [("fuse", 1, 2), ("fuse", 2, 2)]


def tokens(height: int, width: int, cell: int = 1, seed: int = 0) -> tuple[torch.Tensor, ...]:
    """Queries, keys, values [2, 2, height * width, 16], the latter two alike within cells, and a context of 5 with
    two of them hidden."""
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(2, 2, *shape, 16, generator=generator)

    def spread() -> torch.Tensor:
        coarse = draw(-(-height // cell), -(-width // cell))
        fine = coarse.repeat_interleave(cell, 2).repeat_interleave(cell, 3)
        return fine[:, :, :height, :width].flatten(2, 3)

    mask = torch.tensor([[True] * 5, [True] * 3 + [False] * 2])
    return draw(height * width), spread(), spread(), (draw(5), draw(5), mask)


def full(query, key, value, told):
    bias = F.pad(told[2], (key.shape[2], 0), value=True)[:, None, None]
    keys, values = torch.cat([key, told[0]], 2), torch.cat([value, told[1]], 2)
    return F.scaled_dot_product_attention(query, keys, values, bias)


@pytest.mark.parametrize("size", [(37, 50), (5, 300), (70, 17)])
def test_windows_are_exact_where_far_tokens_are_alike(size):
    given = tokens(*size, cell=windows.CELL)
    assert torch.allclose(in_windows(F.scaled_dot_product_attention, *given, size), full(*given), atol=1e-4)


def test_windows_are_exact_where_all_is_near(monkeypatch):
    monkeypatch.setattr(windows, "HALO", 64)
    given = tokens(37, 50)
    assert torch.allclose(in_windows(F.scaled_dot_product_attention, *given, (37, 50)), full(*given), atol=1e-4)


def test_windows_in_bfloat16_weigh_what_is_far_alike():
    size = (48, 64)
    query, key, value, told = tokens(*size, cell=windows.CELL, seed=1)
    angles = rotary_2d(*size, 16, CPU)
    given = (rotate(query, angles), key, value)
    exact = in_windows(F.scaled_dot_product_attention, *given, None, size)
    half = in_windows(F.scaled_dot_product_attention, *(part.bfloat16() for part in given), None, size)
    assert (half.float() - exact).norm() < 0.02 * exact.norm()


@pytest.fixture(scope="module")
def pipe() -> FusionPipeline:
    return FusionPipeline.from_pretrained("regression", "cpu", "float32")


def scenes() -> dict[str, tuple[torch.Tensor, str]]:
    """Pictures [1, 1, 3, H, W] in which a seam would show, and what to do with them."""
    clean = load_image(EXAMPLES / "mmaif_exposures_mid.jpg", 640)[None, None]
    far = torch.exp(-torch.linspace(1.1, 0.2, clean.shape[-2]))[:, None]
    ramp = torch.linspace(0.1, 0.9, 640).expand(1, 1, 3, 420, 640)
    return {
        "gradient": (ramp, ""),
        "hazy": (clean * far + 0.8 * (1 - far), "dehaze"),
        "dark": (clean / 4, "too dark, brighten it"),
    }


@pytest.mark.parametrize("name", ["gradient", "hazy", "dark"])
def test_no_seam_shows(pipe, name):
    picture, prompt = scenes()[name]
    assert is_large((-(-picture.shape[-2] // 16), -(-picture.shape[-1] // 16))) or picture[0, 0, 0].numel() < 2048 * 256
    whole, parts = (pipe.fuse(picture, [prompt], "restore", tile=tile)[0] for tile in (0, 256))
    assert psnr(parts[None], whole[None]) > 45
    wrong = (parts - whole).abs().mean(0)
    borders = [left + OVERLAP // 2 for left, _ in cuts(picture.shape[-1] // 8, 32, OVERLAP // 8)][1:]
    assert wrong.mean() < 0.003 and all(wrong[:, b * 8 % wrong.shape[1]].mean() < 0.006 for b in borders)


def test_pictures_of_a_batch_go_alone_where_memory_is_short(pipe):
    pair = torch.rand(3, 2, 3, 40, 56, generator=torch.Generator().manual_seed(1))
    told = []

    def tell(stage: str, done: int, total: int) -> None:
        told.append((stage, done, total))

    together = pipe.fuse(pair, [""] * 3, "mff")
    alone = pipe.fuse(pair, [""] * 3, "mff", progress=tell, memory=1)
    assert psnr(alone, together).min() > 60
    assert {stage for stage, *_ in told} == {"encode", "fuse", "decode"}
    assert told.count(("encode", 6, 6)) == 1 and told[-1] == ("decode", 3, 3)
    assert [done for stage, done, _ in told if stage == "fuse"] == list(range(1, 3 * pipe.dit.steps + 1))


def test_work_stops_where_the_listener_raises(pipe):
    pair = torch.rand(1, 2, 3, 64, 64)

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "fuse" and done == 2:
            raise KeyboardInterrupt

    whole = pipe.fuse(pair, [""], "mff")
    with pytest.raises(KeyboardInterrupt):
        pipe.fuse(pair, [""], "mff", progress=stop)
    assert torch.equal(pipe.fuse(pair, [""], "mff"), whole)
