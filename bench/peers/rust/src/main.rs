//! The service that a team writes for itself instead of using headgate: JSON events over HTTP, checked against one JSON Schema,
//! forwarded to one Kafka topic as they came, answered when Kafka has acknowledged them.
//!
//! It does what headgate's benchmark use does where both can: object or array, every event judged, the reply on the last
//! report, idempotent producer, acks=all, lz4, the same linger, a key. It does not narrow, writes no headers and no Avro.
//!
//! Environment: ADDR, BROKERS, TOPIC, SCHEMA (file), LINGER_MS.
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{header, HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
    Router,
};
use rdkafka::{
    config::ClientConfig,
    producer::{DeliveryFuture, FutureProducer, FutureRecord},
};
use serde::Serialize;
use serde_json::{value::RawValue, Value};
use std::{env, fs, sync::Arc};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const BODY_LIMIT: usize = 4 << 20;

struct Service {
    validator: jsonschema::Validator,
    producer: FutureProducer,
    topic: String,
}

#[derive(Serialize)]
struct Refused {
    index: usize,
    pointer: String,
}

#[derive(Default, Serialize)]
struct Outcome {
    accepted: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refused: Vec<Refused>,
    #[serde(skip_serializing_if = "is_zero")]
    failed: usize,
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// The pointer of the first violation; values are not told.
fn judge<'a>(service: &Service, event: &'a Value) -> Result<&'a str, String> {
    if let Err(error) = service.validator.validate(event) {
        return Err(error.instance_path.to_string());
    }
    Ok(event["meta"]["id"].as_str().unwrap_or_default())
}

fn send(service: &Service, index: usize, raw: &str, outcome: &mut Outcome) -> Option<DeliveryFuture> {
    let event: Value = match serde_json::from_str(raw) {
        Ok(event) => event,
        Err(_) => {
            outcome.refused.push(Refused { index, pointer: String::new() });
            return None;
        }
    };
    match judge(service, &event) {
        Ok(key) => {
            let record = FutureRecord::to(&service.topic).key(key).payload(raw);
            let sent = service.producer.send_result(record);
            outcome.failed += usize::from(sent.is_err()); // no room in the queue
            sent.ok()
        }
        Err(pointer) => {
            outcome.refused.push(Refused { index, pointer });
            None
        }
    }
}

fn reply(outcome: &Outcome) -> Response {
    let status = match (outcome.accepted, outcome.refused.len(), outcome.failed) {
        (_, 0, 0) => StatusCode::ACCEPTED,
        (0, 0, _) => StatusCode::SERVICE_UNAVAILABLE,
        (0, _, 0) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::MULTI_STATUS,
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    (status, headers, serde_json::to_vec(outcome).unwrap_or_default()).into_response()
}

async fn events(State(service): State<Arc<Service>>, body: Bytes) -> Response {
    let Ok(text) = std::str::from_utf8(&body) else {
        return (StatusCode::BAD_REQUEST, "not UTF-8").into_response();
    };
    let text = text.trim();
    let mut outcome = Outcome::default();
    let mut pending = Vec::new();
    if text.starts_with('[') {
        let Ok(raws) = serde_json::from_str::<Vec<&RawValue>>(text) else {
            return (StatusCode::BAD_REQUEST, "not JSON").into_response();
        };
        pending.reserve(raws.len());
        for (index, raw) in raws.iter().enumerate() {
            pending.extend(send(&service, index, raw.get(), &mut outcome));
        }
    } else {
        pending.extend(send(&service, 0, text, &mut outcome));
    }
    for delivery in pending {
        match delivery.await {
            Ok(Ok(_)) => outcome.accepted += 1,
            _ => outcome.failed += 1,
        }
    }
    reply(&outcome)
}

fn setting(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

/// One thread: it is given one core, and an instance per core is how one would scale it.
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let schema: Value = serde_json::from_str(&fs::read_to_string(setting("SCHEMA")).expect("schema file")).expect("schema");
    let validator = jsonschema::draft7::options().should_validate_formats(true).build(&schema).expect("valid schema");
    let producer = ClientConfig::new()
        .set("bootstrap.servers", setting("BROKERS"))
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("compression.codec", "lz4")
        .set("linger.ms", setting("LINGER_MS"))
        .set("partitioner", "murmur2_random")
        .set("queue.buffering.max.messages", "1000000")
        .create()
        .expect("producer");
    let service = Arc::new(Service { validator, producer, topic: setting("TOPIC") });
    let app = Router::new()
        .route("/v1/events", post(events))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(service);
    let listener = tokio::net::TcpListener::bind(setting("ADDR")).await.expect("listen");
    axum::serve(axum::serve::ListenerExt::tap_io(listener, |stream| {
        let _ = stream.set_nodelay(true);
    }), app)
    .await
    .expect("serve");
}
