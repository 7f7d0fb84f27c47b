/* rule_law.c - what law asks of a use (contracts/law.c judges it). `why` cites: GDPR = Regulation (EU) 2016/679, ePrivacy
 * Directive = 2002/58/EC as amended by 2009/136/EC, DSA = Regulation (EU) 2022/2065. */
#include "contracts/rule_tables.h"

#define ERROR(name, title, why, remedy, example)                         \
    {                                                                    \
        name, RULE_CONTRACT, SEVERITY_ERROR, title, why, remedy, example \
    }
#define WARNING(name, title, why, remedy, example)                         \
    {                                                                      \
        name, RULE_CONTRACT, SEVERITY_WARNING, title, why, remedy, example \
    }

static const struct rule rows[] = {
    ERROR("legal-basis", "a use of personal data needs a legal basis",
          "Processing is lawful only on one of the six bases of Art. 6(1) GDPR.",
          "Add legalBasis: consent, contract, legal_obligation, vital_interest, public_task or legitimate_interest.",
          "a use without legalBasis of a model with dataSubjects: [customer]"),
    ERROR(
        "special-category-basis", "special category data needs a basis of its own",
        "Art. 9(1) GDPR forbids processing it; only the grounds of Art. 9(2)(a) to (j) lift that. A legal basis of Art. 6, "
        "legitimate interests for one, is not among them.",
        "Add specialCategoryBasis: explicit_consent (a), employment_social_security (b), vital_interest (c), not_for_profit (d), "
        "made_public (e), legal_claims (f), substantial_public_interest (g), health_care (h), public_health (i) or "
        "archiving_research_statistics (j).",
        "dataCategories: [user.health_and_medical], no specialCategoryBasis"),
    ERROR("criminal-data-basis", "data on convictions and offences needs a basis of its own",
          "Art. 10 GDPR: only under the control of official authority, or when Union or Member State law authorises it with "
          "safeguards.",
          "Add criminalDataBasis: official_authority or authorised_by_law.",
          "dataCategories: [user.criminal_history], no criminalDataBasis"),
    ERROR("special-category-marketing", "marketing with special category data needs explicit consent",
          "Of the grounds of Art. 9(2) GDPR only explicit consent (a) fits marketing; Art. 26(3) DSA forbids platforms to show "
          "advertisements by profiling on such data at all.",
          "Take the field out, or state specialCategoryBasis: explicit_consent; where another ground truly holds, sign a waiver.",
          "dataUse: marketing.advertising with a field of user.health_and_medical"),
    ERROR("advertising-consent", "advertising for third parties needs consent",
          "Data from people's devices is read for advertising only with consent (Art. 5(3) ePrivacy Directive), and their "
          "interests "
          "outweigh a controller's in personalised advertising (Art. 6(1)(f) GDPR; CJEU C-252/21, 4 July 2023, paragraph 117).",
          "State legalBasis: consent; where another basis truly holds, sign a waiver with field: '*'.",
          "dataUse: marketing.advertising.third_party, legalBasis: legitimate_interest"),
    WARNING("marketing-messages", "marketing by electronic mail without consent",
            "Art. 13(1) ePrivacy Directive asks for prior consent; Art. 13(2) excepts a seller's own customers, for similar "
            "products, "
            "who may object at every message.",
            "State legalBasis: consent, or sign a waiver with field: '*' that names the exception.",
            "dataUse: marketing.communications.email, legalBasis: legitimate_interest"),
    WARNING("children", "children's data on a basis that seldom holds for them",
            "A child consents to online services by its parents (Art. 8 GDPR), its interests weigh more than a controller's "
            "(Art. 6(1)(f)), and profiles of minors are not for advertising (recital 38; Art. 28(2) DSA).",
            "Take the field out, or sign a waiver that says how children are protected.",
            "dataCategories: [user.childrens], legalBasis: legitimate_interest"),
    WARNING("basis-purpose", "the legal basis does not fit the data use",
            "A legal obligation or a public task is laid down by law and bounded by its purpose (Art. 6(3) GDPR), a vital "
            "interest by "
            "its emergency; consent to what happens anyway is none (Art. 7(4), recital 42).",
            "Choose the basis that the purpose has, or the data use that the basis is for.",
            "dataUse: marketing, legalBasis: legal_obligation"),
    WARNING(
        "consent-imbalance", "consent of people who can hardly refuse",
        "Between employer and employee there is an imbalance, so consent is seldom freely given (Art. 7(4), recital 43 GDPR).",
        "Rest the use on another basis, or sign a waiver with field: '*' that says why refusing costs nothing.",
        "dataSubjects: [employee], legalBasis: consent"),
};

const struct rule *rule_law_rows(size_t *count)
{
    *count = COUNT_OF(rows);
    return rows;
}
