/* draft_guess.c - what names and formats suggest: personal data, an identity, a time, a person. A guess is for a person to read;
 * it errs towards personal. */
#include "contracts/draft.h"
#include "contracts/fideslang.h"

/* Words that stand in a row in a member's name, and what it then probably is. The first row that fits decides. */
static const struct {
    const char *words;
    const char *category;
} rows[] = {
    {"email", "user.contact.email"},
    {"e_mail", "user.contact.email"},
    {"phone", "user.contact.phone_number"},
    {"mobile", "user.contact.phone_number"},
    {"msisdn", "user.contact.phone_number"},
    {"fax", "user.contact.fax_number"},
    {"first_name", "user.name.first"},
    {"given_name", "user.name.first"},
    {"firstname", "user.name.first"},
    {"last_name", "user.name.last"},
    {"family_name", "user.name.last"},
    {"lastname", "user.name.last"},
    {"surname", "user.name.last"},
    {"full_name", "user.name"},
    {"fullname", "user.name"},
    {"username", "user.account.username"},
    {"user_name", "user.account.username"},
    {"login", "user.account.username"},
    {"customer_name", "user.name"},
    {"recipient_name", "user.name"},
    {"contact_name", "user.name"},
    {"password", "user.authorization.password"},
    {"secret", "user.authorization.credentials"},
    {"credentials", "user.authorization.credentials"},
    {"ip", "user.device.ip_address"},
    {"ip_address", "user.device.ip_address"},
    {"device_id", "user.device.device_id"},
    {"advertising_id", "user.device.device_id"},
    {"idfa", "user.device.device_id"},
    {"gaid", "user.device.device_id"},
    {"imei", "user.device.device_id"},
    {"cookie", "user.device.cookie_id"},
    {"cookie_id", "user.device.cookie_id"},
    {"user_agent", "user.device"},
    {"latitude", "user.location.precise"},
    {"longitude", "user.location.precise"},
    {"lat", "user.location.precise"},
    {"lon", "user.location.precise"},
    {"lng", "user.location.precise"},
    {"geo", "user.location.precise"},
    {"street", "user.contact.address.street"},
    {"address_line", "user.contact.address.street"},
    {"address", "user.contact.address"},
    {"city", "user.contact.address.city"},
    {"postcode", "user.contact.address.postal_code"},
    {"postal_code", "user.contact.address.postal_code"},
    {"zip", "user.contact.address.postal_code"},
    {"zip_code", "user.contact.address.postal_code"},
    {"country", "user.contact.address.country"},
    {"country_code", "user.contact.address.country"},
    {"date_of_birth", "user.demographic.date_of_birth"},
    {"birth_date", "user.demographic.date_of_birth"},
    {"birthday", "user.demographic.date_of_birth"},
    {"dob", "user.demographic.date_of_birth"},
    {"gender", "user.demographic.gender"},
    {"marital_status", "user.demographic.marital_status"},
    {"religion", "user.demographic.religious_belief"},
    {"ethnicity", "user.demographic.race_ethnicity"},
    {"iban", "user.financial.bank_account"},
    {"bank_account", "user.financial.bank_account"},
    {"account_number", "user.financial.bank_account"},
    {"card_number", "user.financial.credit_card"},
    {"credit_card", "user.financial.credit_card"},
    {"pan", "user.financial.credit_card"},
    {"cvv", "user.financial.credit_card"},
    {"salary", "user.financial"},
    {"ssn", "user.government_id.national_identification_number"},
    {"national_id", "user.government_id.national_identification_number"},
    {"tax_id", "user.government_id.national_identification_number"},
    {"passport", "user.government_id.passport_number"},
    {"passport_number", "user.government_id.passport_number"},
    {"license_plate", "user.government_id.vehicle_registration"},
    {"diagnosis", "user.health_and_medical"},
    {"health", "user.health_and_medical"},
    {"search_query", "user.behavior.search_history"},
    {"session_id", "user.unique_id.pseudonymous"},
    {"anonymous_id", "user.unique_id.pseudonymous"},
};

/* Words for a person: <person>_id is an identity, and so are id and name inside an object of that name. */
static const char *const persons[] = {"customer", "user",     "account",   "member",  "subscriber", "patient", "passenger",
                                      "visitor",  "employee", "recipient", "person",  "contact",    "buyer",   "rider",
                                      "driver",   "profile",  "guest",     "student", "applicant",  "client",  "subject"};

static bool has_words(struct span name, const char *words)
{
    size_t size = strlen(words);
    for (size_t at = 0; at + size <= name.size; at++) {
        bool begins = at == 0 || name.data[at - 1] == '_', ends = at + size == name.size || name.data[at + size] == '_';
        if (begins && ends && memcmp(name.data + at, words, size) == 0) return true;
    }
    return false;
}

