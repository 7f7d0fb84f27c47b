/* page.h - one answer of the admin listeners: a function per route that fills a buffer. */
#ifndef HEADGATE_GATEWAY_ADMIN_PAGE_H
#define HEADGATE_GATEWAY_ADMIN_PAGE_H

#include "codecs/json_writer.h"
#include "gateway/admin/admin.h"
#include "gateway/http/routes.h"

/* What a page function is given and fills; status 200 and JSON unless it says otherwise. */
struct page {
    struct admin *admin;
    const struct http_request *request;
    const struct route_match *match;
    struct span input; /* the request's body */
    int status;
    struct span type;
    struct json_writer json; /* into admin->body */
};

/* One file each. */
void page_health(struct page *page);
void page_ready(struct page *page);
void page_metrics(struct page *page);
void page_catalogue(struct page *page);
void page_observed(struct page *page);
void page_observed_type(struct page *page); /* /observed/{type} */
void page_home(struct page *page);

/* The registry's read API. */
void page_schema_by_id(struct page *page);      /* /schemas/ids/{id} */
void page_schema_text_by_id(struct page *page); /* /schemas/ids/{id}/schema */
void page_schema_subjects(struct page *page);   /* /schemas/ids/{id}/subjects */
void page_schema_versions(struct page *page);   /* /schemas/ids/{id}/versions */
void page_schema_types(struct page *page);
void page_subjects(struct page *page);
void page_subject_versions(struct page *page);
void page_subject_version(struct page *page);
void page_subject_schema(struct page *page);
void page_subject_lookup(struct page *page); /* POST /subjects/{subject} */
void page_config(struct page *page);
void page_mode(struct page *page);
void page_read_only(struct page *page); /* every write */

#endif
