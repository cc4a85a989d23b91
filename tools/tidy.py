"""House rules that no ready-made linter knows. Each complaint says what to do instead.

Run ``python tools/tidy.py`` from the project's root; the exit status is 1 if there are complaints.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path("src/encaisse")
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
TEMPLATE_LINES_MAX = 160
SERVICE_PARAMETERS_MAX = 8
CLOCK_PLACES = {
    "views",
    "api",
    "jobs",
    "middleware",
    "cli",
    "demo",
    "conf",
    "tests",
    "bench",
    "work",
}
"""The edges. `teams.work` is where every job begins."""
CLOCKS = {
    ("date", "today"), ("timezone", "now"), ("timezone", "localdate"), ("datetime", "now"),
    ("datetime", "utcnow"), ("datetime", "today"), ("time", "time"),
}  # fmt: skip
WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "bulk_update"}
OPEN_TO_OTHERS = {"services", "queries", "models", "core"}
FOUNDATION = {"kernel", "database", "audit", "web", "api", "teams"}
ABOVE_ALL = {"__main__", "cli", "conf", "demo"}
"""These put the rooms together, so every door is open to them."""
BANNED_WORDS = {"info", "process", "handle", "manage", "util", "utils", "helper", "misc"}
BANNED_NAMES = {"account", "transaction"}
PROBLEM_MAKERS = {
    "error": 2,
    "warning": 2,
    "Problem": 2,
    "Refused": 1,
    "Unknown": 1,
    "DatabaseRefusal": 1,
}
"""Who makes problems and refusals, and in which of their arguments the code may stand."""
DJANGO_NAMES = {"process_view", "process_exception", "process_template_response"}
LANGUAGES = ("fr", "en")
FORBIDDEN_TEXT = {
    re.escape(f"{Path.cwd().parent}/"): "a path of one machine",
    r"\b(TODO|FIXME|XXX)\b": "unfinished work: do it or write an issue",
}


def main() -> int:
    """Print every complaint; the exit status for the shell."""
    complaints = [
        *(found for path in sources(".py") for found in python_complaints(path)),
        *(found for path in sources(".html") for found in template_complaints(path)),
        *catalogue_complaints(),
        *text_complaints(),
    ]
    print("\n".join(complaints) or "tidy")
    return bool(complaints)


def sources(suffix: str) -> list[Path]:
    """All files of the package with that suffix, but those that Django generated."""
    return [
        path
        for path in sorted(ROOT.rglob(f"*{suffix}"))
        if not {"migrations", "dist", "__pycache__"} & set(path.parts)
    ]


def python_complaints(path: Path) -> Iterator[str]:
    """What is wrong with one Python file."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    where = path.relative_to(ROOT)
    yield from _sizes(text, tree, where)
    if "tests" in where.parts:
        return
    yield from _names(tree, where)
    if not CLOCK_PLACES & {part.removesuffix(".py") for part in where.parts}:
        yield from _clocks(tree, where)
    yield from _floats(tree, where)
    yield from _foreign_imports(tree, where)
    yield from _writes(tree, where)


def _sizes(text: str, tree: ast.Module, where: Path) -> Iterator[str]:
    lines = text.count("\n")
    if lines > FILE_LINES_MAX:
        yield f"{where}: {lines} lines; split it by topic (limit {FILE_LINES_MAX})"
    for node in _functions(tree):
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > FUNCTION_LINES_MAX:
            yield f"{where}:{node.lineno}: {node.name} has {length} lines; split it"
        count = len([*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs])
        if "services" in str(where) and count > SERVICE_PARAMETERS_MAX:
            yield f"{where}:{node.lineno}: {node.name} has {count} parameters; pass a record"


