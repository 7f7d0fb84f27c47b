"""A model and a use of it, drawn at random: all types, options, nesting and handling. Beside each field stands what a reader of the
use's records must see, computed here from docs/contracts.md: JSON value in, value of fastavro out."""
import base64
import struct
import uuid
from datetime import date, datetime, time, timezone
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import oracle
from contracts import small_model, small_use


class Field:
    """One property: `model` and `use` as contracts write them, and `read`: JSON value -> value that fastavro gives."""

    def __init__(self, name, model, use, read):
        self.name, self.read = name, read
        self.model = {"name": name, "classification": "internal", **model}
        self.use = {"name": name, **use}

    def expected(self, value):
        return None if value is None else self.read(value)


class Keys:
    """What pseudonyms of the use are made with."""

    def __init__(self, root, use_id, domain, maps):
        self.maps = maps
        self.by_scope = {"use": oracle.use_key(root, use_id), "domain": oracle.domain_key(root, domain)}


# ---------------------------------------------------------------- values as records hold them


def read_instant(text):
    whole, _, fraction = text.replace("t", "T").replace("z", "Z").partition(".")
    digits = fraction[:next((i for i, c in enumerate(fraction) if not c.isdigit()), len(fraction))]  # behind them may be an offset
    whole += fraction[len(digits):]
    moment = datetime.fromisoformat(whole.replace("Z", "+00:00"))
    moment = moment.astimezone(timezone.utc) if moment.tzinfo else moment
    return moment.replace(microsecond=int((digits + "000")[:3]) * 1000)


