/* privacy_rules.h - the forms that privacy.c looks for, one row a form. Pure. [any]
 *
 * Patterns are PCRE2, without case, and run in order on folded text: half-width ASCII, simplified
 * script for the characters used here, Chinese digits in runs as digits, white space as ' ',
 * invisible characters left out. Group 1 is what must go; without one the whole match. What a row has
 * taken is, for those behind it, as many bytes PRIVACY_TAKEN + kind.
 */
#ifndef WALLCTL_MODEL_PRIVACY_RULES_H
#define WALLCTL_MODEL_PRIVACY_RULES_H

#include "wallctl/model/privacy.h"

#define PRIVACY_TAKEN 0x10

/* A second look at what a pattern matched: bytes from to to of the folded text. */
typedef gboolean (*PrivateFits)(const char *text, gsize from, gsize to);

enum {
    PRIVATE_NEEDS_HAN = 1,        /* a Chinese character */
    PRIVATE_NEEDS_NUMBER = 1 << 1 /* something that can number a house */
};

typedef struct {
    PrivateKind kind; /* 0: no one's, set aside so that no later row takes a part of it */
    const char *pattern;
    PrivateFits fits; /* NULL: the pattern says it all */
    guint digits;     /* a text with fewer digits has none: most texts need few of the rules */
    guint needs;      /* what else there must be */
} PrivateRule;

extern const PrivateRule private_rules[];
extern const guint n_private_rules;

#endif
