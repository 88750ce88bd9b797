"""The rules about the code, as tables, and the functions that check them.

Each check takes the folder to look at and returns a list of findings, one line each, empty when all is well.
So the same function guards this project and is shown, by `test_gates.py`, to find a planted fault elsewhere.

Run as a program, by `make api`, it writes the public names down in `public_api.txt`.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOPS = ("scenegraph3d", "generators")
PUBLIC_API = Path(__file__).parent / "public_api.txt"

# --- the tables ---------------------------------------------------------------------------------------------

# scenegraph3d/__init__.py: it re-exports everything, so only the command line comes later.
FRONT_DOOR = "__init__"

# The road. A unit (a folder or a module of scenegraph3d) imports only from rows above its own, and itself.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("documents", "geometry", "registry"),
    ("types",),
    ("models", "weights"),
    ("roomnet",),
    ("depth", "detect", "language"),  # readers of label files (COCO, KITTI) give Detections: they are in detect
    ("refine",),
    ("lift",),
    ("relate",),
    ("io", "query"),
    ("corpus", "encode", "rooms", "view"),
    ("builder",),
    (FRONT_DOOR,),
    ("__main__", "cli"),
)
RANK = {unit: rank for rank, units in enumerate(LAYERS) for unit in units}

# Imports against the road that are allowed, inside a function or for types only: (from, to) -> why.
BACKWARD: Mapping[tuple[str, str], str] = {
    ("types", "io"): "`scene.save(path)` is where a reader looks for it; the format itself stays in io",
    ("types", "query"): "`scene.select(label)` likewise; selections themselves stay in query",
}

# What may cross from scenegraph3d to generators: two nouns, and the root of the errors.
GENERATORS_MAY_IMPORT = {"types", "encode", "errors"}

# Which units may import which heavy library, and always inside a function. None: every unit may.
HEAVY: Mapping[str, set[str] | None] = {
    "accelerate": {"generators"},
    "cv2": set(),
    "diffusers": {"generators"},
    "duckdb": {"corpus"},
    "lemminflect": {"language"},
    "llguidance": {"models"},
    "matplotlib": set(),
    "networkx": {"io"},
    "onnx": set(),
    "onnxruntime": {"detect", "models"},
    "open3d": {"detect", "lift"},
    "pandas": set(),
    "pyarrow": {"corpus", "rooms"},
    "ray": {"corpus"},
    "huggingface_hub": {"models"},
    "safetensors": {"models", "refine", "roomnet", "generators"},
    "scipy": None,
    "shapely": set(),
    "sklearn": set(),
    "spark_dsg": {"io"},
    "supervision": set(),
    "timm": {"encode", "refine", "roomnet", "generators"},
    "torch": {"depth", "detect", "encode", "models", "refine", "roomnet", "rooms", "generators"},
    "torch_geometric": {"encode"},
    "torchvision": {"encode", "refine", "generators"},
    "transformers": {"depth", "detect", "encode", "language", "models", "refine", "generators"},
    "trimesh": set(),
    "ultralytics": {"detect"},
    "viser": {"view"},
}

# Units whose heavy imports may stand at the top of a module: unit -> why.
HEAVY_AT_TOP: Mapping[str, str] = {
    "generators": "its modules define torch classes, and nothing in scenegraph3d imports it",
    "roomnet": "its modules define torch classes, and are imported inside functions only",
}

# What `import scenegraph3d` may load besides the standard library.
LIGHT = {"PIL", "click", "jaxtyping", "numpy", "scenegraph3d", "typing_extensions", "wadler_lindig"}


# --- imports ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Import:
    """One imported name: `target` is absolute, and `lazy` says that a function has to run first."""

    target: str
    line: int
    lazy: bool
    for_types_only: bool


class _ImportCollector(ast.NodeVisitor):
    def __init__(self, package: str) -> None:
        self.package = package
        self.found: list[Import] = []
        self._functions = 0
        self._type_blocks = 0

    def _add(self, target: str, node: ast.AST) -> None:
        self.found.append(Import(target, node.lineno, self._functions > 0, self._type_blocks > 0))

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._add(alias.name, node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        parts = self.package.split(".")
        above = parts[: len(parts) - node.level + 1] if node.level else []
        base = ".".join([*above, *([node.module] if node.module else [])])
        for alias in node.names:
            self._add(f"{base}.{alias.name}", node)

    def visit_Call(self, node: ast.Call) -> None:
        """Count `import_module("torch")` and its relatives, whatever a helper of that kind is called."""
        name = ast.unparse(node.func).rpartition(".")[2]
        first = node.args[0] if node.args else None
        if re.search("import|require", name) and isinstance(first, ast.Constant) and isinstance(first.value, str):
            self._add(first.value, node)
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        for_types = ast.unparse(node.test).endswith("TYPE_CHECKING")
        self._type_blocks += for_types
        for child in node.body:
            self.visit(child)
        self._type_blocks -= for_types
        for child in node.orelse:
            self.visit(child)

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self.visit(decorator)
        self._functions += 1
        for child in node.body:
            self.visit(child)
        self._functions -= 1

    visit_FunctionDef = _visit_function
    visit_AsyncFunctionDef = _visit_function


def modules(root: Path) -> Iterator[tuple[Path, str]]:
    """Every module of the library below `root`, with its dotted name."""
    for top in TOPS:
        for path in sorted((root / top).rglob("*.py")):
            yield path, ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def imports_of(path: Path, module: str) -> list[Import]:
    """Every import in a file, wherever it stands."""
    collector = _ImportCollector(module if path.name == "__init__.py" else module.rpartition(".")[0])
    collector.visit(ast.parse(path.read_text(encoding="utf-8")))
    return collector.found


def unit_of(module: str) -> str:
    """The unit that a dotted name belongs to: `scenegraph3d.types.camera` is in `types`."""
    top, _, rest = module.partition(".")
    return top if top == "generators" else rest.partition(".")[0] or FRONT_DOOR


def target_unit(target: str) -> str:
    """The unit that an import reaches; a name that is no unit comes from the front door."""
    unit = unit_of(target)
    return unit if unit in RANK or unit == "generators" else FRONT_DOOR


def _may_import(source: str, imported: Import) -> bool:
    target = target_unit(imported.target)
    if source == target:
        return True
    if source == "generators":
        return target in GENERATORS_MAY_IMPORT
    if target == "generators":
        return False
    allowed = (source, target) in BACKWARD and (imported.lazy or imported.for_types_only)
    return RANK[target] < RANK[source] or allowed


def layer_findings(root: Path = ROOT) -> list[str]:
    """Imports that point up the road, and units that have no place on it."""
    found = []
    for path, module in modules(root):
        source, where = unit_of(module), path.relative_to(root)
        if module == "scenegraph3d":
            continue  # the front door re-exports; test_public_api.py looks after it
        if source not in RANK and source != "generators":
            found.append(f"{where}: {source} has no place in LAYERS, in {Path(__file__).name}")
            continue
        found += [
            f"{where}:{imported.line}: {source} imports {imported.target}"
            for imported in imports_of(path, module)
            if imported.target.partition(".")[0] in TOPS and not _may_import(source, imported)
        ]
    return found


def heavy_findings(root: Path = ROOT) -> list[str]:
    """Heavy libraries in the wrong unit, or at the top of a module."""
    found = []
    for path, module in modules(root):
        unit = unit_of(module)
        for imported in imports_of(path, module):
            library = imported.target.partition(".")[0]
            if library not in HEAVY or imported.for_types_only:
                continue
            where = f"{path.relative_to(root)}:{imported.line}"
            allowed = HEAVY[library]
            if allowed is not None and unit not in allowed:
                found.append(f"{where}: {unit} may not import {library}")
            elif not imported.lazy and unit not in HEAVY_AT_TOP:
                found.append(f"{where}: {library} has to be imported inside a function")
    return found


_IMPORT_PROBE = """
import sys
before = set(sys.modules)
{statement}
loaded = {{name.partition(".")[0] for name in set(sys.modules) - before}}
for name in sorted(loaded - sys.stdlib_module_names):
    sys.__stdout__.write(name + "\\n")
