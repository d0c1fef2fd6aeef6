"""Every measure against an independent implementation in NumPy, SciPy or scikit-image, or values worked by hand."""

import math

import numpy as np
import pytest
import torch
from scipy import ndimage
from scipy.signal import convolve2d
from skimage import color
from skimage.measure import blur_effect, shannon_entropy
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from mmaif.errors import InputError
from mmaif.metrics import MAIN, METRICS, measure, pick
from mmaif.metrics.colour import ciede2000, lab
from mmaif.metrics.windows import luma

# Sharma, Wu and Dalal 2005, table 1: L a b, L a b, CIEDE2000
SHARMA = """
50.0000 2.6772 -79.7751 50.0000 0.0000 -82.7485 2.0425
50.0000 3.1571 -77.2803 50.0000 0.0000 -82.7485 2.8615
50.0000 2.8361 -74.0200 50.0000 0.0000 -82.7485 3.4412
50.0000 -1.3802 -84.2814 50.0000 0.0000 -82.7485 1.0000
50.0000 -1.1848 -84.8006 50.0000 0.0000 -82.7485 1.0000
50.0000 -0.9009 -85.5211 50.0000 0.0000 -82.7485 1.0000
50.0000 0.0000 0.0000 50.0000 -1.0000 2.0000 2.3669
50.0000 -1.0000 2.0000 50.0000 0.0000 0.0000 2.3669
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0009 7.1792
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0010 7.1792
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0011 7.2195
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0012 7.2195
50.0000 -0.0010 2.4900 50.0000 0.0009 -2.4900 4.8045
50.0000 -0.0010 2.4900 50.0000 0.0010 -2.4900 4.8045
50.0000 -0.0010 2.4900 50.0000 0.0011 -2.4900 4.7461
50.0000 2.5000 0.0000 50.0000 0.0000 -2.5000 4.3065
50.0000 2.5000 0.0000 73.0000 25.0000 -18.0000 27.1492
50.0000 2.5000 0.0000 61.0000 -5.0000 29.0000 22.8977
50.0000 2.5000 0.0000 56.0000 -27.0000 -3.0000 31.9030
50.0000 2.5000 0.0000 58.0000 24.0000 15.0000 19.4535
50.0000 2.5000 0.0000 50.0000 3.1736 0.5854 1.0000
50.0000 2.5000 0.0000 50.0000 3.2972 0.0000 1.0000
50.0000 2.5000 0.0000 50.0000 1.8634 0.5757 1.0000
50.0000 2.5000 0.0000 50.0000 3.2592 0.3350 1.0000
60.2574 -34.0099 36.2677 60.4626 -34.1751 39.4387 1.2644
63.0109 -31.0961 -5.8663 62.8187 -29.7946 -4.0864 1.2630
61.2901 3.7196 -5.3901 61.4292 2.2480 -4.9620 1.8731
35.0831 -44.1164 3.7933 35.0232 -40.0716 1.5901 1.8645
22.7233 20.0904 -46.6940 23.0331 14.9730 -42.5619 2.0373
36.4612 47.8580 18.3852 36.2715 50.5065 21.2231 1.4146
90.8027 -2.0831 1.4410 91.1528 -1.6435 0.0447 1.4441
90.9257 -0.5406 -0.9208 88.6381 -0.8985 -0.7239 1.5381
6.7747 -0.2908 -2.4247 5.8714 -0.0985 -2.2286 0.6377
2.0776 0.0795 -1.1350 0.9033 -0.0636 -0.5514 0.9082
"""


# --- pictures -------------------------------------------------------------------------------------------------


def picture(seed: int, height: int = 72, width: int = 90, channels: int = 3) -> torch.Tensor:
    """Something like a photo, [1, C, H, W]: soft shapes, edges and texture, on 256 levels."""
    generator = torch.Generator().manual_seed(seed)
    total = torch.zeros(1, channels, height, width)
    for size in (3, 6, 12, 24):
        coarse = torch.randn(1, channels, size, size, generator=generator)
        mode = "nearest" if size == 6 else "bicubic"
        total += torch.nn.functional.interpolate(coarse, size=(height, width), mode=mode) / size**0.7
    total = 0.5 + 0.6 * total.mean(1, keepdim=True) + 0.15 * total
    return (total.clamp(0, 1) * 255).round() / 255


