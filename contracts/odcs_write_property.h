/* odcs_write_property.h - between odcs_writer.c, which writes a contract's root, and odcs_write_property.c, which writes its
 * fields. */
#ifndef HEADGATE_CONTRACTS_ODCS_WRITE_PROPERTY_H
#define HEADGATE_CONTRACTS_ODCS_WRITE_PROPERTY_H

#include "contracts/catalogue.h"
#include "contracts/yaml_writer.h"

struct odcs_writing {
    struct yaml_writer yaml;
    struct arena *arena;
    const struct use *use; /* NULL: a model */
    const struct model *model;
    bool failed; /* the arena is exhausted */
};

/* Opens an entry of customProperties; its value comes next, then yaml_write_item_end(). */
void odcs_custom_begin(struct odcs_writing *writing, const char *name);

/* A whole entry. Texts with NULL data are left out; lists without entries too, unless `empty`. */
void odcs_custom_text(struct odcs_writing *writing, const char *name, struct span value);
void odcs_custom_texts(struct odcs_writing *writing, const char *name, const struct span *values, size_t count, bool empty);

/* permittedDataUses and permittedLegalBases. */
void odcs_custom_limit(struct odcs_writing *writing, const struct limit *limit);

/* quality of a field, where there is any: odcs_write_quality.c. */
void odcs_write_quality(struct odcs_writing *writing, const struct field *field);

/* properties or items of a field, with all below. */
void odcs_write_inside(struct odcs_writing *writing, const struct field *field);

#endif
