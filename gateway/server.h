/* server.h - the running gateway: listeners, workers, signals, reloads, the end.
 *
 *     load edition -> bind listeners -> audit topics (a while) -> workers -> serve
 *     SIGHUP: load an edition; offer it to all, or keep the old one and say why
 *     SIGTERM, SIGINT: drain -> exit 0, having delivered all it acknowledged; a second one ends at once
 *
 * The main thread runs the admin listeners and the signals; events are the workers' business. */
#ifndef HEADGATE_GATEWAY_SERVER_H
#define HEADGATE_GATEWAY_SERVER_H

#include "gateway/config.h"

/* Serves until a signal ends it; a reload reads the configuration anew from `input`. The exit code of the command: 0 fine, 1
 * contracts or keys are wrong, 3 could not (listen, disk, records left undelivered at the deadline). Problems go to standard
 * error. */
int server_run(const struct config *config, const struct config_input *input) MUST_CHECK;

#endif