def plain_number(value):
    """Digits without exponent, trailing zeros or -0."""
    text = format(Decimal(value), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def instant_text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.").rjust(20, "0") + f"{moment.microsecond // 1000:03d}" + ("Z" if moment.tzinfo else "")


def floored(moment, unit):
    order = ["year", "month", "day", "hour", "minute", "second"]
    lower = {"month": 1, "day": 1, "hour": 0, "minute": 0, "second": 0}
    gone = order[order.index(unit) + 1:]
    changes = {name: lower[name] for name in gone if not (type(moment) is date and name in ("hour", "minute", "second"))}
    return moment.replace(**changes) if type(moment) is date else moment.replace(microsecond=0, **changes)


def rounded(value, step):
    with localcontext() as context:
        context.prec = 80
        return (Decimal(value) / Decimal(step)).quantize(Decimal(1), ROUND_HALF_EVEN) * Decimal(step)


# ---------------------------------------------------------------- single values


def hashing(draw, keys, canonical, read, states_type):
    """No handling, or a keyed hash of the canonical text."""
    if draw.random() < 0.6:
        return {}, read
    scope = draw.choice(["use", "domain"])
    stated = {"logicalType": "string"} if states_type else {}
    return {"transformLogic": f"hmac_sha256(scope={scope})", **stated}, lambda value: oracle.hashed(keys.by_scope[scope], canonical(value))


def text_field(draw, keys):
    options = draw.choice([{}, {"minLength": 3, "maxLength": 12}, {"pattern": "^[A-Z]{3}-[0-9]{2,5}$"}, {"maxLength": 40},
                           {"pattern": "^(foo|ba[rz])+$", "maxLength": 30}, {"format": "email"}, {"format": "hostname"}])
    first, last, domain = draw.randrange(4), draw.randrange(4), draw.random() < 0.5
    length = draw.randrange(1, 9)
    use, read = draw.choice([
        ({}, str), hashing(draw, keys, str, str, False),
        ({"transformLogic": f"mask(keep_first={first}, keep_last={last}, keep_domain={str(domain).lower()})"},
         lambda value: oracle.masked(value, first, last, domain)),
        ({"transformLogic": f"truncate(len={length})"}, lambda value: value[:length]),
        ({"transformLogic": "redact(value='it''s gone')"}, lambda value: "it's gone")])
    return {"logicalType": "string", "logicalTypeOptions": options}, use, read


def address_field(draw, keys):
    format, v4, v6 = draw.choice(["ipv4", "ipv6"]), draw.randrange(33), draw.randrange(129)
    use, read = draw.choice([({}, str), ({"transformLogic": f"truncate_ip(v4={v4}, v6={v6})"},
                                         lambda value: network(value, v4, v6))])
    return {"logicalType": "string", "logicalTypeOptions": {"format": format}}, use, read


def network(text, v4, v6):
    """RFC 5952, which also has IPv4-mapped addresses with their last part in decimals."""
    found = oracle.network(text, v4, v6)
    parsed = oracle.ipaddress.ip_address(found)
    return f"::ffff:{parsed.ipv4_mapped}" if parsed.version == 6 and parsed.ipv4_mapped is not None else found


def uuid_field(draw, keys):
    use, read = hashing(draw, keys, str, uuid.UUID, False)
    return {"logicalType": "string", "logicalTypeOptions": {"format": "uuid"}}, use, read


def enumeration_field(draw, keys):
    values = draw.sample(["red", "green", "blue", "dark blue", "ø", "UP"], draw.randrange(1, 5))
    return {"logicalType": "string", "quality": [{"type": "library", "metric": "invalidValues", "mustBe": 0,
                                                  "arguments": {"validValues": values}}]}, *hashing(draw, keys, str, str, False)


def integer_field(draw, keys):
    options = draw.choice([{}, {"format": "i32"}, {"format": "u8"}, {"minimum": -5, "maximum": 1000}, {"multipleOf": 7, "minimum": 0}])
    step = draw.choice([10, 25, 3])
    use, read = draw.choice([({"transformLogic": f"round(step={step})"}, lambda value: int(rounded(value, step))), None, None]) or \
        hashing(draw, keys, plain_number, int, True)
    if "round" in use.get("transformLogic", "") and options == {}:
        options = {"minimum": -10**6, "maximum": 10**6}  # what is rounded stays within 64 bits
    return {"logicalType": "integer", "logicalTypeOptions": options}, use, read


def wide_field(draw, keys):
    return {"logicalType": "integer", "logicalTypeOptions": {"format": "u64"}}, *hashing(draw, keys, plain_number, Decimal, True)


def decimal_field(draw, keys):
    precision, scale = draw.choice([(9, 2), (18, 6), (5, 0), (38, 10)])
    step = draw.choice(["0.5", "0.25", "10"])
    use, read = hashing(draw, keys, plain_number, Decimal, True)
    options = {"minimum": -500, "maximum": 500}
    if not use and scale >= 2 and draw.random() < 0.3:
        use, read = {"transformLogic": f"round(step={step})"}, lambda value: rounded(value, step)
    return {"logicalType": "number", "physicalType": f"decimal({precision},{scale})", "logicalTypeOptions": options}, use, read


def double_field(draw, keys):
    options = draw.choice([{"format": "f64"}, {"format": "f64", "minimum": 0, "exclusiveMaximum": 1}])
    return {"logicalType": "number", "logicalTypeOptions": options}, *hashing(draw, keys, plain_number, float, True)


def single_precision_field(draw, keys):
    return {"logicalType": "number", "logicalTypeOptions": {"format": "f32", "minimum": -1000, "maximum": 1000}}, {}, \
        lambda value: struct.unpack("f", struct.pack("f", float(value)))[0]


def bytes_field(draw, keys):
    model = {"logicalType": "string", "logicalTypeOptions": {"format": "byte", "maxLength": 40},
             "customProperties": [{"property": "avroType", "value": "bytes"}]}
    return model, {}, base64.b64decode


def time_field(draw, keys):
    use, read = hashing(draw, keys, lambda text: time.fromisoformat(text).isoformat("microseconds"), time.fromisoformat, True)
    return {"logicalType": "time"}, use, read


def constant_field(draw, keys):
    model, text, value = draw.choice([({"logicalType": "integer"}, "17", 17), ({"logicalType": "boolean"}, "false", False),
                                      ({"logicalType": "date"}, "2000-02-29", date(2000, 2, 29)),
                                      ({"logicalType": "number", "physicalType": "decimal(9,2)"}, "-1.5", Decimal("-1.50"))])
    return model, {"transformLogic": f"redact(value={text})"}, lambda _: value


def boolean_field(draw, keys):
    use, read = hashing(draw, keys, lambda value: str(value).lower(), bool, True)
    return {"logicalType": "boolean"}, use, read


def date_field(draw, keys):
    unit = draw.choice(["month", "year"])
    use, read = draw.choice([hashing(draw, keys, str, date.fromisoformat, True),
                             ({"transformLogic": f"generalise(unit={unit})"}, lambda value: floored(date.fromisoformat(value), unit))])
    return {"logicalType": "date"}, use, read


def instant_field(draw, keys):
    zone, unit = draw.random() < 0.7, draw.choice(["second", "minute", "hour", "day", "month", "year"])
    choices = [hashing(draw, keys, lambda value: instant_text(read_instant(value)), read_instant, True),
               ({"transformLogic": f"generalise(unit={unit})"}, lambda value: floored(read_instant(value), unit))]
    use, read = choices[0] if not zone else draw.choice(choices)
    return {"logicalType": "timestamp", **({} if zone else {"logicalTypeOptions": {"timezone": False}})}, use, read


SINGLE = [text_field, text_field, address_field, uuid_field, enumeration_field, integer_field, wide_field, decimal_field, double_field,
          single_precision_field, bytes_field, boolean_field, date_field, instant_field, time_field, constant_field]


# ---------------------------------------------------------------- nesting


def single(draw, keys, name):
    model, use, read = draw.choice(SINGLE)(draw, keys)
    model = {key: value for key, value in model.items() if value != {}}
    return Field(name, {**model, "required": draw.random() < 0.6}, use, read)


def array_of_values(draw, keys, name):
    """An array of single values passes whole, by its name alone."""
    inner = draw.choice([text_field, integer_field, decimal_field, date_field, enumeration_field])
    model, use, read = inner(draw, keys)
    while use:
        model, use, read = inner(draw, keys)
    model = {key: value for key, value in model.items() if value != {}}
    items = {"name": f"{name}_item", "required": draw.random() < 0.5, **model}
    return Field(name, {"logicalType": "array", "required": draw.random() < 0.5, "logicalTypeOptions": {"maxItems": 4}, "items": items},
                 {}, lambda values: [None if value is None else read(value) for value in values])


def map_of_values(draw, keys, name):
    """The same with keys that are data."""
    array = array_of_values(draw, keys, name)
    value = {key: option for key, option in array.model["items"].items() if key != "name"}
    model = {"logicalType": "map", "required": array.model["required"], "logicalTypeOptions": {"maxProperties": 4},
             "map": {"key": {"logicalType": "string"}, "value": value}}
    return Field(name, model, {}, lambda found: dict(zip(found, array.read(found.values()))))


def object_of(draw, keys, name, depth):
    children = members(draw, keys, f"{name}_", depth)
    given = [child for child in children if draw.random() < 0.7] or children[:1]
    return Field(name, {"logicalType": "object", "required": draw.random() < 0.6, "properties": [child.model for child in children]},
                 {"properties": [child.use for child in given]}, reader_of(given))


def array_of_objects(draw, keys, name, depth):
    record = object_of(draw, keys, f"{name}_item", depth)
    model = {"logicalType": "array", "required": draw.random() < 0.5, "logicalTypeOptions": {"maxItems": 3},
             "items": {**record.model, "required": True}}
    return Field(name, model, {"items": {"name": record.name, "properties": record.use["properties"]}},
                 lambda values: [record.read(value) for value in values])


def reader_of(fields):
    return lambda value: {field.name: field.expected(value.get(field.name)) for field in fields}


def members(draw, keys, prefix, depth):
    makers = [single] * 6 + [array_of_values] + ([map_of_values] if keys.maps else []) + ([lambda *a: object_of(*a, depth - 1), lambda *a: array_of_objects(*a, depth - 1)]
                                                 if depth > 0 else [])
    return [draw.choice(makers)(draw, keys, f"{prefix}f{i}") for i in range(draw.randrange(2, 7))]


class RandomContract:
    """`model` and `use` as documents; expected(event) is what the use's reader sees."""

    def __init__(self, draw, event, root, maps=False):
        model = small_model(event, properties=[{"name": "id", "logicalType": "string", "required": True, "primaryKey": True,
                                                "classification": "internal"}])
        use = small_use(event, "reader", fields=("id",))
        keys = Keys(root, use["id"], event, maps)
        model["apiVersion"] = "v3.2.0" if maps else "v3.1.0"
        fields = members(draw, keys, "", 2)
        given = [field for field in fields if draw.random() < 0.8] or fields[:1]
        model["schema"][0]["properties"] += [field.model for field in fields]
        model["schema"][0].pop("customProperties")
        model["customProperties"] = [{"property": "headgateRole", "value": "eventModel"}, {"property": "dataSubjects", "value": []}]
        use["schema"][0]["properties"] += [field.use for field in given]
        use["customProperties"] = [entry for entry in use["customProperties"] if entry["property"] != "legalBasis"] + [
            {"property": "legalBasis", "value": "legitimate_interest"}]
        read = reader_of(given)
        self.event, self.model, self.use = event, model, use
        self.expected = lambda value: {"id": value["id"], **read(value)}
