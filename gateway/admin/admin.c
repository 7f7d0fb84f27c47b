#include "gateway/admin/admin.h"

#include "gateway/admin/page.h"
#include "gateway/admin/registry.h"
#include "gateway/ingest/problem.h"

#include <time.h>

/* A route's id is the index of its page. */
static void (*const pages[])(struct page *) = {
    page_health,
    page_ready,
    page_metrics,
    page_catalogue,
    page_home,
    page_schema_by_id,
    page_schema_text_by_id,
    page_schema_subjects,
    page_schema_versions,
    page_schema_types,
    page_subjects,
    page_subject_versions,
    page_subject_version,
    page_subject_schema,
    page_subject_lookup,
    page_config,
    page_mode,
    page_read_only,
    page_observed,
    page_observed_type,
};

enum { REGISTRY_PAGES = 7, READ_ONLY_PAGE = 17 };

static const struct route routes[] = {
    ROUTE(GET, "/healthz", "", 0),
    ROUTE(GET, "/readyz", "", 1),
    ROUTE(GET, "/metrics", "", 2),
    ROUTE(GET, "/catalogue", "", 3),
    ROUTE(GET, "/", "", 4),
    ROUTE(GET, "/observed", "", 18),
    ROUTE(GET, "/observed/", "{type}", 19),
    /* from here on: the schemas listener too */
    ROUTE(GET, "/schemas/types", "", 9),
    ROUTE(GET, "/schemas/ids/", "{id}", 5),
    ROUTE(GET, "/schemas/ids/", "{id}/schema", 6),
    ROUTE(GET, "/schemas/ids/", "{id}/subjects", 7),
    ROUTE(GET, "/schemas/ids/", "{id}/versions", 8),
    ROUTE(GET, "/subjects", "", 10),
    ROUTE(GET, "/subjects/", "{subject}/versions", 11),
    ROUTE(GET, "/subjects/", "{subject}/versions/{version}", 12),
    ROUTE(GET, "/subjects/", "{subject}/versions/{version}/schema", 13),
    ROUTE(POST, "/subjects/", "{subject}", 14),
    ROUTE(GET, "/config", "", 15),
    ROUTE(GET, "/config/", "{subject}", 15),
    ROUTE(GET, "/mode", "", 16),
    ROUTE(GET, "/mode/", "{subject}", 16),
    ROUTE(POST, "/subjects/", "{subject}/versions", READ_ONLY_PAGE),
    ROUTE(DELETE, "/subjects/", "{subject}", READ_ONLY_PAGE),
    ROUTE(DELETE, "/subjects/", "{subject}/versions/{version}", READ_ONLY_PAGE),
    ROUTE(PUT, "/config", "", READ_ONLY_PAGE),
    ROUTE(PUT, "/config/", "{subject}", READ_ONLY_PAGE),
    ROUTE(PUT, "/mode", "", READ_ONLY_PAGE),
    ROUTE(PUT, "/mode/", "{subject}", READ_ONLY_PAGE),
};

void page_home(struct page *page)
{
    page->type = SPAN("text/plain; charset=utf-8");
    buffer_append_text(&page->admin->body, "headgate " HEADGATE_VERSION "\n\n"
                                           "/healthz    the process turns its loops\n"
                                           "/readyz     catalogue, keys, clusters, blocked uses\n"
                                           "/metrics    Prometheus\n"
                                           "/catalogue  models, uses, topics, fields\n"
                                           "/observed   what undeclared events look like\n"
                                           "/subjects   the schema registry's read API\n");
}

static bool on_head(void *context, struct http_exchange *exchange)
{
    (void)context;
    http_exchange_set_max_body(exchange, 1024 * 1024);
    return true;
}

static void answer_not_found(struct page *page, enum route_status status)
{
    page->status = status == ROUTE_WRONG_METHOD ? 405 : 404;
    json_object_begin(&page->json);
    json_member_int(&page->json, "error_code", page->status);
    json_member_text(&page->json, "message", status == ROUTE_WRONG_METHOD ? SPAN("Method Not Allowed") : SPAN("Not Found"));
    json_object_end(&page->json);
}

