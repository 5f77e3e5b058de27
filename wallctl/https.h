/* https.h - the certificate under which the site is reached: given or made, watched, renewed.
 * [control]
 *
 * A given one is read again at a reload; one that cannot be used leaves the former in its place and
 * is told in status and log, as is one that has expired or soon will. One of our own making is
 * looked after every hour: renewed a month before its end, and when the machine has got an address
 * that it is not good for. Nothing that is open is cut off by any of this.
 */
#ifndef WALLCTL_HTTPS_H
#define WALLCTL_HTTPS_H

#include "config/config.h"
#include "wallctl/base/json.h"
#include "wallctl/base/work.h"
#include "web/server.h"

typedef struct Https Https;

/* The first certificate is there, or the reason why not is told, when this returns: it reads and
 * writes files, and is for the start. web and work outlive it. state_dir: where those of our own
 * making lie, in "tls". */
Https *https_new(WebServer *web, WorkPool *work, const char *state_dir, Config *config);

/* The same later, on a worker. */
void https_reload(Https *https, Config *config);

/* "https" of the status; NULL when the configuration asks for none. Caller owns. */
Json *https_state(const Https *https);
void https_free(Https *https);

#endif
