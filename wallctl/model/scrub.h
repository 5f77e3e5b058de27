/* scrub.h - takes out of technical texts what must not leave the house: secrets, network addresses, what points at
 * a person. Pure; for one text after another, on one thread at a time. [any]
 *
 * An address becomes "ip-3", a host's name "host-2": the same one everywhere in what one Scrub has seen, so that
 * who reads can still tell one camera from another. Addresses of this machine itself (127.0.0.1, ::1, 0.0.0.0,
 * localhost) stay. What cannot be told apart from an address goes too.
 */
#ifndef WALLCTL_MODEL_SCRUB_H
#define WALLCTL_MODEL_SCRUB_H

#include "wallctl/base/json.h"

typedef struct Scrub Scrub;

Scrub *scrub_new(void);
void scrub_free(Scrub *scrub);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scrub, scrub_free)

char *scrub_text(Scrub *scrub, const char *text); /* caller frees */

/* A copy whose texts are scrubbed, and whose members with names of secrets ("token", "credential" ...) are three
 * stars. Caller owns. */
Json *scrub_json(Scrub *scrub, Json *json);

#endif
