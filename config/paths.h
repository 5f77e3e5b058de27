/* paths.h - where things lie when the configuration does not say: the system's places for root, XDG's for a person. [any] */
#ifndef WALLCTL_CONFIG_PATHS_H
#define WALLCTL_CONFIG_PATHS_H

#include "config/config.h"

char *paths_state_dir(const Config *config); /* caller frees */
char *paths_socket(const Config *config);    /* config NULL: the default; caller frees */

#endif
