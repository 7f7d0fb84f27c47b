/* yaml_scalar.h - what a plain scalar means by the core schema of YAML 1.2, and whether YAML 1.1 would disagree. */
#ifndef HEADGATE_CONTRACTS_YAML_SCALAR_H
#define HEADGATE_CONTRACTS_YAML_SCALAR_H

#include "contracts/yaml.h"

/* Type of a plain scalar (YAML 1.2.2, section 10.3.2). */
enum yaml_type yaml_scalar_type(struct span text);

/* A constant sentence that says how the readings differ; NULL when 1.1 and 1.2 agree. */
const char *yaml_scalar_ambiguity(struct span text);

#endif
