"""Write what says where everything that ships comes from: mmaif/weights/SHA256SUMS, docs/sbom.cdx.json and
docs/licences.md.

    python -m scripts.make.provenance

Run it after weights, assets or dependencies have changed; a test holds the files against them. It reads pyproject.toml
and assets/ATTRIBUTION.md and asks nobody. Python 3.11 or newer.
"""

import json
import re
import uuid
from pathlib import Path
from typing import Any

import tomllib

from mmaif.checksums import sum_of, write_sums
from mmaif.files import write_json, write_text
from scripts.pages.common import DOCS, markdown
from scripts.setup.environment import ROOT

SBOM, LICENCES = DOCS / "sbom.cdx.json", DOCS / "licences.md"
# SPDX expressions, as the metadata of each package states them; numpy and torch bundle others' code,
# av, imagecodecs and rawpy libraries of pictures and films.
PACKAGES = {
    "accelerate": "Apache-2.0",
    "aiohttp": "Apache-2.0 AND MIT",
    "av": "BSD-3-Clause",
    "einops": "MIT",
    "hypothesis": "MPL-2.0",
    "imagecodecs": "BSD-3-Clause",
    "matplotlib": "PSF-2.0",
    "numpy": "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0",
    "onnx": "Apache-2.0",
    "onnxruntime": "MIT",
    "onnxscript": "MIT",
    "pillow": "MIT-CMU",
    "psutil": "BSD-3-Clause",
    "pyarrow": "Apache-2.0",
    "pytest": "MIT",
    "rawpy": "MIT",
    "ray": "Apache-2.0",
    "ruff": "MIT",
    "safetensors": "Apache-2.0",
    "scikit-image": "BSD-3-Clause",
    "scipy": "BSD-3-Clause",
    "selenium": "Apache-2.0",
    "sentencepiece": "Apache-2.0",
    "tifffile": "BSD-3-Clause",
    "tokenizers": "Apache-2.0",
    "torch": "Apache-2.0 AND Apache-2.0 WITH LLVM-exception AND BSD-2-Clause AND BSD-3-Clause AND BSL-1.0 AND MIT",
    "transformers": "Apache-2.0",
    "wordfreq": "Apache-2.0",
}
TAUGHT = {
    "regression.safetensors": "trained here",
    "flow.safetensors": "trained here, from regression",
    "shared.safetensors": "trained here; its latent space was learned from taef1 (MIT), its word meanings from "
    "all-MiniLM-L6-v2 (Apache-2.0)",
}
PAGE = """# Licences of what ships

Written by `python -m scripts.make.provenance`; the same as a CycloneDX file: [sbom.cdx.json](sbom.cdx.json).

Code, texts, words and translations of this repository are Apache-2.0 ([LICENSE](../LICENSE)). No source file of another
project is in it: neither copied nor vendored.

## Weights

{weights}

They were trained on research sets, most of which state no licence ([model card](../mmaif/weights/README.md#data)).
Their pictures are not in the weights' files; whether a licence of a picture reaches what was learned from it is not
settled law, and nothing is claimed about it here.

## Pictures and films

{assets}

Who took them and what was done to them: [ATTRIBUTION](../assets/ATTRIBUTION.md). `workflows/*.jpg`,
`web/docs/*.jpg`, `docs/montage.jpg`, `docs/first_picture_*.jpg`, `docs/banner.png` and `docs/icon.png` are made of them
and under the same licence. The figures of the pages that measure (`docs/results_*.jpg`, `docs/model_*.jpg`,
`docs/flow_*.jpg`, `docs/samples_*.jpg`, `docs/autoencoder_*.jpg`) quote small held-out pictures of the research sets in
the model card, under the licences of these sets.

## What it stands on

Nothing of this is in the package: `pip` or ComfyUI installs it.

{packages}

The wheels of `av` (FFmpeg), `rawpy` (LibRaw) and `imagecodecs` bundle libraries under licences of their own, LGPL among
them.

The tests run on the newest versions that the set-up finds, and with `python -m scripts.setup.lowest` on the lowest ones
of what running and `photo` need, torch excepted: its bound is that of the calls the code makes.
"""


def main() -> None:
    """Write the three files."""
    write_sums()
    write_json(sbom(), SBOM)
    write_text(page(), LICENCES)
    print(SBOM.relative_to(ROOT), LICENCES.relative_to(ROOT))


def requirements() -> list[tuple[str, str, str]]:
    """(package, what versions, "" or the extra that needs it) for all of pyproject.toml, and torch, which is the
    user's."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"": ["torch>=2.4", *project["dependencies"]], **project["optional-dependencies"]}
    found = []
    for extra, lines in groups.items():
        for line in lines:
            name, versions = re.fullmatch(r"([A-Za-z0-9_.-]+)(.*)", line).groups()
            found.append((name.lower(), versions, extra))
    return found


def attributed() -> list[tuple[Path, str, str]]:
    """(file, author, SPDX licence) of each row of assets/ATTRIBUTION.md."""
    rows = []
    for line in (ROOT / "assets" / "ATTRIBUTION.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[0].startswith("`"):
            spdx = cells[3].replace(" ", "-")
            rows += [(ROOT / "assets" / name, cells[2], spdx) for name in re.findall(r"`([^`]+)`", cells[0])]
    return sorted(rows)


def sbom() -> dict[str, Any]:
    """CycloneDX 1.5. It holds no time, so that the same tree gives the same file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    weights = [_file(path, "machine-learning-model", "Apache-2.0") for path in _weights()]
    assets = [_file(path, "file", spdx) | {"author": author} for path, author, spdx in attributed()]
    libraries = [_library(*requirement) for requirement in requirements()]
    content = [*weights, *assets, *libraries]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content, sort_keys=True))}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": project["name"],
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"expression": project["license"]}],
            }
        },
        "components": content,
    }


def page() -> str:
    """docs/licences.md."""
    weights = [["file", "licence", "where from"]]
    weights += [[f"`mmaif/weights/{path.name}`", "Apache-2.0", TAUGHT[path.name]] for path in _weights()]
    assets = [["file", "author", "licence"]]
    assets += [[f"`assets/{path.name}`", author, spdx] for path, author, spdx in attributed()]
    packages = [["package", "versions", "licence", "needed for"]]
    for name, versions, extra in requirements():
        packages.append(
            [name, versions.replace(">=", ">= "), PACKAGES[name], f"extra `{extra}`" if extra else "running"]
        )
    return PAGE.format(weights=markdown(weights), assets=markdown(assets), packages=markdown(packages))


def _weights() -> list[Path]:
    return sorted((ROOT / "mmaif" / "weights").glob("*.safetensors"))


def _file(path: Path, kind: str, spdx: str) -> dict[str, Any]:
    name = path.relative_to(ROOT).as_posix()
    return {
        "type": kind,
        "bom-ref": name,
        "name": name,
        "hashes": [{"alg": "SHA-256", "content": sum_of(path)}],
        "licenses": [{"expression": spdx}],
    }


def _library(name: str, versions: str, extra: str) -> dict[str, Any]:
    needed = {"name": "mmaif:versions", "value": versions}
    return {
        "type": "library",
        "bom-ref": f"{extra or 'run'}:{name}",
        "name": name,
        "purl": f"pkg:pypi/{name}",
        "scope": "optional" if extra else "required",
        "licenses": [{"expression": PACKAGES[name]}],
        "properties": [needed, *([{"name": "mmaif:extra", "value": extra}] if extra else [])],
    }


if __name__ == "__main__":
    main()
