"""doctor: what is installed, what is missing and how to get it."""

import json
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib import metadata

import click

from .options import json_option

# What each extra is for and the libraries that it brings, as pyproject.toml has them.
CORE = ("click", "jaxtyping", "lemminflect", "numpy", "pillow", "scipy")
EXTRAS: dict[str, tuple[str, tuple[str, ...]]] = {
    "perception": (
        "depth and detection models",
        ("huggingface-hub", "safetensors", "timm", "torch", "torchvision", "transformers"),
    ),
    "language": ("texts read by models", ("llguidance",)),
    "ultralytics": ("YOLO models; AGPL-3.0", ("ultralytics",)),
    "open3d": ("registration, point-cloud files, ray casting", ("open3d",)),
    "graph": ("graph networks", ("torch-geometric",)),
    "generate": ("image and text generators", ("accelerate", "diffusers", "safetensors")),
    "onnx": ("models in ONNX files", ("onnxruntime",)),
    "view": ("the live 3D page", ("viser",)),
    "corpus": ("many scenes at once", ("duckdb", "pyarrow", "ray")),
    "bridges": ("graphs for other libraries", ("networkx", "spark_dsg")),
}
# Libraries of the system that Open3D's wheel links to on Linux, with the Debian packages that bring them.
OPEN3D_SYSTEM = {
    "libusb-1.0.so.0": "libusb-1.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libX11.so.6": "libx11-6",
    "libgomp.so.1": "libgomp1",
}


@dataclass(frozen=True)
class Group:
    """The core, or an extra.

    Attributes:
        name: "core" or the extra's name.
        purpose: what it is for.
        versions: library -> installed version, None where it is missing.
        install: the command that brings what is missing; "" where nothing is.
    """

    name: str
    purpose: str
    versions: dict[str, str | None]
    install: str


@click.command("doctor")
@json_option
def command(as_json: bool) -> None:
    """Print what is installed, what is missing and how to get it.

    The exit code is 0 unless a library of the core is missing.
    """
    groups = [_group("core", "geometry, relations, files, questions", CORE)]
    groups += [_group(name, purpose, libraries) for name, (purpose, libraries) in EXTRAS.items()]
    has_open3d = any(group.versions.get("open3d") for group in groups)
    absent = _absent_system_libraries() if has_open3d else []
    system = f"apt-get install {' '.join(OPEN3D_SYSTEM[name] for name in absent)}" if absent else ""
    if as_json:
        facts = {
            "python": platform.python_version(),
            "groups": [asdict(group) for group in groups],
            "open3d_system": {"missing": absent, "install": system},
        }
        click.echo(json.dumps(facts, indent=1))
    else:
        click.echo(_text(groups, absent, system))
    if groups[0].install:
        raise click.exceptions.Exit(1)


def _group(name: str, purpose: str, libraries: Iterable[str]) -> Group:
    versions = {library: _version(library) for library in libraries}
    target = "scenegraph3d" if name == "core" else f"'scenegraph3d[{name}]'"
    return Group(name, purpose, versions, "" if all(versions.values()) else f"pip install {target}")


def _version(library: str) -> str | None:
    """The installed version, also where a distribution carries a suffix (`open3d-cpu`)."""
    for name in (library, f"{library}-cpu"):
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return None


def _absent_system_libraries() -> list[str]:
    import ctypes

    if platform.system() != "Linux":
        return []
    absent = []
    for name in OPEN3D_SYSTEM:
        try:
            ctypes.CDLL(name)
        except OSError:
            absent.append(name)
    return absent


def _text(groups: list[Group], absent: list[str], system: str) -> str:
    from ..view.table import aligned

    rows = [("", "extra", "for", "libraries", "to get what is missing")]
    for group in groups:
        libraries = ", ".join(f"{name} {version or 'missing'}" for name, version in group.versions.items())
        rows.append(("-" if group.install else "ok", group.name, group.purpose, libraries, group.install))
    lines = [f"Python {platform.python_version()}", "", aligned(rows)]
    if absent:
        lines += ["", f"Open3D needs {', '.join(absent)} of the system: {system} (Debian's names)"]
    return "\n".join(lines)