@pytest.fixture(scope="module")
def scene() -> dict[str, torch.Tensor]:
    """Two pictures fused (different odd and even sizes are in `picture`), two scenes as one batch."""
    sources = torch.stack([torch.cat([picture(s), picture(s + 10)]) for s in (1, 2)], 1)  # [2, 2, 3, H, W]
    mix = torch.nn.functional.interpolate(torch.rand(2, 1, 4, 4, generator=torch.Generator().manual_seed(3)), (72, 90))
    fused = ((mix * sources[:, 0] + (1 - mix) * sources[:, 1]) * 255).round() / 255
    return {"image": fused, "sources": sources, "reference": torch.cat([picture(4), picture(14)])}


def taken(name: str, scene: dict[str, torch.Tensor]) -> np.ndarray:
    metric = METRICS[name]
    value = metric.function(*[scene["image"], *([] if metric.needs == "nothing" else [scene[metric.needs]])])
    assert value.shape == (len(scene["image"]),) and value.dtype == torch.float32
    return value.numpy()


def grays(tensor: torch.Tensor) -> np.ndarray:
    """[..., 3, H, W] in 0..1 -> [..., H, W] in 0..255, apart from the library's own conversion."""
    return 255 * np.einsum("...chw,c->...hw", tensor.double().numpy(), [0.299, 0.587, 0.114])


def cases(scene):
    """Per picture of the batch: fused and sources as gray arrays."""
    yield from zip(grays(scene["image"]), grays(scene["sources"]), strict=True)


def bell(size: int, sigma: float) -> np.ndarray:
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    window = np.exp(-(x**2 + y**2) / (2 * sigma**2))
    return window / window.sum()


# --- full reference -------------------------------------------------------------------------------------------


def test_psnr_and_ssim_as_scikit_image(scene):
    pairs = list(zip(scene["image"].numpy(), scene["reference"].numpy(), strict=True))
    expected = [peak_signal_noise_ratio(y, x, data_range=1) for x, y in pairs]
    assert taken("psnr", scene) == pytest.approx(expected, rel=1e-5)
    # scikit-image pads and then crops its mean to the windows inside the picture
    settings = dict(gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=1, channel_axis=0)
    expected = [structural_similarity(x.astype(float), y.astype(float), **settings) for x, y in pairs]
    assert taken("ssim", scene) == pytest.approx(expected, rel=1e-5)


def test_ms_ssim_by_its_formula():
    image, reference = picture(1, 170, 163, 1), picture(2, 170, 163, 1)
    x, y = image[0, 0].double().numpy(), reference[0, 0].double().numpy()
    x = 0.6 * y + 0.4 * x
    window, expected = bell(11, 1.5), 1.0
    for scale, exponent in enumerate((0.0448, 0.2856, 0.3001, 0.2363, 0.1333)):

        def local(z, window=window):
            return convolve2d(z, window, "valid")

        cs = (2 * (local(x * y) - local(x) * local(y)) + 0.0009) / (
            local(x * x) - local(x) ** 2 + local(y * y) - local(y) ** 2 + 0.0009
        )
        light = (2 * local(x) * local(y) + 0.0001) / (local(x) ** 2 + local(y) ** 2 + 0.0001)
        expected *= np.mean(cs * light if scale == 4 else cs) ** exponent
        x, y = (ndimage.correlate(z, np.ones((2, 2)) / 4, mode="reflect", origin=-1)[::2, ::2] for z in (x, y))
    image = 0.6 * reference.double() + 0.4 * image.double()
    assert METRICS["ms_ssim"].function(image, reference).item() == pytest.approx(expected, rel=1e-5)