static void answer(struct admin *admin, struct http_exchange *exchange, struct span input, const struct route *table,
                   size_t count)
{
    struct route_match match;
    const struct http_request *request = http_exchange_request(exchange);
    enum route_status status = routes_find(table, count, request->method, request->path, &match);
    struct page page = {admin, request, &match, input, 200, SPAN("application/json"), {0}};
    buffer_clear(&admin->body);
    json_writer_init(&page.json, &admin->body, 0);
    if (status == ROUTE_FOUND)
        pages[match.id](&page);
    else
        answer_not_found(&page, status);
    struct http_header allow = {SPAN("Allow"), match.allow};
    struct http_reply reply = {.status = page.status, .content_type = page.type, .body = buffer_span(&admin->body)};
    if (status == ROUTE_WRONG_METHOD) {
        reply.headers = &allow;
        reply.header_count = 1;
    }
    if (!buffer_ok(&admin->body)) reply = (struct http_reply){.status = 500, .close = true};
    http_answer(exchange, &reply);
}

static void on_admin_body(void *context, struct http_exchange *exchange, struct span body)
{
    answer(context, exchange, body, routes, COUNT_OF(routes));
}

static void on_schemas_body(void *context, struct http_exchange *exchange, struct span body)
{
    answer(context, exchange, body, routes + REGISTRY_PAGES, COUNT_OF(routes) - REGISTRY_PAGES);
}

static void on_lost(void *context, struct http_exchange *exchange)
{
    (void)context;
    (void)exchange;
}

const struct http_handler *admin_handler(void)
{
    static const struct http_handler handler = {.head = on_head, .body = on_admin_body, .lost = on_lost};
    return &handler;
}

const struct http_handler *admin_schemas_handler(void)
{
    static const struct http_handler handler = {.head = on_head, .body = on_schemas_body, .lost = on_lost};
    return &handler;
}

/* ---------------------------------------------------------------- editions */

/* What is declared now is drafted no more. */
static void drop_declared(const struct admin *admin)
{
    const struct catalogue *catalogue = admin->edition->catalogue;
    for (size_t i = 0; i < catalogue->model_count; i++) observer_drop(admin->observer, catalogue->models[i]->event);
}

static void set_levels(struct admin *admin)
{
    const struct catalogue *catalogue = admin->edition->catalogue;
    metrics_set(admin->metrics, METRIC_CATALOGUE_EVENTS, 0, 0, (int64_t)catalogue->model_count);
    metrics_set(admin->metrics, METRIC_CATALOGUE_USES, 0, 0, (int64_t)catalogue->use_count);
    metrics_set(admin->metrics, METRIC_CATALOGUE_LOADED, 0, 0, admin->edition->loaded / US_PER_SECOND);
    metrics_set(admin->metrics, METRIC_STARTED, 0, 0, admin->started);
    metrics_set(admin->metrics, METRIC_BUILD, 0, 0, 1);
}

bool admin_take_edition(struct admin *admin, struct edition *edition)
{
    struct registry *registry = registry_create(edition->catalogue);
    struct metrics *metrics = metrics_create(admin->metrics_registry, &edition->metric_labels);
    if (registry == NULL || metrics == NULL) {
        registry_destroy(registry);
        if (metrics != NULL) metrics_retire(admin->metrics_registry, metrics);
        return false;
    }
    registry_destroy(admin->registry);
    if (admin->metrics != NULL) metrics_retire(admin->metrics_registry, admin->metrics);
    edition_unref(admin->edition);
    admin->edition = edition_ref(edition);
    admin->registry = registry;
    admin->metrics = metrics;
    set_levels(admin);
    drop_declared(admin);
    return true;
}

void admin_deinit(struct admin *admin)
{
    registry_destroy(admin->registry);
    if (admin->metrics != NULL) metrics_retire(admin->metrics_registry, admin->metrics);
    edition_unref(admin->edition);
    buffer_deinit(&admin->body);
}
