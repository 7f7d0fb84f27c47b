#include "contracts/fideslang.h"

#include "codecs/attributes.h"
#include "contracts/near.h"

#include <stdlib.h>

/* ---------------------------------------------------------------- keys */

static int by_key(const void *wanted, const void *row)
{
    return span_compare(*(const struct span *)wanted, span_of(((const struct fideslang_key *)row)->key));
}

const struct fideslang_key *fideslang_find(enum fideslang_kind kind, struct span key)
{
    struct fideslang_list list = fideslang_list(kind);
    return bsearch(&key, list.keys, list.count, sizeof *list.keys, by_key);
}

static struct span last_part(struct span key)
{
    size_t at = key.size;
    while (at > 0 && key.data[at - 1] != '.') at--;
    return (struct span){key.data + at, key.size - at};
}

/* A misspelt key first; then one whose last part is what was written: people leave the parents out. */
const struct fideslang_key *fideslang_nearest(enum fideslang_kind kind, struct span key)
{
    enum { TOO_FAR = 4 };
    struct fideslang_list list = fideslang_list(kind);
    const struct fideslang_key *nearest = NULL, *by_part = NULL;
    struct span part = last_part(key);
    unsigned least = key.size / 3 + 1 < TOO_FAR ? (unsigned)(key.size / 3 + 1) : TOO_FAR;
    for (size_t i = 0; i < list.count; i++) {
        if (list.keys[i].replaced_by != NULL) continue;
        struct span candidate = span_of(list.keys[i].key);
        unsigned distance = near_distance(key, candidate, least);
        if (distance < least) {
            least = distance;
            nearest = &list.keys[i];
        }
        if (by_part == NULL && near_distance(part, last_part(candidate), 2) < 2) by_part = &list.keys[i];
    }
    return nearest != NULL ? nearest : by_part;
}

bool fideslang_is_descendant(struct span key, struct span ancestor)
{
    return span_starts_with(key, ancestor) && (key.size == ancestor.size || key.data[ancestor.size] == '.');
}

/* ---------------------------------------------------------------- what a category means under the GDPR */

enum trait { TRAIT_IDENTIFYING = 1, TRAIT_SPECIAL = 2, TRAIT_CRIMINAL = 4 };

/* A row holds for its key and all that lies in it; the longest row that fits counts. biometric data is special category when
 * it serves to identify, which is what the key stands for. */
static const struct {
    const char *key;
    enum category_level level;
    unsigned traits;
} meanings[] = {
    {"system", LEVEL_NON_SENSITIVE, 0},
    {"user", LEVEL_STANDARD, 0},
    {"user.authorization", LEVEL_SENSITIVE, 0},
    {"user.authorization.biometric", LEVEL_SPECIAL, TRAIT_IDENTIFYING | TRAIT_SPECIAL},
    {"user.biometric", LEVEL_SPECIAL, TRAIT_IDENTIFYING | TRAIT_SPECIAL},
    {"user.childrens", LEVEL_SENSITIVE, 0},
    {"user.contact", LEVEL_STANDARD, TRAIT_IDENTIFYING},
    {"user.contact.address.country", LEVEL_STANDARD, 0},
    {"user.contact.address.state", LEVEL_STANDARD, 0},
    {"user.criminal_history", LEVEL_SPECIAL, TRAIT_CRIMINAL},
    {"user.demographic.political_opinion", LEVEL_SPECIAL, TRAIT_SPECIAL},
    {"user.demographic.race_ethnicity", LEVEL_SPECIAL, TRAIT_SPECIAL},
    {"user.demographic.religious_belief", LEVEL_SPECIAL, TRAIT_SPECIAL},
    {"user.demographic.sexual_orientation", LEVEL_SPECIAL, TRAIT_SPECIAL},
    {"user.device.cookie", LEVEL_STANDARD, TRAIT_IDENTIFYING},
    {"user.device.cookie_id", LEVEL_STANDARD, TRAIT_IDENTIFYING},
    {"user.device.device_id", LEVEL_STANDARD, TRAIT_IDENTIFYING},
    {"user.device.ip_address", LEVEL_STANDARD, TRAIT_IDENTIFYING},
    {"user.financial", LEVEL_SENSITIVE, 0},
    {"user.government_id", LEVEL_SENSITIVE, TRAIT_IDENTIFYING},
    {"user.health_and_medical", LEVEL_SPECIAL, TRAIT_SPECIAL},
    {"user.location.precise", LEVEL_SENSITIVE, 0},
    {"user.name", LEVEL_STANDARD, TRAIT_IDENTIFYING},
    {"user.unique_id", LEVEL_STANDARD, TRAIT_IDENTIFYING},
};

/* The row's index; COUNT_OF(meanings) for a key outside system and user. */
static size_t meaning_of(struct span category)
{
    size_t found = COUNT_OF(meanings), length = 0;
    for (size_t i = 0; i < COUNT_OF(meanings); i++) {
        struct span key = span_of(meanings[i].key);
        if (key.size <= length || !fideslang_is_descendant(category, key)) continue;
        found = i;
        length = key.size;
    }
    return found;
}

static bool has_trait(struct span category, unsigned trait)
{
    size_t row = meaning_of(category);
    return row < COUNT_OF(meanings) && (meanings[row].traits & trait) != 0;
}

enum category_level fideslang_level(struct span category)
{
    size_t row = meaning_of(category);
    return row < COUNT_OF(meanings) ? meanings[row].level : LEVEL_NON_SENSITIVE;
}

const char *category_level_word(enum category_level level)
{
    static const char *const words[] = {[LEVEL_NON_SENSITIVE] = "non-sensitive",
                                        [LEVEL_STANDARD] = "standard",
                                        [LEVEL_SENSITIVE] = "sensitive",
                                        [LEVEL_SPECIAL] = "special-category"};
    return words[level];
}

bool fideslang_is_identifying(struct span category)
{
    return has_trait(category, TRAIT_IDENTIFYING);
}

bool fideslang_is_special(struct span category)
{
    return has_trait(category, TRAIT_SPECIAL);
}

bool fideslang_is_criminal(struct span category)
{
    return has_trait(category, TRAIT_CRIMINAL);
}