"""


def import_findings(statement: str = "import scenegraph3d", root: Path = ROOT) -> list[str]:
    """What a fresh interpreter loads or says, beyond what it may, when it runs a statement."""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", _IMPORT_PROBE.format(statement=statement)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode or run.stderr:
        return [f"`{statement}` says: {run.stderr}"]
    return [f"`{statement}` loads or prints {line}" for line in run.stdout.splitlines() if line not in LIGHT]


# --- public names -------------------------------------------------------------------------------------------


def frozen_api() -> list[str]:
    """The public names as they were last written down."""
    return PUBLIC_API.read_text(encoding="utf-8").split()


def _public_definitions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, ast.AST]]:
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if any(ast.unparse(decorator).endswith(("overload", ".setter")) for decorator in node.decorator_list):
            continue
        yield prefix + node.name, node
        if isinstance(node, ast.ClassDef):
            yield from _public_definitions(node.body, f"{prefix}{node.name}.")


def docstring_findings(root: Path = ROOT) -> list[str]:
    """Modules, and public functions, classes and methods in public modules, that have no docstring."""
    found = []
    for path, module in modules(root):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        where = path.relative_to(root)
        if not ast.get_docstring(tree):
            found.append(f"{where}: no docstring")
        if any(part.startswith("_") for part in module.split(".")):
            continue
        found += [
            f"{where}:{node.lineno}: {name} has no docstring"
            for name, node in _public_definitions(tree.body)
            if not ast.get_docstring(node)
        ]
    return found


# --- the README ---------------------------------------------------------------------------------------------

_BLOCK = re.compile(
    r"^(?:<!-- not run: (?P<reason>[^\n]+?) -->\n+)?```(?P<language>\w+)[^\n]*\n(?P<code>.*?)^```[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_SHELLS = {"bash", "console", "sh", "shell"}
_NOT_RUN = {
    ".",
    "cd",
    "git",
    "make",
    "pip",
    "python",
    "python3",
    "source",
}  # setting up, which the tests have done
_COMMAND = 'scenegraph3d() {{ "{python}" -W error -c "from scenegraph3d.cli import main; main()" "$@"; }}\n'


class ReadmeError(AssertionError):
    """A block of the README does not do what it shows."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text and the line on which the text starts."""

    language: str
    code: str
    line: int


