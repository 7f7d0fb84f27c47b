/* contracts.h - what commands that read contracts share: the folder, the options of the configuration, the list of what is wrong.
 */
#ifndef HEADGATE_GATEWAY_COMMANDS_CONTRACTS_H
#define HEADGATE_GATEWAY_COMMANDS_CONTRACTS_H

#include "contracts/catalogue.h"
#include "gateway/commands/command.h"

struct contracts {
    struct config *config; /* the built-in values where there is none */
    struct arena *arena;
    struct diagnostics diagnostics;
    struct catalogue *catalogue; /* NULL when there were errors */
    const char *dir;
};

/* Reads the configuration (`file` may be NULL) and the contracts in `dir` (NULL: the configuration's, by default ./contracts).
 * False when the command is over with *code, having said why; contracts->catalogue may be NULL after true. contracts_close()
 * frees in every case. */
bool contracts_open(struct contracts *contracts, const struct command *command, const char *file, const char *dir, bool strict,
                    int *code) MUST_CHECK;
void contracts_close(struct contracts *contracts);

/* How many diagnostics have this severity. */
size_t contracts_count(const struct contracts *contracts, enum severity severity);

/* The list for people: file:line:column, rule, detail, what to do. With `colour` grouped by file. */
void contracts_report(const struct contracts *contracts, bool colour, struct buffer *out);

enum contracts_kind { CONTRACTS_MODEL = 1, CONTRACTS_USE = 2, CONTRACTS_ANY = CONTRACTS_MODEL | CONTRACTS_USE };

/* "headgate NAME: there is no such contract", with the folder, and the nearest that there is: on standard error. */
void contracts_unknown(const struct contracts *contracts, const struct command *command, enum contracts_kind kind,
                       const char *name);

/* For commands that need a catalogue: the list on standard error; EXIT_FOUND. */
int contracts_refuse(const struct contracts *contracts);

#endif
