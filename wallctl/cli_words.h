/* cli_words.h - the command line's two languages. One thread. */
#ifndef WALLCTL_CLI_WORDS_H
#define WALLCTL_CLI_WORDS_H

#include <glib.h>

/* "zh" or "en"; NULL: English if the locale's messages are, else Chinese. FALSE: neither. */
gboolean words_choose(const char *language);

/* The one of the two that is chosen. */
const char *say(const char *zh, const char *en);

/* The error in the chosen language, in English where it has no other. Borrowed. */
const char *say_error(const GError *error);

/* A word of the API (state, fault, op, kind ...) as people read it; the word itself when it has no
 * other form. */
const char *say_word(const char *word);

/* The same in Chinese, whatever is chosen: for what the daemon writes. [any] */
const char *word_zh(const char *word);

#endif