def readme_blocks(text: str) -> list[Block]:
    """The fenced blocks that are meant to run."""
    return [
        Block(match["language"], match["code"], text.count("\n", 0, match.start("code")) + 1)
        for match in _BLOCK.finditer(text)
        if match["reason"] is None
    ]


def command_lines(block: Block) -> list[str]:
    """The `scenegraph3d` lines of a shell block; other commands are errors: nothing would check them."""
    commands = []
    for raw in block.code.replace("\\\n", " ").splitlines():
        line = raw.strip().removeprefix("$ ")
        word = line.partition(" ")[0]
        if word == "scenegraph3d":
            commands.append(line)
        elif word and not word.startswith("#") and word not in _NOT_RUN:
            raise ReadmeError(f"README, block at line {block.line}: nothing checks `{line}`")
    return commands


def _with_project() -> dict[str, str]:
    """The environment, with the working tree first, whatever is installed."""
    return os.environ | {"PYTHONPATH": str(ROOT)}


def _run_command(command: str, block: Block, folder: Path) -> None:
    script = _COMMAND.format(python=sys.executable) + command
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=_with_project(),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if run.returncode:
        raise ReadmeError(f"README, block at line {block.line}: `{command}` failed:\n{run.stdout}{run.stderr}")


def run_readme(text: str, folder: Path) -> tuple[int, int]:
    """Run a README in `folder`, the working directory; the numbers of blocks and of commands that ran.

    Python blocks share one namespace, as they do for a reader who types them one after another.
    """
    namespace = {"__name__": "__main__"}
    blocks = commands = 0
    for block in readme_blocks(text):
        if block.language == "python":
            try:
                exec(compile("\n" * (block.line - 1) + block.code, "README.md", "exec"), namespace)
            except Exception as error:
                raise ReadmeError(f"README, block at line {block.line}: {type(error).__name__}: {error}") from error
            blocks += 1
        elif block.language in _SHELLS:
            for command in command_lines(block):
                _run_command(command, block, folder)
                commands += 1
    return blocks, commands


def lay_out_readme_folder(folder: Path) -> None:
    """Make the files that a README block may name: what a reader has beside it in a clone, after `make demo`."""
    for name in ("docs", "examples"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
    demo = [sys.executable, str(ROOT / "examples" / "demo.py"), "--out", "demo"]
    subprocess.run(demo, cwd=folder, check=True, capture_output=True, env=_with_project())


if __name__ == "__main__":
    import scenegraph3d

    PUBLIC_API.write_text("\n".join(sorted(scenegraph3d.__all__)) + "\n", encoding="utf-8")
