"""Average, Laplacian pyramid, Mertens."""

import numpy as np
import pytest
import torch

from mmaif.errors import InputError
from mmaif.evaluation import baselines
from mmaif.evaluation.baselines import BASELINES, available, average, laplacian, mertens, pick_baselines
from mmaif.metrics import psnr
from mmaif.metrics.colour import chroma


def picture(seed: int, height: int = 65, width: int = 90) -> torch.Tensor:
    """[1, 3, H, W] with edges and texture."""
    generator = torch.Generator().manual_seed(seed)
    total = torch.zeros(1, 3, height, width)
    for size, mode in ((4, "bicubic"), (9, "nearest"), (30, "bicubic")):
        coarse = torch.rand(1, 3, size, size, generator=generator)
        total += torch.nn.functional.interpolate(coarse, (height, width), mode=mode) / 3
    return total.clamp(0, 1)


def focus_pair(truth: torch.Tensor) -> torch.Tensor:
    """Sharp on the left, sharp on the right."""
    soft = torch.nn.functional.avg_pool2d(torch.nn.functional.pad(truth, (3, 3, 3, 3), mode="replicate"), 7, 1)
    left = (torch.arange(truth.shape[-1]) < truth.shape[-1] // 2).float()
    return torch.stack([left * truth + (1 - left) * soft, (1 - left) * truth + left * soft], 1)


def luminance(image: torch.Tensor) -> torch.Tensor:
    return (image * torch.tensor([0.299, 0.587, 0.114]).view(3, 1, 1)).sum(-3)


@pytest.mark.parametrize("name", ["average", "laplacian"])
@pytest.mark.parametrize("size", [(65, 90), (64, 64), (17, 40), (3, 2)])
def test_identical_sources_come_back(name, size):
    image = picture(1, *size)
    for count in (1, 2, 4):
        fused = BASELINES[name](image[:, None].expand(-1, count, -1, -1, -1), "mef")
        assert fused.shape == image.shape and torch.allclose(fused, image, atol=1e-6)


def test_average_is_the_mean():
    sources = torch.stack([picture(1), picture(2), picture(3)], 1)
    assert torch.allclose(average(sources), (picture(1) + picture(2) + picture(3)) / 3)


def test_laplacian_takes_what_is_sharp():
    truth = torch.cat([picture(1), picture(2)])
    sources = focus_pair(truth)
    fused = laplacian(sources, "mff")
    assert (psnr(fused, truth) > psnr(average(sources), truth) + 4).all()
    assert torch.allclose(fused[1:], laplacian(sources[1:], "mff"), atol=1e-6)  # a batch is its pictures
    assert torch.allclose(fused, laplacian(sources.flip(1), "mff"), atol=1e-5)  # in any order


def test_laplacian_by_its_definition_on_one_band(monkeypatch):
    """Burt and Adelson with NumPy: one band, the larger luminance coefficient, the mean of the rest."""
    monkeypatch.setattr(baselines, "LEVELS", 1)
    sources = torch.stack([picture(4, 12, 14), picture(5, 12, 14)], 1)
    taps = np.array([1, 4, 6, 4, 1]) / 16

    def reduce(x: np.ndarray) -> np.ndarray:
        padded = np.pad(x, ((0, 0), (2, 2), (2, 2)), mode="edge")
        out = np.zeros((len(x), 6, 7))
        for i in range(6):
            for j in range(7):
                window = padded[:, 2 * i : 2 * i + 5, 2 * j : 2 * j + 5]
                out[:, i, j] = np.einsum("cij,i,j->c", window, taps, taps)
        return out

    def expand(x: np.ndarray) -> np.ndarray:
        """Equation 2 of the paper: 4 sum_mn w(m, n) g((i - m) / 2, (j - n) / 2) over whole indices."""
        padded, out = np.pad(x, ((0, 0), (1, 1), (1, 1)), mode="edge"), np.zeros((len(x), 12, 14))
        for i in range(12):
            for j in range(14):
                for m in range(-2, 3):
                    for n in range(-2, 3):
                        if (i - m) % 2 == 0 and (j - n) % 2 == 0:
                            value = padded[:, (i - m) // 2 + 1, (j - n) // 2 + 1]
                            out[:, i, j] += 4 * taps[m + 2] * taps[n + 2] * value
        return out

    pictures = sources[0].double().numpy()
    coarse = [reduce(x) for x in pictures]
    a, b = (x - expand(c) for x, c in zip(pictures, coarse, strict=True))
    strength_a, strength_b = (np.abs(np.einsum("chw,c->hw", x, [0.299, 0.587, 0.114])) for x in (a, b))
    expected = np.where(strength_a >= strength_b, a, b) + expand((coarse[0] + coarse[1]) / 2)
    got = laplacian(sources, "mff")[0].double().numpy()
    assert np.abs(got - expected.clip(0, 1)).max() < 1e-5


def test_infrared_fusion_keeps_the_visible_colour():
    visible = 0.25 + 0.5 * picture(6)
    infrared = 0.25 + 0.5 * luminance(picture(7))[:, None].expand_as(visible)
    sources = torch.stack([visible, infrared], 1)
    fused = laplacian(sources, "vif")
    offset = fused - visible
    assert torch.allclose(offset[:, :1].expand_as(offset), offset, atol=1e-5)  # the same for R, G and B
    assert offset.abs().mean() > 0.02  # and there is fusion
    assert chroma(fused, visible) < 0.3 * chroma(average(sources), visible)
    gray = torch.stack([luminance(x)[:, None].expand_as(x) for x in (visible, infrared)], 1)
    assert torch.allclose(luminance(fused), luminance(laplacian(gray, "mff")), atol=1e-5)
    assert torch.allclose(laplacian(sources), fused)  # the task is found


def test_mertens_where_opencv_is():
    if "mertens" not in available():
        pytest.skip("OpenCV is not installed")
    scene = picture(8)
    sources = torch.stack([(scene * 0.3), (scene * 1.8).clamp(0, 1)], 1)
    fused = mertens(sources)
    assert fused.shape == scene.shape and fused.dtype == sources.dtype
    assert 0 <= fused.min() and fused.max() <= 1
    assert psnr(fused, scene) > psnr(sources[:, 0], scene)
    red = torch.zeros(1, 2, 3, 32, 32)
    red[:, :, 0] = 0.6
    assert torch.allclose(mertens(red), red[:, 0], atol=0.02)  # channels keep their places


def test_without_opencv_it_is_left_out(monkeypatch):
    monkeypatch.setattr(baselines, "find_spec", lambda name: None)
    assert available() == ["average", "laplacian"] == pick_baselines("all")
    with pytest.raises(InputError, match="needs OpenCV; pip install"):
        mertens(torch.zeros(1, 2, 3, 32, 32))
    with pytest.raises(InputError, match="mertens needs OpenCV"):
        pick_baselines("average,mertens")


def test_picking_by_name():
    assert pick_baselines("laplacian,average") == ["laplacian", "average"]
    with pytest.raises(InputError, match="no baseline 'gff'"):
        pick_baselines("gff")
