/* floor_http.c - the HTTP floor: bodies are read and thrown away.
 *
 * usage: floor_http PORT */
#include "bench/floor_server.h"

#include <stdio.h>
#include <stdlib.h>

static void throw_away(struct floor_connection *connection, struct span body)
{
    (void)body;
    floor_server_reply(connection);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: floor_http PORT\n", stderr);
        return 2;
    }
    struct floor_server server = {.base = event_base_new(), .body = throw_away};
    return floor_server_run(&server, atoi(argv[1]));
}
