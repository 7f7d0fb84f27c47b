// The service that a team writes for itself in Node instead of using headgate: JSON events over HTTP, every one judged by a JSON
// Schema, forwarded to one Kafka topic as they came, answered when Kafka has acknowledged them.
//
// Idempotent producer, acks=all, lz4, a key, and the linger as everybody else here. It does not narrow, writes no headers and no
// Avro. One process: it is given one core.
//
// Environment: ADDR, BROKERS, TOPIC, SCHEMA (file), LINGER_MS.
import { readFileSync } from 'node:fs';
import kafka from '@confluentinc/kafka-javascript';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import fastify from 'fastify';

const BODY_LIMIT = 4 << 20;

function setting(name) {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

const ajv = new Ajv({ strict: false });
addFormats(ajv);
const sound = ajv.compile(JSON.parse(readFileSync(setting('SCHEMA'), 'utf8')));
const topic = setting('TOPIC');

const producer = new kafka.HighLevelProducer({
  'bootstrap.servers': setting('BROKERS'),
  'enable.idempotence': true,
  acks: -1,
  'compression.codec': 'lz4',
  'linger.ms': Number(setting('LINGER_MS')),
  partitioner: 'murmur2_random',
  'queue.buffering.max.messages': 1000000,
});

// The report of one record, as a promise; false when Kafka would not take it.
function deliver(event) {
  return new Promise((resolve) => {
    try {
      producer.produce(topic, null, Buffer.from(JSON.stringify(event)), event.meta.id, Date.now(), (error) => resolve(!error));
    } catch {
      resolve(false); // no room in the queue
    }
  });
}

function status(accepted, refused, failed) {
  if (refused === 0 && failed === 0) return 202;
  if (accepted > 0 || (refused > 0 && failed > 0)) return 207;
  return failed > 0 ? 503 : 422;
}

async function take(request, reply) {
  const events = Array.isArray(request.body) ? request.body : [request.body];
  const refused = [];
  const pending = [];
  events.forEach((event, index) => {
    if (sound(event)) pending.push(deliver(event));
    else refused.push({ index, pointer: sound.errors[0].instancePath });
  });
  const results = await Promise.all(pending);
  const accepted = results.filter(Boolean).length;
  const failed = results.length - accepted;
  return reply.code(status(accepted, refused.length, failed)).send({ accepted, refused, failed });
}

const [host, port] = setting('ADDR').split(':');
const app = fastify({ bodyLimit: BODY_LIMIT, logger: false });
app.post('/v1/events', take);

producer.setPollInterval(1); // reports are only seen when polled for
producer.connect({}, (error) => {
  if (error) throw error;
  app.listen({ host, port: Number(port) });
});
