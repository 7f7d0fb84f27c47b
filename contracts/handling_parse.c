#include "contracts/handling_parse.h"

#include "codecs/buffer.h"

#include <ctype.h>

/* An argument as read. */
struct argument {
    struct span name;
    struct span value; /* unescaped */
    bool quoted;
    size_t offset;
};

enum { ARGUMENTS_MAX = 4 };

struct call {
    struct span function;
    struct argument arguments[ARGUMENTS_MAX];
    size_t count;
};

struct reader {
    struct span text;
    size_t at;
    struct arena *arena;
    struct handling_error *error;
};

typedef bool apply_argument(const struct argument *argument, struct handling *out);

static bool fail_at(struct handling_error *error, enum handling_fault fault, size_t offset, const char *message)
{
    *error = (struct handling_error){fault, offset, message};
    return false;
}

static bool fail(struct reader *reader, const char *message)
{
    return fail_at(reader->error, HANDLING_SYNTAX, reader->at, message);
}

static void skip_space(struct reader *reader)
{
    while (reader->at < reader->text.size && isspace((unsigned char)reader->text.data[reader->at])) reader->at++;
}

static bool take(struct reader *reader, char byte)
{
    skip_space(reader);
    if (reader->at >= reader->text.size || reader->text.data[reader->at] != byte) return false;
    reader->at++;
    return true;
}

static bool is_word(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_' || byte == '.' || byte == '-' || byte == '+';
}

static struct span take_word(struct reader *reader)
{
    skip_space(reader);
    size_t begin = reader->at;
    while (reader->at < reader->text.size && is_word(reader->text.data[reader->at])) reader->at++;
    return (struct span){reader->text.data + begin, reader->at - begin};
}

/* The quote stands at the cursor; doubled inside it stands for itself. */
static bool take_quoted(struct reader *reader, struct span *out)
{
    char quote = reader->text.data[reader->at++];
    char *bytes = arena_bytes(reader->arena, reader->text.size + 1);
    size_t size = 0;
    if (bytes == NULL) return fail_at(reader->error, HANDLING_MEMORY, reader->at, "out of memory");
    while (reader->at < reader->text.size) {
        char byte = reader->text.data[reader->at++];
        bool doubled = byte == quote && reader->at < reader->text.size && reader->text.data[reader->at] == quote;
        if (byte == quote && !doubled) {
            *out = (struct span){bytes, size};
            return true;
        }
        if (doubled) reader->at++;
        bytes[size++] = byte;
    }
    return fail(reader, "the quoted text does not end");
}

static bool take_argument(struct reader *reader, struct argument *out)
{
    skip_space(reader);
    out->offset = reader->at;
    out->name = take_word(reader);
    if (out->name.size == 0) return fail(reader, "the name of an argument is missing");
    if (!take(reader, '=')) return fail(reader, "arguments are named: name=value");
    skip_space(reader);
    char next = reader->at < reader->text.size ? reader->text.data[reader->at] : '\0';
    out->quoted = next == '\'' || next == '"';
    if (out->quoted) return take_quoted(reader, &out->value);
    out->value = take_word(reader);
    return out->value.size > 0 || fail(reader, "the argument has no value");
}

static bool is_repeated(const struct call *call, struct span name)
{
    for (size_t i = 0; i < call->count; i++) {
        if (span_equal(call->arguments[i].name, name)) return true;
    }
    return false;
}

static bool take_arguments(struct reader *reader, struct call *call)
{
    if (!take(reader, '(')) return true;
    if (take(reader, ')')) return true;
    do {
        struct argument argument = {0};
        if (call->count == ARGUMENTS_MAX) return fail(reader, "there are too many arguments");
        if (!take_argument(reader, &argument)) return false;
        if (is_repeated(call, argument.name))
            return fail_at(reader->error, HANDLING_SYNTAX, argument.offset, "this argument stands twice");
        call->arguments[call->count++] = argument;
    } while (take(reader, ','));
    return take(reader, ')') || fail(reader, "a closing parenthesis is missing");
}

static bool take_call(struct reader *reader, struct call *call)
{
    call->function = take_word(reader);
    if (call->function.size == 0) return fail(reader, "the name of a function is missing");
    if (!take_arguments(reader, call)) return false;
    skip_space(reader);
    return reader->at == reader->text.size || fail(reader, "one call is all that may stand here");
}

/* ---------------------------------------------------------------- arguments */

static bool whole_number(struct span text, uint32_t most, uint32_t *out)
{
    uint32_t value = 0;
    if (text.size == 0 || text.size > 7) return false;
    for (size_t i = 0; i < text.size; i++) {
        if (!isdigit((unsigned char)text.data[i])) return false;
        value = value * 10 + (uint32_t)(text.data[i] - '0');
    }
    *out = value;
    return value <= most;
}

