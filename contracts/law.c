#include "contracts/law.h"

#include "codecs/attributes.h"
#include "contracts/category.h"
#include "contracts/fideslang.h"

/* ---------------------------------------------------------------- what a use is for, whom it is about */

static bool serves(const struct use *use, const char *key)
{
    return fideslang_is_descendant(use->data_use, span_of(key));
}

static bool always(const struct use *use)
{
    (void)use;
    return true;
}

static bool never(const struct use *use)
{
    (void)use;
    return false;
}

static bool is_marketing(const struct use *use)
{
    return serves(use, "marketing");
}

static bool is_third_party_advertising(const struct use *use)
{
    return serves(use, "marketing.advertising.third_party");
}

static bool is_direct_mail(const struct use *use)
{
    return serves(use, "marketing.communications.email") || serves(use, "marketing.communications.sms");
}

/* What a duty or a public task never asks for. */
static bool sells_on_duty(const struct use *use)
{
    bool duty = use->legal_basis == BASIS_LEGAL_OBLIGATION || use->legal_basis == BASIS_PUBLIC_TASK ||
                use->legal_basis == BASIS_VITAL_INTEREST;
    return duty && (is_marketing(use) || serves(use, "personalize") || serves(use, "sales"));
}

static bool asks_for_a_duty(const struct use *use)
{
    bool duty = serves(use, "essential.legal_obligation") || serves(use, "third_party_sharing.legal_obligation");
    return duty && use->legal_basis == BASIS_CONSENT;
}

static bool asks_staff(const struct use *use)
{
    static const char *const staff[] = {"employee", "job_applicant", "trainee"};
    if (use->legal_basis != BASIS_CONSENT) return false;
    for (size_t i = 0; i < use->subject_count; i++) {
        for (size_t j = 0; j < COUNT_OF(staff); j++) {
            if (span_is(use->subjects[i], staff[j])) return true;
        }
    }
    return false;
}

/* A child's own consent may not hold, its interests weigh more, and profiles of it are not for advertising. */
static bool leans_on_children(const struct use *use)
{
    return is_marketing(use) || use->legal_basis == BASIS_CONSENT || use->legal_basis == BASIS_LEGITIMATE_INTEREST;
}

static bool is_of_children(struct span category)
{
    return fideslang_is_descendant(category, SPAN("user.childrens"));
}

/* ---------------------------------------------------------------- what a use states */

static bool has_consent(const struct use *use)
{
    return use->legal_basis == BASIS_CONSENT;
}

static bool has_special_basis(const struct use *use)
{
    return use->special_category_basis.data != NULL;
}

static bool has_explicit_consent(const struct use *use)
{
    return span_is(use->special_category_basis, "explicit_consent");
}

static bool has_criminal_basis(const struct use *use)
{
    return use->criminal_data_basis.data != NULL;
}

static struct span data_use(const struct use *use)
{
    return use->data_use;
}

static struct span basis(const struct use *use)
{
    return span_of(legal_basis_word(use->legal_basis));
}

static struct span special_basis(const struct use *use)
{
    return use->special_category_basis;
}

static struct span criminal_basis(const struct use *use)
{
    return use->criminal_data_basis;
}

static bool has_basis(const struct use *use)
{
    return use->legal_basis != BASIS_NONE;
}

/* clang-format off */
static const struct law_fact facts[] = {
    {"legal-basis", NULL, always, has_basis, LAW_AT_USE, "legalBasis", basis,
     "Art. 6(1) GDPR", "one of the six bases",
     "legalBasis is missing, and the model has data subjects"},
    {"special-category-basis", fideslang_is_special, always, has_special_basis, LAW_AT_USE, "specialCategoryBasis", special_basis,
     "Art. 9 GDPR", "a ground of Art. 9(2)",
     "the use takes special category data, and specialCategoryBasis is missing"},
    {"criminal-data-basis", fideslang_is_criminal, always, has_criminal_basis, LAW_AT_USE, "criminalDataBasis", criminal_basis,
     "Art. 10 GDPR", "official authority, or a law that authorises it",
     "the use takes data on offences, and criminalDataBasis is missing"},
    {"special-category-marketing", fideslang_is_special, is_marketing, has_explicit_consent, LAW_AT_FIELD, NULL, special_basis,
     "Art. 9(2)(a) GDPR", "explicit consent for marketing",
     "a use for marketing reads special category data without explicit consent"},
    {"advertising-consent", NULL, is_third_party_advertising, has_consent, LAW_AT_DATA_USE, NULL, basis,
     "Art. 5(3) ePrivacy Directive, Art. 6(1) GDPR", "consent for third-party advertising",
     "advertising for third parties rests on another basis than consent"},
    {"marketing-messages", NULL, is_direct_mail, has_consent, LAW_AT_DATA_USE, NULL, basis,
     "Art. 13 ePrivacy Directive", "consent, or the seller's own customers",
     "marketing by electronic mail rests on another basis than consent"},
    {"children", is_of_children, leans_on_children, never, LAW_AT_FIELD, NULL, basis,
     "Art. 6(1)(f), Art. 8 GDPR", "another basis than consent or legitimate interests, and no marketing",
     "data of children is read on consent, on legitimate interests or for marketing"},
    {"basis-purpose", NULL, sells_on_duty, never, LAW_AT_LEGAL_BASIS, NULL, data_use,
     "Art. 6(3) GDPR", "a purpose that the basis is for",
     "no duty, public task or vital interest asks for marketing, sales or personalisation"},
    {"basis-purpose", NULL, asks_for_a_duty, never, LAW_AT_LEGAL_BASIS, NULL, basis,
     "Art. 7(4) GDPR", "another basis than consent",
     "what the law demands does not depend on consent: whoever refuses it is not asked in earnest"},
    {"consent-imbalance", NULL, asks_staff, never, LAW_AT_LEGAL_BASIS, NULL, basis,
     "Art. 7(4) GDPR", "another basis than consent",
     "consent of employees or applicants to their employer is rarely given freely"},
};
/* clang-format on */

const struct law_fact *law_fact(size_t index)
{
    return index < COUNT_OF(facts) ? &facts[index] : NULL;
}

bool law_concerns(const struct law_fact *fact, const struct use *use)
{
    return (fact->category != NULL || use->model->subject_count > 0) && fact->concerns(use);
}

bool law_concerns_field(const struct law_fact *fact, const struct field *field)
{
    return fact->category == NULL || category_match(field, fact->category).data != NULL;
}
