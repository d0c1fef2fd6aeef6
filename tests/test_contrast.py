"""Local contrast of the sources in what is fused."""

import pytest
import torch

from mmaif import contrast
from mmaif.contrast import with_contrast
from mmaif.images import luminance
from mmaif.sources import finished


def scene(height: int = 96, width: int = 128) -> torch.Tensor:
    """Two sources [1, 2, 3, H, W]: fine texture left in the one, right in the other, of different light."""
    draw = torch.Generator().manual_seed(0)
    texture = 0.2 * (torch.rand(2, 1, height, width, generator=draw) - 0.5).expand(-1, 3, -1, -1).clone()
    texture[0, ..., width // 2 :] = 0
    texture[1, ..., : width // 2] = 0
    return (texture + torch.tensor([0.3, 0.7])[:, None, None, None])[None]


def contrast_of(picture: torch.Tensor) -> float:
    return luminance(picture).std().item()


def test_texture_of_either_source_comes_in_and_the_light_stays():
    sources, flat = scene(), torch.full((1, 3, 96, 128), 0.5)
    found = [with_contrast(flat, sources, torch.tensor([share])) for share in (0.0, 0.5, 1.0)]
    assert torch.allclose(found[0], flat, atol=1e-6)
    for half in (slice(0, 48), slice(80, 128)):  # beside the seam
        one, two, three = (contrast_of(picture[..., half]) for picture in found)
        assert one < 1e-6 and 0.02 < two < 0.6 * three
        assert abs(found[2][..., half].mean() - 0.5) < 0.01
    assert contrast_of(found[2][..., :48]) > 0.9 * contrast_of(sources[:, 0, :, :, :48])


def test_bands_and_sizes_do_not_show(monkeypatch):
    sources, picture = scene(210, 131), torch.rand(1, 3, 210, 131, generator=torch.Generator().manual_seed(1))
    whole = with_contrast(picture, sources, torch.tensor([0.5]))
    monkeypatch.setattr(contrast, "BAND", 5)
    assert torch.allclose(with_contrast(picture, sources, torch.tensor([0.5])), whole, atol=1e-5)
    assert whole.shape == picture.shape and not torch.equal(whole, picture)
    monkeypatch.setattr(contrast, "FINE", 60)  # cells of 16 px in place of 4
    assert with_contrast(picture, sources, torch.tensor([0.5])).shape == picture.shape


def test_order_does_not_matter_and_a_source_like_the_picture_changes_nothing():
    sources, picture = scene(), torch.rand(1, 3, 96, 128, generator=torch.Generator().manual_seed(1))
    share = torch.tensor([0.5])
    assert torch.allclose(
        with_contrast(picture, sources, share), with_contrast(picture, sources.flip(1), share), atol=1e-6
    )
    same = with_contrast(picture, picture[:, None].expand(-1, 3, -1, -1, -1), share)
    assert torch.allclose(same, picture, atol=1e-5)


@pytest.mark.parametrize(("task", "count", "changes"), [("mef", 2, True), ("mff", 2, False), ("mef", 1, False)])
def test_which_scenes_get_it(task, count, changes):
    sources, picture = scene()[:, :count], torch.full((1, 3, 96, 128), 0.5)
    assert torch.equal(finished(picture, sources, [task]), picture) != changes
    assert torch.equal(finished(picture, sources, [task], detail=0.0), picture)