enum { CODE_POINTS_MAX = 1000000 };

static bool set_scope(const struct argument *argument, struct handling *out)
{
    out->scope = span_is(argument->value, "domain") ? SCOPE_DOMAIN : SCOPE_USE;
    return span_is(argument->value, "use") || span_is(argument->value, "domain");
}

static bool set_key(const struct argument *argument, struct handling *out)
{
    (void)out; /* a use has one key */
    return span_is(argument->value, "use");
}

static bool set_keep_first(const struct argument *argument, struct handling *out)
{
    return whole_number(argument->value, CODE_POINTS_MAX, &out->keep_first);
}

static bool set_keep_last(const struct argument *argument, struct handling *out)
{
    return whole_number(argument->value, CODE_POINTS_MAX, &out->keep_last);
}

static bool set_keep_domain(const struct argument *argument, struct handling *out)
{
    out->keep_domain = span_is(argument->value, "true");
    return out->keep_domain || span_is(argument->value, "false");
}

static bool set_length(const struct argument *argument, struct handling *out)
{
    return whole_number(argument->value, CODE_POINTS_MAX, &out->length) && out->length > 0;
}

static bool set_v4(const struct argument *argument, struct handling *out)
{
    uint32_t bits = 0;
    bool ok = whole_number(argument->value, 32, &bits);
    out->v4 = (uint8_t)bits;
    return ok;
}

static bool set_v6(const struct argument *argument, struct handling *out)
{
    uint32_t bits = 0;
    bool ok = whole_number(argument->value, 128, &bits);
    out->v6 = (uint8_t)bits;
    return ok;
}

static const char *const unit_words[] = {[UNIT_SECOND] = "second", [UNIT_MINUTE] = "minute", [UNIT_HOUR] = "hour",
                                         [UNIT_DAY] = "day",       [UNIT_MONTH] = "month",   [UNIT_YEAR] = "year"};

static bool set_unit(const struct argument *argument, struct handling *out)
{
    for (size_t i = 0; i < COUNT_OF(unit_words); i++) {
        out->unit = (enum time_unit)i;
        if (span_is(argument->value, unit_words[i])) return true;
    }
    return false;
}

static bool set_step(const struct argument *argument, struct handling *out)
{
    return number_parse(argument->value, &out->step) == NUMBER_OK && out->step.coefficient > 0 && !out->step.negative;
}

static bool set_nothing(const struct argument *argument, struct handling *out)
{
    (void)argument;
    (void)out;
    return true;
}

struct parameter {
    const char *name;
    bool must;
    bool quoted; /* a quoted value is allowed */
    apply_argument *apply;
    const char *wanted;
};

struct function {
    const char *name;
    enum handling_kind kind;
    struct parameter parameters[3];
};

static const struct function functions[] = {
    {"hmac_sha256", HANDLE_HMAC, {{"scope", true, false, set_scope, "scope is use or domain"}}},
    {"encrypt", HANDLE_ENCRYPT, {{"key", true, false, set_key, "key is use"}}},
    {"mask",
     HANDLE_MASK,
     {{"keep_first", false, false, set_keep_first, "keep_first is a whole number of characters"},
      {"keep_last", false, false, set_keep_last, "keep_last is a whole number of characters"},
      {"keep_domain", false, false, set_keep_domain, "keep_domain is true or false"}}},
    {"truncate", HANDLE_TRUNCATE, {{"len", true, false, set_length, "len is a whole number of characters, 1 or more"}}},
    {"truncate_ip",
     HANDLE_TRUNCATE_IP,
     {{"v4", true, false, set_v4, "v4 is a prefix length of 0 to 32"},
      {"v6", true, false, set_v6, "v6 is a prefix length of 0 to 128"}}},
    {"generalise", HANDLE_GENERALISE, {{"unit", true, false, set_unit, "unit is second, minute, hour, day, month or year"}}},
    {"round", HANDLE_ROUND, {{"step", true, false, set_step, "step is a number above 0"}}},
    {"redact", HANDLE_REDACT, {{"value", true, true, set_nothing, "value is the constant to put in its place"}}},
};

static const struct parameter *find_parameter(const struct function *function, struct span name)
{
    for (size_t i = 0; i < COUNT_OF(function->parameters) && function->parameters[i].name != NULL; i++) {
        if (span_is(name, function->parameters[i].name)) return &function->parameters[i];
    }
    return NULL;
}

static bool is_given(const struct call *call, const struct parameter *parameter)
{
    return is_repeated(call, span_of(parameter->name));
}

