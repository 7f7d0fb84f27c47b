"""libheadgate from Python, by cffi without a compiler: `pip install cffi`, then

    library = Library("/usr/local/lib/libheadgate.so.0", "/usr/local/include/headgate.h")
    catalogue = library.load("contracts", keys="handling.keys")
    result = catalogue.enforcer().enforce("order_placed", b'{"order_id": ...}', source="urn:acme:app:checkout")
    for outcome in result.outcomes: ...

All that comes out is Python's own: bytes, text, tuples. An enforcer belongs to one thread at a time, as in C."""
import re
from typing import NamedTuple, Optional

import cffi


class Problem(NamedTuple):
    severity: str
    file: str
    line: int
    column: int
    rule: str
    detail: str
    remedy: str


class Use(NamedTuple):
    id: str
    event: str
    topic: str
    schema: str
    schema_id: int


class Record(NamedTuple):
    topic: str
    key: Optional[bytes]
    value: bytes  # 0, schema id (4 bytes, big endian), Avro
    headers: list
    timestamp_ms: int


class Outcome(NamedTuple):
    use: Use
    kind: str
    reason: str
    late: bool
    record: Optional[Record]


class Warned(NamedTuple):
    severity: str
    quality: str
    pointer: str
    rule: str
    message: str


class Result(NamedTuple):
    accepted: bool
    event_id: Optional[str]
    undeclared: int
    violations: list  # (pointer, rule, message)
    warnings: list  # of Warned: values that do not keep a quality rule that does not refuse
    outcomes: list


class Error(Exception):
    """`problems` is not empty where contracts cannot be used."""

    def __init__(self, message, problems=()):
        super().__init__(message)
        self.problems = list(problems)


def declarations(header):
    """What cffi reads of headgate.h: no preprocessor lines, no C++, no attributes."""
    text = re.sub(r"#ifdef __cplusplus\n.*?#endif\n", "", header, flags=re.S)
    return re.sub(r"^#.*\n", "", text, flags=re.M).replace("HEADGATE_API ", "")


class Library:
    def __init__(self, library="libheadgate.so.0", header="/usr/local/include/headgate.h"):
        self.ffi = cffi.FFI()
        with open(header, encoding="utf-8") as file:
            self.ffi.cdef(declarations(file.read()))
        self.c = self.ffi.dlopen(library)
        self.version = self.word(self.c.headgate_version())

    def bytes(self, value):
        return None if value.data == self.ffi.NULL else self.ffi.buffer(value.data, value.size)[:]

    def text(self, value):
        found = self.bytes(value)
        return None if found is None else found.decode()

    def word(self, value):
        return self.ffi.string(value).decode()

    def load(self, contracts, keys=None, passing_keys=False, strict=False, classes=None, limits=()):
        """A Catalogue, or an Error with problems. Warnings are in the catalogue's `problems`. The house's part: `classes` as
        {name: label}, `limits` as [{"classification" or "category": ..., "retention": microseconds, "residency": [...],
        "data_uses": [...], "legal_bases": [...]}]."""
        kept = []
        given = {"passing_keys": passing_keys, "strict": strict, **self._house(classes or {}, limits, kept)}
        if keys is not None:
            given["keys"] = self._kept(str(keys), kept)
        options = self.ffi.new("struct headgate_options *", given)
        catalogue, problems = self.ffi.new("struct headgate_catalogue **"), self.ffi.new("struct headgate_problems **")
        status = self.c.headgate_load(str(contracts).encode(), options, catalogue, problems)
        count = self.c.headgate_problem_count(problems[0])
        found = [self._problem(self.c.headgate_problem_at(problems[0], i)) for i in range(count)]
        self.c.headgate_problems_destroy(problems[0])
        if status != self.c.HEADGATE_OK:
            raise Error(self.word(self.c.headgate_status_text(status)), found)
        return Catalogue(self, self.ffi.gc(catalogue[0], self.c.headgate_catalogue_destroy), found)

    def _kept(self, text, kept):
        """C's copy of a text, alive as long as `kept` is."""
        kept.append(self.ffi.new("char[]", text.encode()))
        return kept[-1]

    def _array(self, kind, items, kept):
        kept.append(self.ffi.new(f"{kind}[]", items))
        return kept[-1]

    def _house(self, classes, limits, kept):
        def member(value):
            if isinstance(value, str):
                return self._kept(value, kept)
            if isinstance(value, int):
                return value
            return {"items": self._array("const char *", [self._kept(text, kept) for text in value], kept), "count": len(value)}

        named = [{"name": member(name), "label": member(label)} for name, label in classes.items()]
        bounds = [{name: member(value) for name, value in limit.items()} for limit in limits]
        return {"classes": self._array("struct headgate_class", named, kept), "class_count": len(named),
                "limits": self._array("struct headgate_limit", bounds, kept), "limit_count": len(bounds)}

    def _problem(self, item):
        severity = {self.c.HEADGATE_NOTE: "note", self.c.HEADGATE_WARNING: "warning"}.get(item.severity, "error")
        return Problem(severity, self.text(item.file), item.line, item.column, self.word(item.rule), self.text(item.detail),
                       self.text(item.remedy))


