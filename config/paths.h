/* paths.h - where things lie when the configuration does not say: the system's places for root, XDG's for a person. [any] */
#ifndef WALLCTL_CONFIG_PATHS_H
#define WALLCTL_CONFIG_PATHS_H

#include "config/config.h"

char *paths_state_dir(const Config *config); /* caller frees */
char *paths_socket(const Config *config);    /* config NULL: the default; caller frees */

/* For a client: one's own daemon's socket if it is there, else that of the machine's service. Caller frees. */
char *paths_find_socket(void);

#endif