static bool is_person(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(persons); i++)
        if (name.data != NULL && has_words(name, persons[i])) return true;
    return false;
}

static bool ends_in(struct span name, const char *end)
{
    size_t size = strlen(end);
    return name.size >= size && memcmp(name.data + name.size - size, end, size) == 0;
}

static const char *category_by_name(struct span name, struct span parent)
{
    if (ends_in(name, "_id") && is_person((struct span){name.data, name.size - 3})) return "user.unique_id";
    if (is_person(parent) && span_is(name, "id")) return "user.unique_id";
    if (is_person(parent) && span_is(name, "name")) return "user.name";
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (has_words(name, rows[i].words)) return rows[i].category;
    return NULL;
}

static const char *category_by_format(struct span format)
{
    if (span_is(format, "email")) return "user.contact.email";
    return span_is(format, "ipv4") || span_is(format, "ipv6") ? "user.device.ip_address" : NULL;
}

static bool is_leaf(const struct draft_field *field)
{
    return field->kind < DRAFT_OBJECT;
}

static bool guess_category(struct draft_field *field, struct span parent, struct arena *arena)
{
    struct span slug = draft_slug(field->name, arena);
    const char *by_name = slug.data != NULL ? category_by_name(slug, parent) : NULL,
               *by_format = category_by_format(field->format);
    const char *category = by_format != NULL ? by_format : by_name;
    if (category == NULL || field->category.data != NULL) return true;
    if (field->kind == DRAFT_BOOLEAN) return true; /* has_email says little of anybody */
    field->category = span_of(category);
    field->identifying = fideslang_is_identifying(field->category);
    field->value_count = 0; /* allowed values would be a list of people's data */
    struct span guess = arena_printf(arena, "%s suggests %s", by_format != NULL ? "the format" : "the name", category);
    field->guess = guess;
    return guess.data != NULL;
}

static bool guess_below(struct draft_field *field, struct span parent, struct arena *arena)
{
    if (is_leaf(field) && !guess_category(field, parent, arena)) return false;
    struct span own = field->kind == DRAFT_OBJECT ? draft_slug(field->name, arena) : parent;
    for (struct draft_field *child = field->children; child != NULL; child = child->next)
        if (!guess_below(child, own, arena)) return false;
    return field->items == NULL || guess_below(field->items, parent, arena);
}

/* ---------------------------------------------------------------- what the gateway itself needs */

static void guess_primary_key(const struct draft_field *root)
{
    static const char *const names[] = {"event_id", "eventId", "message_id", "messageId", "id"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        for (struct draft_field *field = root->children; field != NULL; field = field->next) {
            bool fits = field->required && (field->kind == DRAFT_STRING || field->kind == DRAFT_INTEGER);
            if (!fits || !span_is(field->name, names[i])) continue;
            field->primary_key = true;
            return;
        }
    }
}

static bool is_event_time(const struct draft_field *field)
{
    return field->kind == DRAFT_TIMESTAMP && field->zone != ZONE_LOCAL;
}

static void guess_event_time(struct draft_model *model)
{
    static const char *const names[] = {"occurred_at", "event_time", "eventTime", "timestamp", "time", "created_at"};
    if (model->event_time.data != NULL) return;
    for (size_t i = 0; i <= COUNT_OF(names); i++) {
        for (struct draft_field *field = model->root->children; field != NULL; field = field->next) {
            bool named = i == COUNT_OF(names) ? field->required : span_is(field->name, names[i]);
            if (!is_event_time(field) || !named) continue;
            model->event_time = field->name;
            model->time_guessed = true;
            return;
        }
    }
}

/* The path of the first identity of a person outside arrays; NULL data when there is none. */
static struct span find_subject(const struct draft_field *field, struct span path, struct arena *arena)
{
    for (const struct draft_field *child = field->children; child != NULL; child = child->next) {
        struct span own =
            path.size == 0 ? child->name : arena_printf(arena, "%.*s.%.*s", SPAN_ARGS(path), SPAN_ARGS(child->name));
        bool typed = child->kind == DRAFT_STRING || child->kind == DRAFT_INTEGER;
        if (typed && span_is(child->category, "user.unique_id")) return own;
        struct span deeper = child->kind == DRAFT_OBJECT ? find_subject(child, own, arena) : (struct span){NULL, 0};
        if (deeper.data != NULL) return deeper;
    }
    return (struct span){NULL, 0};
}

bool draft_guess(struct draft_model *model, struct arena *arena)
{
    bool people = !model->subjects_known || model->subject_count > 0;
    if (people && !guess_below(model->root, (struct span){NULL, 0}, arena)) return false;
    guess_primary_key(model->root);
    guess_event_time(model);
    if (!people || model->subject_field.data != NULL) return true;
    model->subject_field = find_subject(model->root, SPAN(""), arena);
    model->subject_guessed = model->subject_field.data != NULL;
    return true;
}