def halved(x: np.ndarray) -> np.ndarray:
    return x.reshape(x.shape[0] // 2, 2, x.shape[1] // 2, 2).mean((1, 3))


def like(x, y, constant):
    return (2 * x * y + constant) / (x**2 + y**2 + constant)


def test_gmsd_by_its_formula(scene):
    prewitt, expected = np.array([[1, 0, -1]] * 3) / 3, []
    for fused, truth in zip(grays(scene["image"]), grays(scene["reference"]), strict=True):
        strengths = [
            np.hypot(convolve2d(x, prewitt, "same"), convolve2d(x, prewitt.T, "same"))
            for x in (halved(fused), halved(truth))
        ]
        expected.append(like(*strengths, 170).std(ddof=1))
    assert taken("gmsd", scene) == pytest.approx(expected, rel=1e-5)


def haar(gray: np.ndarray, scale: int) -> list[np.ndarray]:
    """Both wavelets by plain convolution; the windows of even side begin half a side less one before their pixel."""
    kernel = np.ones((2**scale, 2**scale)) / 2**scale
    kernel[: 2 ** (scale - 1)] *= -1
    height, width = gray.shape
    start = 2 ** (scale - 1)
    crop = np.s_[start : start + height, start : start + width]
    return [np.abs(convolve2d(gray, k, "full")[crop]) for k in (kernel, kernel.T)]


def haarpsi_of(image: np.ndarray, reference: np.ndarray) -> float:
    """Reisenhofer et al. 2018 on [3, H, W] or [1, H, W] in 0..255."""
    yiq = np.array([[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]])
    planes = [[halved(p) for p in (x if len(x) == 1 else np.einsum("ij,jhw->ihw", yiq, x))] for x in (image, reference)]
    scales = [[haar(x[0], scale) for scale in (1, 2, 3)] for x in planes]
    likeness, weights = [], []
    for direction in range(2):
        (a1, a2, a3), (b1, b2, b3) = ([bands[direction] for bands in s] for s in scales)
        likeness.append((like(a1, b1, 30) + like(a2, b2, 30)) / 2)
        weights.append(np.maximum(a3, b3))
    if len(image) == 3:
        means = [[np.abs(convolve2d(c, np.ones((2, 2)) / 4, "full")[1:, 1:]) for c in x[1:]] for x in planes]
        likeness.append((like(means[0][0], means[1][0], 30) + like(means[0][1], means[1][1], 30)) / 2)
        weights.append((weights[0] + weights[1]) / 2)
    pooled = np.sum(weights * (1 / (1 + np.exp(-4.2 * np.array(likeness))))) / np.sum(weights)
    return (np.log(pooled / (1 - pooled)) / 4.2) ** 2


def test_haarpsi_by_its_formula(scene):
    pairs = [
        (255 * x.double().numpy(), 255 * y.double().numpy())
        for x, y in zip(scene["image"], scene["reference"], strict=True)
    ]
    assert taken("haarpsi", scene) == pytest.approx([haarpsi_of(x, y) for x, y in pairs], rel=1e-5)
    gray = METRICS["haarpsi"].function(scene["image"][:, :1], scene["reference"][:, :1]).numpy()
    assert gray == pytest.approx([haarpsi_of(x[:1], y[:1]) for x, y in pairs], rel=1e-5)


def test_ciede2000_of_the_published_pairs():
    rows = torch.tensor([[float(x) for x in line.split()] for line in SHARMA.split("\n") if line], dtype=torch.float64)
    assert len(rows) == 34
    first, second = rows[:, :3, None, None], rows[:, 3:6, None, None]
    assert torch.allclose(ciede2000(first, second).flatten(), rows[:, 6], atol=5.1e-5)
    assert torch.allclose(ciede2000(second, first).flatten(), rows[:, 6], atol=5.1e-5)


def test_colour_as_scikit_image(scene):
    pairs = [
        [color.rgb2lab(x.double().numpy(), channel_axis=0) for x in pair]
        for pair in zip(scene["image"], scene["reference"], strict=True)
    ]
    expected = [color.deltaE_ciede2000(x, y, channel_axis=0).mean() for x, y in pairs]
    assert taken("delta_e", scene) == pytest.approx(expected, rel=1e-3)
    expected = [np.hypot(*(x - y)[1:]).mean() for x, y in pairs]
    assert taken("chroma", scene) == pytest.approx(expected, rel=2e-3)
    firsts = [color.rgb2lab(x.double().numpy(), channel_axis=0) for x in scene["sources"][:, 0]]
    expected = [np.hypot(*(x - y)[1:]).mean() for (x, _), y in zip(pairs, firsts, strict=True)]
    assert taken("chroma_first", scene) == pytest.approx(expected, rel=2e-3)


def test_lab_of_known_colours():
    white, black, red = (torch.tensor(c).view(1, 3, 1, 1) for c in ([1.0, 1, 1], [0.0, 0, 0], [1.0, 0, 0]))
    assert lab(white).flatten().tolist() == pytest.approx([100, 0, 0], abs=1e-6)
    assert lab(black).flatten().tolist() == pytest.approx([0, 0, 0], abs=1e-6)
    assert lab(red).flatten().tolist() == pytest.approx([53.24, 80.09, 67.20], abs=0.02)
    assert METRICS["delta_e"].function(white, black).item() == pytest.approx(100, abs=1e-4)
    gray = torch.rand(1, 1, 4, 4)
    assert torch.equal(lab(gray), lab(gray.expand(-1, 3, -1, -1)))


# --- one picture ----------------------------------------------------------------------------------------------


def test_single_picture_measures_by_their_formulas(scene):
    expected = {name: [] for name in ("en", "sd", "sf", "ag", "noise")}
    laplacian = [[1, -2, 1], [-2, 4, -2], [1, -2, 1]]
    for fused, _ in cases(scene):
        expected["en"].append(shannon_entropy(np.round(fused)))
        expected["sd"].append(np.std(fused))
        expected["sf"].append(np.sqrt(np.mean(np.diff(fused, axis=0) ** 2) + np.mean(np.diff(fused, axis=1) ** 2)))
        height, width = fused.shape
        steps = [
            math.hypot(fused[i, j + 1] - fused[i, j], fused[i + 1, j] - fused[i, j]) / math.sqrt(2)
            for i in range(height - 1)
            for j in range(width - 1)
        ]
        expected["ag"].append(sum(steps) / ((height - 1) * (width - 1)))
        response = np.abs(convolve2d(fused, laplacian, "valid")).sum()
        expected["noise"].append(math.sqrt(math.pi / 2) * response / (6 * (width - 2) * (height - 2)))
    for name, values in expected.items():
        assert taken(name, scene) == pytest.approx(values, rel=1e-5), name


def test_blur_as_scikit_image(scene):
    expected = [blur_effect(fused / 255) for fused, _ in cases(scene)]
    assert taken("blur", scene) == pytest.approx(expected, rel=1e-5)


def test_noise_finds_the_sigma_that_was_added():
    ramp = torch.linspace(0.2, 0.8, 128).expand(1, 1, 128, 128)
    for sigma in (2.0, 10.0):
        noisy = ramp + sigma / 255 * torch.randn(1, 1, 128, 128, generator=torch.Generator().manual_seed(5))
        assert METRICS["noise"].function(noisy).item() == pytest.approx(sigma, rel=0.03)
    assert METRICS["noise"].function(ramp).item() < 1e-4


# --- statistics -----------------------------------------------------------------------------------------------


def test_mutual_information_by_its_formula(scene):
    expected = []
    for fused, sources in cases(scene):
        fused, sources = np.round(fused), np.round(sources)
        levels = [np.arange(257) - 0.5] * 2
        total = 0
        for source in sources:
            joint = np.histogram2d(source.ravel(), fused.ravel(), levels)[0] / fused.size
            shares = joint[joint > 0]
            together = -(shares * np.log2(shares)).sum()
            apart = shannon_entropy(source) + shannon_entropy(fused)
            total += apart - together
        expected.append(total)
    assert taken("mi", scene) == pytest.approx(expected, rel=1e-5)


def test_correlations_as_numpy(scene):
    def r(x, y):
        return np.corrcoef(x.ravel(), y.ravel())[0, 1]

    expected = [r(f - b, a) + r(f - a, b) for f, (a, b) in cases(scene)]
    assert taken("scd", scene) == pytest.approx(expected, rel=1e-5)
    expected = [(r(f, a) + r(f, b)) / 2 for f, (a, b) in cases(scene)]
    assert taken("cc", scene) == pytest.approx(expected, rel=1e-5)


def test_scd_of_a_sum_is_two():
    a, b = picture(1) * 0.5, picture(2) * 0.5
    assert METRICS["scd"].function(a + b, torch.stack([a, b], 1)).item() == pytest.approx(2, abs=1e-5)


# --- fidelity, edges, structure, contrast ----------------------------------------------------------------------


def fidelity_maps(source: np.ndarray, fused: np.ndarray, noise: float):
    """Gain, information in the fused picture and in the source, at the four scales."""
    for size in (17, 9, 5, 3):
        window = bell(size, size / 5)
        if size < 17:
            source, fused = (convolve2d(x, window, "valid")[::2, ::2] for x in (source, fused))
        mean_s, mean_f = convolve2d(source, window, "valid"), convolve2d(fused, window, "valid")
        var_s = np.maximum(convolve2d(source**2, window, "valid") - mean_s**2, 0)
        var_f = np.maximum(convolve2d(fused**2, window, "valid") - mean_f**2, 0)
        cov = convolve2d(source * fused, window, "valid") - mean_s * mean_f
        gain = np.maximum(cov / (var_s + 1e-10), 0)
        rest = np.where(cov < 0, var_f, np.maximum(var_f - gain * cov, 1e-10))
        yield gain, np.log(1 + gain**2 * var_s / (rest + noise)), np.log(1 + var_s / noise)


def test_vif_by_its_formula(scene):
    expected = []
    for fused, sources in cases(scene):
        ratios = []
        for source in sources:
            maps = list(fidelity_maps(source, fused, 2.0))
            ratios.append(sum(seen.sum() for _, seen, _ in maps) / sum(there.sum() for _, _, there in maps))
        expected.append(sum(ratios))
    assert taken("vif", scene) == pytest.approx(expected, rel=1e-5)


def test_viff_by_its_formula(scene):
    expected = []
    for fused, (a, b) in cases(scene):
        noise, ratios = 0.005 * 255 * 255, []
        for of_a, of_b in zip(fidelity_maps(a, fused, noise), fidelity_maps(b, fused, noise), strict=True):
            take_a = of_a[0] < of_b[0]
            ratios.append(np.where(take_a, of_a[1], of_b[1]).sum() / np.where(take_a, of_a[2], of_b[2]).sum())
        expected.append(np.dot(ratios, [1, 0, 0.15, 1]) / 2.15)
    assert taken("viff", scene) == pytest.approx(expected, rel=1e-5)


def gradients(gray: np.ndarray, boundary: str) -> tuple[np.ndarray, np.ndarray]:
    """Strength and direction in -pi/2..pi/2."""
    kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    if boundary == "zero":
        dx, dy = ndimage.correlate(gray, kernel, mode="constant"), ndimage.correlate(gray, kernel.T, mode="constant")
    else:
        dx, dy = ndimage.correlate(gray, kernel, mode="mirror"), ndimage.correlate(gray, kernel.T, mode="mirror")
    dx, dy = np.round(dx, 8), np.round(dy, 8)
    angle = np.arctan2(dy, dx)
    angle = np.where(angle > np.pi / 2, angle - np.pi, np.where(angle <= -np.pi / 2, angle + np.pi, angle))
    return np.hypot(dx, dy), angle


def edge_terms(fused, source, boundary):
    g, a = gradients(source, boundary)
    g_f, a_f = gradients(fused, boundary)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(g > g_f, g_f / g, g / g_f)
    return g, g_f, ratio, np.abs(np.abs(a - a_f) - np.pi / 2) / (np.pi / 2)


def test_qabf_by_its_formula(scene):
    expected = []
    for fused, sources in cases(scene):
        top = bottom = 0.0
        for source in sources:
            g, _, ratio, alignment = edge_terms(fused, source, "zero")
            kept = 0.9994 / (1 + np.exp(-15 * (ratio - 0.5))) * 0.9879 / (1 + np.exp(-22 * (alignment - 0.8)))
            top, bottom = top + np.nansum(kept * g), bottom + g.sum()
        expected.append(top / bottom)
    assert taken("qabf", scene) == pytest.approx(expected, rel=1e-3)


def test_nabf_by_its_formula(scene):
    expected = []
    for fused, sources in cases(scene):
        terms = [edge_terms(fused / 8, source / 8, "mirror") for source in sources]
        false = np.logical_and.reduce([g_f > g + 1e-6 for g, g_f, _, _ in terms])
        top = bottom = 0.0
        for g, _, ratio, alignment in terms:
            ratio = np.where(g == 0, 0, ratio)
            kept = np.sqrt(0.9999 / (1 + np.exp(-19 * (ratio - 0.5))) * 0.9995 / (1 + np.exp(-22 * (alignment - 0.5))))
            weight = np.where(g >= 2, g**1.5, 0.001)
            top, bottom = top + (false * (1 - kept) * weight).sum(), bottom + weight.sum()
        expected.append(top / bottom)
    assert taken("nabf", scene) == pytest.approx(expected, rel=1e-3)


def test_ssim_to_the_sources_as_scikit_image(scene):
    settings = dict(gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255)
    expected = [np.mean([structural_similarity(f, s, **settings) for s in sources]) for f, sources in cases(scene)]
    assert taken("ssim_sources", scene) == pytest.approx(expected, rel=1e-5)


def mef_quality(patches: np.ndarray, fused: np.ndarray, window: np.ndarray) -> float:
    """Ma et al. 2015 for one patch, step by step: patches [N, n] and fused [n] of all pixels and channels."""
    centred = patches - patches.mean(1, keepdims=True)
    norms = np.linalg.norm(centred, axis=1)
    total = patches.sum(0)
    consistency = min((np.linalg.norm(total - total.mean()) + 1e-16) / (norms.sum() + 1e-16), 1 - 1e-12)
    contrast = norms + 0.001
    weights = contrast ** min(np.tan(np.pi / 2 * consistency), 10)
    structure = (weights / weights.sum() / contrast) @ centred
    if np.linalg.norm(structure) > 0:
        structure *= contrast.max() / np.linalg.norm(structure)
    structure, fused = structure - window @ structure, fused - window @ fused
    c = (0.03 * 255) ** 2
    return (2 * window @ (structure * fused) + c) / (window @ structure**2 + window @ fused**2 + c)


def mef_by_patches(fused: np.ndarray, sources: np.ndarray) -> float:
    """MEF-SSIM of [C, H, W] and [N, C, H, W] in 0..255."""
    score, exponents = 1.0, np.array([0.0448, 0.2856, 0.3001])
    for exponent in exponents / exponents.sum():
        count, channels, height, width = sources.shape
        window = np.stack([bell(11, 1.5)] * channels).ravel() / channels
        values = [
            mef_quality(
                sources[:, :, i : i + 11, j : j + 11].reshape(count, -1),
                fused[:, i : i + 11, j : j + 11].ravel(),
                window,
            )
            for i in range(height - 10)
            for j in range(width - 10)
        ]
        score *= np.mean(values) ** exponent
        kernel = np.ones((2, 2)) / 4
        fused = np.stack([ndimage.correlate(x, kernel, mode="reflect", origin=-1)[::2, ::2] for x in fused])
        sources = np.stack(
            [[ndimage.correlate(x, kernel, mode="reflect", origin=-1)[::2, ::2] for x in source] for source in sources]
        )
    return score


@pytest.mark.parametrize("count", [2, 3])
def test_mef_ssim_patch_by_patch(count):
    base = picture(7, 46, 43)
    gains = torch.tensor([0.3, 1.0, 1.9])[:count].view(1, -1, 1, 1, 1)
    texture = torch.stack([picture(20 + k, 46, 43) for k in range(count)], 1)
    sources = (base[:, None] * gains + 0.05 * texture).clamp(0, 1)
    fused = (0.3 * sources.mean(1) + 0.7 * base).clamp(0, 1)
    expected = mef_by_patches(grays(fused), grays(sources)[0][:, None])
    assert METRICS["mef_ssim"].function(fused, sources).item() == pytest.approx(expected, rel=1e-4)
    expected = mef_by_patches(255 * fused[0].double().numpy(), 255 * sources[0].double().numpy())
    assert METRICS["mef_ssim_colour"].function(fused, sources).item() == pytest.approx(expected, rel=1e-4)


def test_mef_ssim_colour_notices_faded_colour(scene):
    sources = scene["sources"][:, :1] * torch.tensor([0.5, 1.0]).view(1, 2, 1, 1, 1)
    vivid = sources[:, 1]
    faded = (vivid * torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True).expand_as(vivid)
    gray, colour = METRICS["mef_ssim"].function, METRICS["mef_ssim_colour"].function
    assert torch.allclose(gray(faded, sources), gray(vivid, sources), atol=1e-4)
    assert (colour(faded, sources) < colour(vivid, sources) - 0.01).all()
    alike = scene["sources"][:, :, :1]
    assert torch.allclose(colour(alike[:, 0], alike), gray(alike[:, 0], alike), atol=1e-5)


@pytest.mark.parametrize("size", [(64, 80), (63, 71)])
def test_qcb_by_its_formula(size):
    a, b = picture(1, *size), picture(2, *size)
    fused = 0.7 * a + 0.3 * b
    y, x = np.mgrid[-15:16, -15:16]
    narrow, wide = (np.exp(-(x**2 + y**2) / (2 * s * s)) / (2 * np.pi * s * s) for s in (2, 4))
    height, width = size
    rows, columns = np.arange(height) - height // 2, np.arange(width) - width // 2
    radius = np.hypot(rows[:, None], columns[None]) / 15
    sensitivity = np.exp(-((radius / 15.3870) ** 2)) - 0.7622 * np.exp(-((radius / 1.3456) ** 2))

    def contrast(gray):
        gray = np.round(255 * (gray - gray.min()) / (gray.max() - gray.min()))
        seen = np.real(np.fft.ifft2(np.fft.ifftshift(np.fft.fftshift(np.fft.fft2(gray)) * sensitivity)))
        c = np.abs(convolve2d(seen, narrow, "same") / convolve2d(seen, wide, "same") - 1)
        return c**3 / (c**2 + 0.0001)

    f, (c_a, c_b) = contrast(grays(fused)[0]), (contrast(grays(z)[0]) for z in (a, b))
    kept = [np.minimum(c, f) / np.maximum(c, f) for c in (c_a, c_b)]
    expected = ((c_a**2 * kept[0] + c_b**2 * kept[1]) / (c_a**2 + c_b**2)).mean()
    assert METRICS["qcb"].function(fused, torch.stack([a, b], 1)).item() == pytest.approx(expected, rel=1e-3)


# --- all of them ----------------------------------------------------------------------------------------------

PERFECT = {
    "psnr": math.inf,
    "ssim": 1,
    "ms_ssim": 1,
    "haarpsi": 1,
    "gmsd": 0,
    "delta_e": 0,
    "chroma": 0,
    "chroma_first": 0,
    "nabf": 0,
    "vif": 2,
    "viff": 1,
    "mef_ssim": 1,
    "mef_ssim_colour": 1,
    "ssim_sources": 1,
    "qcb": 1,
    "cc": 1,
}


def test_identical_pictures_give_the_ideal():
    image = picture(3, 164, 170)
    same = {"image": image, "reference": image, "sources": torch.stack([image, image], 1)}
    values = measure(list(METRICS.values()), **same)
    for name, ideal in PERFECT.items():
        assert values[name].item() == pytest.approx(ideal, abs=2e-4), name
    # Qabf's constants stop short of 1: 0.9994 / (1 + e^-7.5) * 0.9879 / (1 + e^-4.4)
    assert values["qabf"].item() == pytest.approx(0.97477, abs=1e-4)
    assert values["mi"].item() == pytest.approx(2 * values["en"].item(), rel=1e-5)


def softened(image: torch.Tensor, sigma: float) -> torch.Tensor:
    return torch.from_numpy(ndimage.gaussian_filter(image.numpy(), (0, 0, sigma, sigma)))


def grainy(image: torch.Tensor, sigma: float) -> torch.Tensor:
    grain = torch.randn(image.shape, generator=torch.Generator().manual_seed(9))
    return (image + sigma * grain).clamp(0, 1)


BETTER = [name for name, metric in METRICS.items() if metric.needs != "nothing" and name != "scd"]


@pytest.mark.parametrize("spoil, strengths", [(grainy, (0.02, 0.06, 0.15)), (softened, (0.7, 1.5, 3.0))])
def test_the_worse_the_picture_the_worse_the_measure(spoil, strengths):
    image = picture(6, 164, 170)
    given = {"reference": image, "sources": torch.stack([image, 0.1 + 0.8 * image], 1)}
    rows = [measure([METRICS[name] for name in BETTER], spoil(image, s), **given) for s in strengths]
    for name in BETTER:
        if name == "nabf" and spoil is softened:
            continue  # blur makes no false edges
        values = [row[name].item() for row in rows]
        sign = 1 if METRICS[name].direction == "higher" else -1
        assert sign * values[0] > sign * values[1] > sign * values[2], (name, values)


def test_single_picture_measures_follow_noise_and_blur():
    image = picture(6)
    single = [metric for metric in METRICS.values() if metric.needs == "nothing"]
    plain, soft, noisy = (measure(single, x) for x in (image, softened(image, 1.5), grainy(image, 0.1)))
    for name in ("sd", "sf", "ag", "noise"):
        assert soft[name] < plain[name] < noisy[name], name
    assert noisy["blur"] < plain["blur"] < soft["blur"]
    assert plain["en"] < noisy["en"]


def test_a_batch_is_its_pictures(scene):
    metrics = [metric for metric in METRICS.values() if metric.smallest <= 72]
    together = measure(metrics, **scene)
    for index in range(2):
        alone = measure(metrics, **{key: value[index : index + 1] for key, value in scene.items()})
        for name in alone:
            assert alone[name].item() == pytest.approx(together[name][index].item(), rel=1e-5), name


def test_any_number_of_sources(scene):
    metrics = [metric for metric in METRICS.values() if metric.needs == "sources"]
    for count in (1, 3):
        sources = torch.cat([scene["sources"], scene["reference"][:, None]], 1)[:, :count]
        values = measure(metrics, scene["image"], sources)
        assert all(torch.isfinite(value).all() for value in values.values()), values


def test_flat_pictures_give_numbers():
    flat = torch.full((1, 3, 64, 64), 0.5)
    metrics = [metric for metric in METRICS.values() if metric.smallest <= 64 and metric.name != "psnr"]
    values = measure(metrics, flat, torch.stack([flat, flat], 1), flat)
    assert all(torch.isfinite(value).all() for value in values.values()), values
    assert values["vif"].item() == pytest.approx(2) and values["viff"].item() == pytest.approx(1)
    assert values["cc"] == 0 and values["scd"] == 0 and values["en"] == 0


def test_smallest_sizes_are_true():
    for metric in METRICS.values():
        image = picture(1, metric.smallest, metric.smallest + 1)
        given = {"reference": image * 0.9, "sources": torch.stack([image * 0.9, image], 1)}
        assert torch.isfinite(measure([metric], image, **given)[metric.name]).all(), metric.name
        small = {key: value[..., :-1, :] for key, value in given.items()}
        assert torch.isnan(measure([metric], image[..., :-1, :], **small)[metric.name]).all(), metric.name


def test_gray_is_luma(scene):
    gray = luma(scene["image"])[:, None] / 255
    assert torch.allclose(luma(gray), luma(scene["image"]))
    for name in ("sd", "ag", "blur", "noise"):
        assert torch.allclose(METRICS[name].function(gray), METRICS[name].function(scene["image"])), name


def test_picking_by_name():
    assert [metric.name for metric in pick(["ssim", "psnr"], False, True)] == ["psnr", "ssim"]
    assert {metric.needs for metric in pick(None, True, False)} == {"sources", "nothing"}
    assert set(MAIN) <= set(METRICS)
    with pytest.raises(InputError, match="no metric 'pnsr'"):
        pick(["pnsr"], True, True)
    with pytest.raises(InputError, match="psnr needs the reference"):
        pick(["psnr"], True, False)
