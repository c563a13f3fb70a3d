"""The house rules that a machine can hold: layers, owners, file size, flags, public names."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import convolve_native

HOUSE = Path(convolve_native.__file__).parent
FILES = sorted(HOUSE.rglob("*.py"))
LONGEST = 300

# From the ground up; a room may import from its own row and from those before it.
LAYERS = (
    (
        "boundary",
        "caches",
        "cgroups",
        "factors",
        "folders",
        "forks",
        "kernels",
        "problem",
        "spans",
        "tables",
    ),
    ("fourier", "loops", "machine", "threads"),
    ("methods",),
    ("checks", "fitting", "passage", "planner"),
    (
        "api",
        "calibration",
        "convolver",
        "estimation",
        "images",
        "limits",
        "prepared",
        "restoration",
    ),
    ("interfaces", "profiles", "views"),
    ("cli",),
)
OWNERS = {
    "numba": ("loops/",),
    "llvmlite": ("loops/",),
    "pyfftw": ("fourier/plans.py",),
    "PIL": ("images/", "views/"),
    "matplotlib": ("views/",),
    "openpyxl": ("views/",),
    "typer": ("cli/",),
    "rich": ("cli/",),
    "scipy": (),
    "cv2": (),
    "skimage": (),
}


def room(module: str) -> str:
    return module.removeprefix("convolve_native").lstrip(".").partition(".")[0]


def imports(path: Path) -> set[str]:
    """Modules imported anywhere in a file, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = "" if node.module == "convolve_native" else None
            names = [f"convolve_native.{alias.name}" for alias in node.names]
            found |= {node.module} if package is None else set(names)
    return found


def rooms_used() -> dict[str, set[str]]:
    """Room -> rooms it imports from; the package's own lazy table is the door, not a room."""
    used: dict[str, set[str]] = {}
    known = {name for layer in LAYERS for name in layer}
    for path in FILES:
        own = path.relative_to(HOUSE).parts[0].removesuffix(".py")
        if own == "__init__":
            continue
        others = {room(m) for m in imports(path) if m.startswith("convolve_native.")}
        used.setdefault(own, set()).update(others & known - {own})
    return used


def test_every_room_has_a_place():
    rooms = {path.relative_to(HOUSE).parts[0].removesuffix(".py") for path in FILES} - {"__init__"}
    assert rooms == {name for layer in LAYERS for name in layer}


def test_imports_go_downwards():
    level = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
    upwards = {
        (own, other)
        for own, others in rooms_used().items()
        for other in others
        if level[other] > level[own]
    }
    assert not upwards


def test_no_cycle_within_a_row():
    left = rooms_used()
    while left:
        leaves = {name for name, others in left.items() if not others & left.keys()}
        assert leaves, f"a cycle among {sorted(left)}"
        left = {name: others for name, others in left.items() if name not in leaves}


@pytest.mark.parametrize("package", OWNERS)
def test_third_parties_have_one_owner(package):
    users = {
        path.relative_to(HOUSE).as_posix()
        for path in FILES
        if any(module.partition(".")[0] == package for module in imports(path))
    }
    assert not {user for user in users if not user.startswith(OWNERS[package] or ("-",))}


def test_files_are_short():
    tests = Path(__file__).parent
    lengths = {p: len(p.read_text().splitlines()) for p in [*FILES, *tests.rglob("*.py")]}
    assert not {str(path): n for path, n in lengths.items() if n > LONGEST}


def test_one_place_decorates_with_njit():
    """Every loop and piece gets its flags from one table, so none can inherit a caller's."""
    for path in (HOUSE / "loops").glob("*.py"):
        if path.name != "_jit.py":
            assert "njit" not in path.read_text(), path
    from convolve_native.loops._jit import FLAGS

    assert set(FLAGS) == {"nogil", "_nrt", "fastmath", "error_model", "boundscheck"}


def test_no_words_of_the_workshop():
    assert "except Exception" not in "".join(path.read_text() for path in FILES)


def test_public_names_equal_their_twin_for_type_checkers():
    tree = ast.parse((HOUSE / "__init__.py").read_text())
    (twin,) = (
        n for n in tree.body if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"
    )
    declared = {
        alias.name: statement.module for statement in twin.body for alias in statement.names
    }
    modules = dict.fromkeys(convolve_native._MODULES, "convolve_native")
    assert declared == {**convolve_native._PUBLIC, **modules}


def test_every_public_name_is_there():
    for name in convolve_native.__all__:
        assert getattr(convolve_native, name) is not None
    assert dir(convolve_native) == sorted(convolve_native.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'convolv'"):
        convolve_native.convolv  # noqa: B018  # the access is what is tested


def test_every_public_function_has_an_example():
    for name in convolve_native._PUBLIC:
        thing = getattr(convolve_native, name)
        if callable(thing) and name != "Choice":
            assert ">>>" in thing.__doc__, name


def loaded_by(statements: str) -> set[str]:
    """Others' packages that a fresh interpreter has loaded after these statements."""
    others = [*OWNERS, "numpy", "dask"]
    code = f"{statements}; import sys; print([m for m in {others} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(ast.literal_eval(found.stdout))


def test_import_loads_nothing_heavy():
    assert loaded_by("import convolve_native") <= loaded_by("pass")


def test_a_call_loads_no_more_than_it_needs():
    """Numba loads SciPy where it is installed; who transforms nothing is spared pyFFTW."""
    call = "import convolve_native as cn; cn.convolve([1.0, 2.0], [1.0, 1.0], method='direct')"
    assert not loaded_by(call) & {"pyfftw", "dask", "PIL", "matplotlib", "typer", "cv2", "skimage"}
