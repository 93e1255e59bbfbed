"""Who may know whom. Each rule names its offenders by file and line."""

from tests.architecture.sources import FEATURES, Import, Module, calls, imports, known, modules

PURE = {
    "facilitator.infra": ("backoff", "entries", "frames", "packets", "refusal", "times"),
    "facilitator.language": (
        *(
            "classifier",
            "cleared",
            "encoder",
            "engine",
            "features",
            "lexicon",
            "passage",
            "reader",
            "reading",
            "rulebook",
        ),
        *("suggest", "taxonomy", "warm", "words"),
    ),
    "facilitator.people": ("roles",),
    "facilitator.plan": ("coach", "prepared"),
    "facilitator.referral": (
        *("answer", "answering", "arranged_forms", "arrangement", "channels.words", "clocks"),
        *("commands", "consent", "consenting", "decide", "events", "evolve", "gaps", "gates", "hsds"),
        *("hsds_files", "ladder", "locator", "moot", "moves", "offers", "papers", "react", "releasing"),
        *("state", "summary", "telling", "typed", "views"),
        *(f"record.{name}" for name in ("bundle", "codes", "contents", "fhir", "orders", "parties", "patient")),
    ),
    "facilitator.room": (
        *("admission", "asking", "board", "commands", "course", "decide", "desk", "events", "evolve", "listening"),
        *("noting", "phases", "react", "speech", "state", "turns", "viewing", "views"),
    ),
}
"""What can be understood and tested without a clock, a database or a request. New pure modules are added here."""

PURE_MODULES = frozenset(f"{package}.{name}" for package, names in PURE.items() for name in names) | {
    "facilitator.language",  # the package itself names what others may use of it
}
PURE_LIBRARIES = frozenset(
    {
        *(
            "__future__",
            "base64",
            "bisect",
            "collections",
            "dataclasses",
            "datetime",
            "difflib",
            "enum",
            "functools",
        ),
        *(
            "hashlib",
            "itertools",
            "math",
            "msgspec",
            "operator",
            "pathlib",
            "re",
            "string",
            "struct",
            "tomllib",
            "types",
            "typing",
        ),
        *("unicodedata", "zlib"),
        *("numpy", "onnxruntime", "tokenizers"),  # arithmetic on words: the same text gives the same answer
    }
)
VALUES_OF_OTHERS = {"facilitator.infra.outbox": {"Message"}}
"""Plain values that live in a module which also acts. Ids are NewTypes: those are told by their name."""

DOORS = frozenset({"service", "events", "prepared", "roles", "identity", "sign_in"})
"""Where a feature may be entered from another; `identity` says who asks, `sign_in` guards requests."""

WIRING = frozenset({"facilitator", "facilitator.cli", "facilitator.web"})
CHANCE_AND_TIME = frozenset({"random", "secrets", "uuid"})
ASKS_THE_TIME = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time")
KNOWS_THE_SERVER = frozenset({"wsgi", "facilitator.infra.offload", "facilitator.infra.transport"})


def test_every_module_called_pure_exists():
    assert PURE_MODULES - known() == set()


def test_pure_modules_import_only_what_is_pure():
    pure = [module for module in modules() if module.name in PURE_MODULES]
    assert pure
    assert [_told(module, used) for module in pure for used in imports(module) if not _is_pure(used)] == []


def test_infra_imports_no_feature():
    infra = [module for module in modules() if module.package == "infra"]
    assert infra
    assert [_told(module, used) for module in infra for used in imports(module) if _feature(used)] == []


def test_features_meet_only_at_their_doors():
    inside = [module for module in modules() if module.package in FEATURES]
    assert {module.package for module in inside} == FEATURES
    assert [_told(module, used) for module in inside for used in imports(module) if _climbs_in(module, used)] == []


def test_only_infra_asks_for_time_and_chance():
    outside = [module for module in modules() if module.package != "infra" and module.name != "wsgi"]
    chance = [
        _told(module, used)
        for module in outside
        for used in imports(module)
        if used.module.split(".")[0] in CHANCE_AND_TIME
    ]
    time = [
        f"{module.place(line)} calls {called}"
        for module in outside
        for called, line in calls(module)
        if called.endswith(ASKS_THE_TIME)
    ]
    assert chance + time == []


def test_the_server_library_is_one_files_business():
    others = [module for module in modules() if module.name not in KNOWS_THE_SERVER]
    assert [
        _told(module, used)
        for module in others
        for used in imports(module)
        if used.module.split(".")[0] == "eventlet"
    ] == []


def _is_pure(used: Import) -> bool:
    if used.module == "facilitator.infra.ids":
        return used.name.endswith("Id")
    if used.module in VALUES_OF_OTHERS:
        return used.name in VALUES_OF_OTHERS[used.module]
    return used.module in PURE_MODULES | {"urllib.parse"} or used.module.split(".")[0] in PURE_LIBRARIES


def _feature(used: Import) -> str:
    """The feature that an import reaches into; empty when it reaches into none."""
    parts = used.module.split(".")
    return parts[1] if parts[0] == "facilitator" and len(parts) > 1 and parts[1] in FEATURES else ""


def _climbs_in(module: Module, used: Import) -> bool:
    feature = _feature(used)
    if feature in ("", module.package):
        return False
    at_the_door = used.module.split(".")[-1] in DOORS or used.module == f"facilitator.{feature}"
    return not at_the_door and used.module not in PURE_MODULES


def _told(module: Module, used: Import) -> str:
    return f"{module.place(used.line)} imports {used.module} {used.name}".rstrip()