def _names(tree: ast.Module, where: Path) -> Iterator[str]:
    """Names that we give. What overrides other people's code is named by them."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                lasting = False
            case ast.ClassDef(name=name):
                lasting = True
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                lasting = where.name == "models.py"
            case _:
                continue
        words = set(re.findall(r"[a-z]+", re.sub(r"([A-Z])", r"_\1", name).lower()))
        if name not in DJANGO_NAMES and words & BANNED_WORDS:
            yield f"{where}:{node.lineno}: “{name}” says nothing; use a noun of the trade"
        if lasting and name.lower() in BANNED_NAMES:
            yield f"{where}:{node.lineno}: whose {name}? Say it in the name"


def _clocks(tree: ast.Module, where: Path) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr=name)):
                last = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
                if (last, name) in CLOCKS:
                    yield f"{where}:{node.lineno}: {last}.{name}(); take the time as an argument"


def _floats(tree: ast.Module, where: Path) -> Iterator[str]:
    """An amount is never annotated as a float."""
    for node in ast.walk(tree):
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id="float")):
                line = node.lineno
            case ast.arg(arg=name, annotation=ast.Name(id="float")):
                line = node.lineno
            case _:
                continue
        if re.search(r"amount|balance|total|price|money", name):
            yield f"{where}:{line}: {name} is a float; money is whole minor units"


def _foreign_imports(tree: ast.Module, where: Path) -> Iterator[str]:
    home = where.parts[0].removesuffix(".py")
    if home in ABOVE_ALL:
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or node.level:
            continue
        package, _, rest = (node.module or "").partition(".")
        room, _, door = rest.partition(".")
        if package != "encaisse" or not room or room in {home, *FOUNDATION}:
            continue
        doors = [door.partition(".")[0]] if door else [alias.name for alias in node.names]
        for name in doors:
            if name not in OPEN_TO_OTHERS and not (ROOT / f"{room}.py").exists():
                yield f"{where}:{node.lineno}: {room}.{name} is private; use its services"


def _writes(tree: ast.Module, where: Path) -> Iterator[str]:
    home = where.parts[0]
    foreign = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and re.fullmatch(r"encaisse\.\w+\.models(\..+)?", node.module or "")
        and (node.module or "").split(".")[1] != home
        for alias in node.names
    }
    inside = "services" in where.parts or where.name == "services.py"
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Attribute(value=ast.Name(id=model), attr="objects"), attr=verb
                )
            ) if verb in WRITES:
                if model in foreign:
                    yield f"{where}:{node.lineno}: {model} is not ours; call its owner's services"
                elif not inside:
                    yield f"{where}:{node.lineno}: {model}.objects.{verb} outside services"


def template_complaints(path: Path) -> Iterator[str]:
    """What is wrong with one template."""
    lines = path.read_text(encoding="utf-8").count("\n")
    if lines > TEMPLATE_LINES_MAX:
        where = path.relative_to(ROOT)
        yield f"{where}: {lines} lines; take a part out (limit {TEMPLATE_LINES_MAX})"


def catalogue_complaints() -> Iterator[str]:
    """Every code used has its sentence in French and English, in one place, and is used."""
    entries: dict[str, Path] = {}
    for page in sorted(ROOT.glob("*/problems.toml")):
        where = page.relative_to(ROOT)
        for code, texts in tomllib.loads(page.read_text(encoding="utf-8")).items():
            if code in entries:
                yield f"{where}: {code} stands in {entries[code]} already"
            entries[code] = where
            for language in LANGUAGES:
                if not texts.get(language):
                    yield f"{where}: {code} has no sentence in {language}"
            if ("fr_hint" in texts) != ("en_hint" in texts):
                yield f"{where}: {code} has its hint in one language only"
    mentioned: set[str] = set()
    prefixes: set[str] = set()
    for path in sources(".py"):
        if "tests" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        mentioned |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        prefixes |= {
            start.value
            for node in ast.walk(tree)
            if isinstance(node, ast.JoinedStr)
            and isinstance(start := node.values[0] if node.values else None, ast.Constant)
            and isinstance(start.value, str)
            and re.fullmatch(r"[a-z]+_", start.value)
        }
        for code, line in _codes(tree):
            if code not in entries:
                yield f"{path.relative_to(ROOT)}:{line}: {code} stands in no problems.toml"
    for code in sorted(set(entries) - mentioned):
        if code.startswith(tuple(prefixes)):
            continue
        yield f"{entries[code]}: {code} is used nowhere"


def _codes(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Codes written out where a problem or a refusal is made."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=maker) | ast.Attribute(attr=maker)):
                places = PROBLEM_MAKERS.get(maker, 0)
            case _:
                continue
        texts = [
            argument.value
            for argument in node.args[:places]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if texts and re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", texts[-1]):
            yield texts[-1], node.lineno


def text_complaints() -> Iterator[str]:
    """What must stand in no file of the repository."""
    listing = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True)
    for name in filter(None, listing.stdout.decode().split("\0")):
        path = Path(name)
        if path.name == "tidy.py" or not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for pattern, reason in FORBIDDEN_TEXT.items():
            if found := re.search(pattern, text):
                yield f"{name}:{text.count(chr(10), 0, found.start()) + 1}: {reason}"


def _functions(tree: ast.Module) -> Iterable[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


if __name__ == "__main__":
    sys.exit(main())
