/* onvif_search.h - the search for cameras in the network, and what it has found so far. [control]
 *
 * One thing at a time: a search, or a login that is tried on what was found. The work is done by a few threads of its own,
 * ends by itself after a minute or two, and can be stopped; what was found stays until the next search. Passwords live as
 * long as they are tried.
 */
#ifndef WALLCTL_ONVIF_SEARCH_H
#define WALLCTL_ONVIF_SEARCH_H

#include "config/config.h"
#include "onvif/device.h"
#include "onvif/discovery.h"

typedef enum {
    SEARCH_NONE = 1, /* since the start of the program */
    SEARCH_LOOKING,  /* probes are out */
    SEARCH_ASKING,   /* those that were found are asked */
    SEARCH_DONE,
    SEARCH_STOPPED, /* by a person, or by its time limit */
} SearchState;

typedef enum { FINDING_ASKING = 1, FINDING_TOLD } FindingState;

typedef struct {
    char *id;       /* "d1" */
    char *endpoint; /* "" where it was not found by a probe */
    GInetAddress *host;
    char *host_text;
    char *address; /* of its device service; NULL: trouble says why */
    char *name, *hardware, *location;
    FindingState state;
    OnvifTrouble trouble;
    OnvifDevice *device; /* NULL: never asked to the end */
    char *credential;    /* the reference that opened it; "" */
} OnvifFinding;

typedef struct OnvifSearch OnvifSearch;

OnvifSearch *onvif_search_new(void);
void onvif_search_free(OnvifSearch *search); /* waits for what is under way, a second at most */

/* targets: of discovery_add_targets(), may be empty; taken over. FALSE with LOCKED while something is under way. */
gboolean onvif_search_start(OnvifSearch *search, const Config *config, GPtrArray *targets,
                            guint16 port, GError **error);
void onvif_search_stop(OnvifSearch *search);

/* Tries user and password on findings (ids, ended by NULL). reference: what it is called in the credentials file, or "".
 * FALSE with NOT_FOUND naming the id, LOCKED as above. */
gboolean onvif_search_try(OnvifSearch *search, const Config *config, char **ids,
                          const Credential *login, const char *reference, GError **error);

/* NULL: no such finding. Borrowed. */
const OnvifFinding *onvif_search_find(const OnvifSearch *search, const char *id);

typedef struct {
    SearchState state;
    guint n_asked, n_to_ask;
    gint64 began_ms, took_ms; /* took: so far, or in all */
    GPtrArray *findings;      /* OnvifFinding, borrowed */
} SearchInfo;

SearchInfo onvif_search_info(const OnvifSearch *search);

#endif