class Catalogue:
    def __init__(self, library, handle, problems):
        self.library, self.handle, self.problems = library, handle, problems
        count = library.c.headgate_use_count(handle)
        self.uses = [self.use(library.c.headgate_use_at(handle, i)) for i in range(count)]

    def use(self, item):
        text = self.library.text
        return Use(text(item.id), text(item.event), text(item.topic), text(item.schema), item.schema_id)

    def enforcer(self):
        return Enforcer(self)


class Enforcer:
    def __init__(self, catalogue):
        self.catalogue = catalogue  # must outlive the handle
        self.library = library = catalogue.library
        enforcer = library.ffi.new("struct headgate_enforcer **")
        status = library.c.headgate_enforcer_create(catalogue.handle, enforcer)
        if status != library.c.HEADGATE_OK:
            raise Error(library.word(library.c.headgate_status_text(status)))
        self.handle = library.ffi.gc(enforcer[0], library.c.headgate_enforcer_destroy)

    def enforce(self, event, json, source, **context):
        """The Result for one event. `context`: received, sent, time (microseconds), index, and as text cloudevents_source,
        cloudevents_id, idempotency_key, traceparent."""
        library, ffi = self.library, self.library.ffi
        kept = {name: ffi.new("char[]", value.encode()) if isinstance(value, str) else value
                for name, value in {"type": event, "source": source, **context}.items()}
        data = ffi.from_buffer("char[]", json)
        given = ffi.new("struct headgate_event *", {**kept, "json": data, "json_size": len(data)})
        result = ffi.new("struct headgate_result **")
        status = library.c.headgate_enforce(self.handle, given, result)
        if status != library.c.HEADGATE_OK:
            raise Error(self._error(status))
        try:
            return self._result(result[0])
        finally:
            library.c.headgate_result_destroy(result[0])

    def _error(self, status):
        offset = self.library.ffi.new("size_t *")
        sentence = self.library.c.headgate_enforcer_error(self.handle, offset)
        if sentence == self.library.ffi.NULL:
            return self.library.word(self.library.c.headgate_status_text(status))
        return f"{self.library.word(sentence)}, at byte {offset[0]}"

    def _result(self, result):
        text, word = self.library.text, self.library.word
        violations = [(text(item.pointer), word(item.rule), word(item.message))
                      for item in result.violations[0:result.violation_count]]
        warnings = [Warned("warning" if item.severity == self.library.c.HEADGATE_WARNING else "note", text(item.quality),
                           text(item.pointer), word(item.rule), word(item.message))
                    for item in result.warnings[0:result.warning_count]]
        outcomes = [self._outcome(item) for item in result.outcomes[0:result.outcome_count]]
        accepted = result.verdict == self.library.c.HEADGATE_ACCEPTED
        return Result(accepted, text(result.event_id), result.undeclared, violations, warnings, outcomes)

    def _outcome(self, item):
        library = self.library
        record = None if item.record == library.ffi.NULL else self._record(item.record)
        return Outcome(self.catalogue.use(item.use), library.word(library.c.headgate_outcome_word(item.kind)),
                       library.word(library.c.headgate_reason_word(item.reason)), item.late, record)

    def _record(self, item):
        library = self.library
        headers = [(library.text(header.name), library.bytes(header.value)) for header in item.headers[0:item.header_count]]
        return Record(library.text(item.topic), library.bytes(item.key), library.bytes(item.value), headers, item.timestamp_ms)
