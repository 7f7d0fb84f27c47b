/* metrics_list.h - every metric once: id, name, kind, unit, labels, help.
 *
 * Kinds: COUNTER only rises; GAUGE is summed over writers; LEVEL is a gauge of which the highest writer's counts (several
 * workers see the same fact); REAL is a level in millionths, printed as a decimal; HISTOGRAM has buckets in seconds, observed in
 * microseconds. Labels are domains (metrics_domain.c): their names are the only ones that docs/protocol.md allows. */
#ifndef HEADGATE_GATEWAY_METRICS_LIST_H
#define HEADGATE_GATEWAY_METRICS_LIST_H

/* clang-format off */
#define METRICS(X) \
    X(EVENTS, "headgate_events_total", COUNTER, "events", EVENT, VERDICT, NONE, "Events of declared types, by the verdict on the event as a whole") \
    X(DISCARDED, "headgate_events_discarded_total", COUNTER, "events", EVENT, NONE, NONE, "Accepted events whose model has no active or shadow use") \
    X(GENERATED, "headgate_events_generated_id_total", COUNTER, "events", EVENT, NONE, NONE, "Events without an id of their own: resends of them cannot be recognised") \
    X(UNDECLARED_EVENTS, "headgate_events_undeclared_total", COUNTER, "events", NONE, NONE, NONE, "Events of types that nobody declared; refused") \
    X(OBSERVED_EVENTS, "headgate_observed_events_total", COUNTER, "events", NONE, NONE, NONE, "Events of undeclared types that were only observed (undeclared_events: observe); nothing of them is stored") \
    X(OBSERVED_TYPES, "headgate_observed_types", LEVEL, "types", NONE, NONE, NONE, "Undeclared types of which enough events were observed to draft a model") \
    X(OUTCOMES, "headgate_outcomes_total", COUNTER, "outcomes", USE, OUTCOME, REASON, "Outcomes of events for a use, with the reason where there is one") \
    X(SHADOW, "headgate_shadow_total", COUNTER, "outcomes", USE, OUTCOME, REASON, "What would have become of events for uses in the shadow: drafts, and uses before their general availability") \
    X(SHADOW_BYTES, "headgate_shadow_bytes_total", COUNTER, "bytes", USE, NONE, NONE, "Values that would have been written for uses in the shadow, before compression") \
    X(LATE, "headgate_late_total", COUNTER, "records", USE, NONE, NONE, "Delivered or diverted records that were older than the use's latency") \
    X(VIOLATIONS, "headgate_violations_total", COUNTER, "violations", EVENT, RULE, NONE, "Rules of the model that refused events broke") \
    X(QUALITY_VALUES, "headgate_quality_values_total", COUNTER, "values", QUALITY, NONE, NONE, "Values of accepted events that a quality rule which counts looked at") \
    X(QUALITY_BROKEN, "headgate_quality_broken_total", COUNTER, "values", QUALITY, NONE, NONE, "Those of them that do not keep the rule: null, missing or invalid") \
    X(QUALITY_MEASURE, "headgate_quality_measure", REAL, "", WINDOW, NONE, NONE, "What a quality rule with a window measures now: broken values as a number, or as a percentage of all values") \
    X(QUALITY_THRESHOLD, "headgate_quality_threshold", REAL, "", WINDOW, NONE, NONE, "What the rule compares it with; of two thresholds the upper one") \
    X(QUALITY_WINDOW, "headgate_quality_window_values", LEVEL, "values", WINDOW, NONE, NONE, "Values in the rule's window") \
    X(QUALITY_ALARM, "headgate_quality_alarm", LEVEL, "", WINDOW, NONE, NONE, "1 while the window does not keep the rule") \
    X(ERROR_RATE, "headgate_error_rate_percent", REAL, "percent", EVENT, NONE, NONE, "Share of refused events in the window, of the sender with the largest; 0 where the model states no errorRate") \
    X(ERROR_RATE_ALARM, "headgate_error_rate_alarm", LEVEL, "senders", EVENT, NONE, NONE, "Senders whose share of refused events is above the model's errorRate") \
    X(SENDER_ERROR_RATE, "headgate_sender_error_rate_percent", REAL, "percent", EVENT, SENDER, NONE, "The same share by sender; only with metrics.sender") \
    X(SENDER_ERROR_RATE_ALARM, "headgate_sender_error_rate_alarm", LEVEL, "", EVENT, SENDER, NONE, "1 while it is above the model's errorRate; only with metrics.sender") \
    X(UNDECLARED, "headgate_undeclared_fields_total", COUNTER, "fields", EVENT, NONE, NONE, "Members that the model does not declare; dropped") \
    X(SKEWED, "headgate_skewed_clocks_total", COUNTER, "events", EVENT, NONE, NONE, "Events whose sender's clock differs from ours by more than 2 s") \
    X(SENDER_EVENTS, "headgate_sender_events_total", COUNTER, "events", SENDER, VERDICT, NONE, "Events by sender; only with metrics.sender") \
    X(SENDER_UNDECLARED, "headgate_sender_undeclared_fields_total", COUNTER, "fields", EVENT, SENDER, NONE, "Undeclared members by sender; only with metrics.sender") \
    X(SENDER_SKEWED, "headgate_sender_skewed_clocks_total", COUNTER, "events", SENDER, NONE, NONE, "Events of skewed clocks by sender; only with metrics.sender") \
    X(REQUESTS, "headgate_requests_total", COUNTER, "requests", STATUS, NONE, NONE, "Requests to the ingest listener by the status of the reply") \
    X(BYTES_IN, "headgate_received_bytes_total", COUNTER, "bytes", NONE, NONE, NONE, "Bytes read from senders, as they came over the wire") \
    X(BYTES_OUT, "headgate_replied_bytes_total", COUNTER, "bytes", NONE, NONE, NONE, "Bytes written to senders") \
    X(CONNECTIONS, "headgate_connections", GAUGE, "connections", NONE, NONE, NONE, "Connections of senders open now") \
    X(CONNECTIONS_ACCEPTED, "headgate_connections_accepted_total", COUNTER, "connections", NONE, NONE, NONE, "Connections accepted") \
    X(CONNECTIONS_REFUSED, "headgate_connections_refused_total", COUNTER, "connections", NONE, NONE, NONE, "Connections turned away because limits.connections was reached") \
    X(REPLY_TIME, "headgate_reply_seconds", HISTOGRAM, "seconds", TIER, NONE, NONE, "From a request's last byte to its reply, by the slowest tier that it fed") \
    X(DELIVERY_TIME, "headgate_delivery_seconds", HISTOGRAM, "seconds", TIER, NONE, NONE, "From the arrival of a request to Kafka's acknowledgement of a record") \
    X(EVENT_AGE, "headgate_event_age_seconds", HISTOGRAM, "seconds", TIER, NONE, NONE, "Age of events on arrival, by the tier of the use that takes them") \
    X(RECORDS, "headgate_produced_records_total", COUNTER, "records", USE, NONE, NONE, "Records that Kafka acknowledged") \
    X(RECORD_BYTES, "headgate_produced_bytes_total", COUNTER, "bytes", USE, NONE, NONE, "Their keys and values, before compression") \
    X(RESERVED, "headgate_reserved_bytes", GAUGE, "bytes", LANE, NONE, NONE, "Room claimed for records that are not acknowledged yet") \
    X(RESERVATIONS_REFUSED, "headgate_reservations_refused_total", COUNTER, "requests", LANE, NONE, NONE, "Requests answered retry because a lane had no room") \
    X(QUEUED, "headgate_queued_records", GAUGE, "records", LANE, NONE, NONE, "Records handed over and not acknowledged yet") \
    X(UNCERTAIN, "headgate_uncertain_total", COUNTER, "events", NONE, NONE, NONE, "Events answered retry though they may yet be stored") \
    X(PARTLY_DELIVERED, "headgate_partly_delivered_total", COUNTER, "events", NONE, NONE, NONE, "Events answered retry of which some uses already have their record") \
    X(DEDUPE_ENTRIES, "headgate_dedupe_entries", LEVEL, "entries", NONE, NONE, NONE, "Events by use that the deduplication window remembers") \
    X(DEDUPE_HITS, "headgate_dedupe_hits_total", COUNTER, "records", NONE, NONE, NONE, "Records that were not written again because the window had them") \
    X(DEDUPE_WAITS, "headgate_dedupe_waits_total", COUNTER, "records", NONE, NONE, NONE, "Records that waited for an earlier one of the same event, still on its way") \
    X(DEDUPE_EVICTED, "headgate_dedupe_evicted_total", COUNTER, "entries", NONE, NONE, NONE, "Entries that had to go before dedupe.window was over: raise dedupe.entries") \
    X(DEDUPE_UNTRACKED, "headgate_dedupe_untracked_total", COUNTER, "records", NONE, NONE, NONE, "Records written without being remembered: the window was full of records on their way") \
    X(POSSIBLE_DUPLICATES, "headgate_possible_duplicates_total", COUNTER, "records", LANE, NONE, NONE, "Records produced again though the first may have been stored") \
    X(GENERATIONS, "headgate_producer_generations_total", COUNTER, "producers", LANE, NONE, NONE, "Producers replaced after a fatal error") \
    X(KAFKA_ERRORS, "headgate_kafka_errors_total", COUNTER, "errors", LANE, FAULT, NONE, "Errors that the Kafka client told, by what they concern") \
    X(BLOCKED, "headgate_use_blocked", LEVEL, "", USE, BLOCK, NONE, "1 while a use cannot be delivered, with the reason") \
    X(RELOADS, "headgate_reloads_total", COUNTER, "reloads", RELOAD, NONE, NONE, "Reloads of contracts, keys and senders") \
    X(CATALOGUE_EVENTS, "headgate_catalogue_events", LEVEL, "events", NONE, NONE, NONE, "Event models in the catalogue that serves") \
    X(CATALOGUE_USES, "headgate_catalogue_uses", LEVEL, "uses", NONE, NONE, NONE, "Uses in the catalogue that serves") \
    X(CATALOGUE_LOADED, "headgate_catalogue_loaded_seconds", LEVEL, "seconds", NONE, NONE, NONE, "When the catalogue that serves was loaded, in Unix time") \
    X(LOG_SUPPRESSED, "headgate_log_lines_suppressed_total", COUNTER, "lines", NONE, NONE, NONE, "Log lines held back because they repeated too fast") \
    X(STARTED, "headgate_start_time_seconds", LEVEL, "seconds", NONE, NONE, NONE, "When the process started, in Unix time") \
    X(BUILD, "headgate_build_info", LEVEL, "", NONE, NONE, NONE, "Always 1; the first line of the page names the version")
/* clang-format on */

/* Domains that belong to no other header. */
enum metric_fault { KAFKA_FAULT_TRANSIENT, KAFKA_FAULT_RECORD, KAFKA_FAULT_USE, KAFKA_FAULT_PRODUCER, KAFKA_FAULT_COUNT };

enum metric_reload { RELOAD_OK, RELOAD_FAILED, RELOAD_COUNT };

#endif
