/* why.h - why a tile shows what it shows: the chain from right to glass, and the first thing in it
 * that is wrong. [control] */
#ifndef WALLCTL_WHY_H
#define WALLCTL_WHY_H

#include "wallctl/api.h"

/* {"tile","camera","is_good","steps":[{"step","is_good","text","text_en"}...],"verdict","verdict_en"};
 * steps after the first bad one are left out. NULL with NOT_FOUND for an unknown wall or tile.
 * Caller owns. */
Json *why_json(const ApiEnv *env, const char *wall, guint tile, const Caller *caller,
               GError **error);

#endif