/* Keys per person: a value of the argument that is read and refused by name. NULL when it is none. */
static const char *not_served(const struct function *function, const struct argument *argument)
{
    if (!span_is(argument->value, "subject")) return NULL;
    if (function->kind == HANDLE_HMAC) return "hmac_sha256 with scope=subject is not served by this version";
    return function->kind == HANDLE_ENCRYPT ? "encrypt with key=subject is not served by this version" : NULL;
}

static bool apply_call(const struct function *function, const struct call *call, struct handling *out,
                       struct handling_error *error)
{
    for (size_t i = 0; i < call->count; i++) {
        const struct argument *argument = &call->arguments[i];
        const struct parameter *parameter = find_parameter(function, argument->name);
        if (parameter == NULL)
            return fail_at(error, HANDLING_SYNTAX, argument->offset, "the function has no argument of this name");
        if (not_served(function, argument) != NULL)
            return fail_at(error, HANDLING_NOT_SERVED, argument->offset, not_served(function, argument));
        if ((argument->quoted && !parameter->quoted) || !parameter->apply(argument, out))
            return fail_at(error, HANDLING_SYNTAX, argument->offset, parameter->wanted);
    }
    for (size_t i = 0; i < COUNT_OF(function->parameters) && function->parameters[i].name != NULL; i++) {
        const struct parameter *parameter = &function->parameters[i];
        if (parameter->must && !is_given(call, parameter)) return fail_at(error, HANDLING_SYNTAX, 0, parameter->wanted);
    }
    out->kind = function->kind;
    return true;
}

bool handling_parse(struct span text, struct arena *arena, struct handling *out, struct span *constant, bool *quoted,
                    struct handling_error *error)
{
    struct reader reader = {.text = text, .arena = arena, .error = error};
    struct call call = {0};
    *out = (struct handling){0};
    if (!take_call(&reader, &call)) return false;
    for (size_t i = 0; i < COUNT_OF(functions); i++) {
        if (!span_is(call.function, functions[i].name)) continue;
        if (functions[i].kind == HANDLE_REDACT && call.count > 0) {
            *constant = call.arguments[0].value;
            *quoted = call.arguments[0].quoted;
        }
        return apply_call(&functions[i], &call, out, error);
    }
    return fail_at(error, HANDLING_SYNTAX, 0, "this is none of the functions");
}

/* ---------------------------------------------------------------- words */

const char *handling_word(enum handling_kind kind)
{
    for (size_t i = 0; i < COUNT_OF(functions); i++) {
        if (functions[i].kind == kind) return functions[i].name;
    }
    return "pass";
}

const char *time_unit_word(enum time_unit unit)
{
    return unit_words[unit];
}

static struct span mask_text(const struct handling *handling, struct arena *arena)
{
    return arena_printf(arena, "mask(keep_first=%u, keep_last=%u, keep_domain=%s)", handling->keep_first, handling->keep_last,
                        handling->keep_domain ? "true" : "false");
}

static struct span redact_text(const struct handling *handling, struct arena *arena)
{
    struct buffer text = BUFFER_EMPTY;
    buffer_append_text(&text, "redact(value='");
    for (size_t i = 0; i < handling->constant.text.size; i++) {
        if (handling->constant.text.data[i] == '\'') buffer_append_char(&text, '\'');
        buffer_append_char(&text, handling->constant.text.data[i]);
    }
    buffer_append_text(&text, "')");
    struct span copy = buffer_ok(&text) ? arena_copy(arena, buffer_span(&text)) : (struct span){NULL, 0};
    buffer_deinit(&text);
    return copy;
}

struct span handling_text(const struct handling *handling, struct arena *arena)
{
    char step[NUMBER_TEXT_MAX];
    switch (handling->kind) {
    case HANDLE_HMAC: return arena_printf(arena, "hmac_sha256(scope=%s)", handling->scope == SCOPE_DOMAIN ? "domain" : "use");
    case HANDLE_ENCRYPT: return SPAN("encrypt(key=use)");
    case HANDLE_MASK: return mask_text(handling, arena);
    case HANDLE_TRUNCATE: return arena_printf(arena, "truncate(len=%u)", handling->length);
    case HANDLE_TRUNCATE_IP: return arena_printf(arena, "truncate_ip(v4=%u, v6=%u)", handling->v4, handling->v6);
    case HANDLE_GENERALISE: return arena_printf(arena, "generalise(unit=%s)", time_unit_word(handling->unit));
    case HANDLE_ROUND: return arena_printf(arena, "round(step=%.*s)", (int)number_format(&handling->step, step), step);
    case HANDLE_REDACT: return redact_text(handling, arena);
    case HANDLE_PASS: break;
    }
    return (struct span){NULL, 0};
}
