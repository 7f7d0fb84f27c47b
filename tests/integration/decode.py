"""Two readers of our records that know nothing of headgate: Confluent's deserializer, and fastavro."""
import io
import json
import struct
from decimal import Decimal

import fastavro
import requests
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

_schemas = {}


def frame(value):
    """Schema id and Avro bytes of a value in Confluent's wire format."""
    magic, number = struct.unpack(">bI", value[:5])
    assert magic == 0
    return number, value[5:]


def schema(registry, number):
    if (registry, number) not in _schemas:
        reply = requests.get(f"{registry}/schemas/ids/{number}/schema", timeout=10)
        assert reply.status_code == 200, reply.text
        _schemas[registry, number] = fastavro.parse_schema(reply.json())
    return _schemas[registry, number]


def fast(registry, record):
    number, body = frame(record.value)
    stream = io.BytesIO(body)
    value = fastavro.schemaless_reader(stream, schema(registry, number))
    assert stream.read() == b"", "bytes behind the record"
    return value


def confluent(registry, record):
    client = SchemaRegistryClient({"url": registry})
    return AvroDeserializer(client)(record.value, SerializationContext(record.topic, MessageField.VALUE))


def both(registry, record):
    """What both readers agree on."""
    one, other = confluent(registry, record), fast(registry, record)
    assert one == other
    return one


def json_text(value):
    """JSON of a value that holds Decimals, digit for digit."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{json_text(member)}" for name, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(json_text(member) for member in value) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value)
