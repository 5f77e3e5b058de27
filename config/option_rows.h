/* option_rows.h - how a row of an option table is written. For the files that hold tables. */
#ifndef WALLCTL_CONFIG_OPTION_ROWS_H
#define WALLCTL_CONFIG_OPTION_ROWS_H

#include "config/option.h"

#include <stddef.h>

/* Offset of a member that takes 32 bits; does not compile for others. */
#define NUMBER_AT(S, F) (offsetof(S, F) + 0 * sizeof(char[sizeof(((S *)0)->F) == 4 ? 1 : -1]))

#define TEXT(KEY, S, F, DEFAULT, RULE)                                                             \
    .key = KEY, .type = OPTION_TEXT, .offset = offsetof(S, F), .text = DEFAULT, .rule = &RULE
#define INT(KEY, S, F, DEFAULT, MIN, MAX)                                                          \
    .key = KEY, .type = OPTION_INT, .offset = NUMBER_AT(S, F), .number = DEFAULT, .min = MIN,      \
    .max = MAX
#define BOOL(KEY, S, F, DEFAULT)                                                                   \
    .key = KEY, .type = OPTION_BOOL, .offset = NUMBER_AT(S, F), .number = DEFAULT
#define CHOICE(KEY, S, F, DEFAULT, WORDS)                                                          \
    .key = KEY, .type = OPTION_CHOICE, .offset = NUMBER_AT(S, F), .number = DEFAULT, .words = WORDS
#define COLOUR(KEY, S, F, DEFAULT)                                                                 \
    .key = KEY, .type = OPTION_COLOUR, .offset = NUMBER_AT(S, F), .number = DEFAULT
#define PART(KEY)      .key = KEY, .type = OPTION_PART
#define REQUIRED       .is_required = TRUE
#define PRIVATE        .is_private = TRUE
#define FROM(TEXT)     .default_zh = TEXT
#define MULTIPLE_OF(N) .step = N
#define TABLE(PATH, TITLE, HELP, ROWS)                                                             \
    {                                                                                              \
        PATH, TITLE, HELP, ROWS, G_N_ELEMENTS(ROWS)                                                \
    }

#endif
