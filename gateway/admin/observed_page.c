#include "gateway/admin/page.h"

static void write_senders(struct json_writer *json, const struct senders *senders)
{
    json_name(json, "senders");
    json_array_begin(json);
    for (size_t i = 0; i < senders->count; i++)
        if (senders->items[i].undeclared == UNDECLARED_OBSERVE) json_text(json, senders->items[i].name);
    json_array_end(json);
}

void page_observed(struct page *page)
{
    json_object_begin(&page->json);
    write_senders(&page->json, page->admin->edition->senders);
    observer_write(page->admin->observer, &page->json);
    json_object_end(&page->json);
}

void page_observed_type(struct page *page)
{
    struct span type = page->match->parameters[0];
    json_object_begin(&page->json);
    if (!observer_write_type(page->admin->observer, type, &page->json)) {
        page->status = 404;
        json_member_int(&page->json, "error_code", 404);
        json_member_text(&page->json, "message", SPAN("too few events of this type were observed to show anything of it"));
    }
    json_object_end(&page->json);
}
