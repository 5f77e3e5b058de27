/* pinyin.h - how Chinese text is typed by its sounds. [any] */
#ifndef WALLCTL_CONFIG_PINYIN_H
#define WALLCTL_CONFIG_PINYIN_H

#include <glib.h>

#define PINYIN_MAX_READINGS 8

/* "yan he lu kou 2": syllables without tones (ü is v), Latin letters in lower case and digits one by
 * one, a space between them; all else is left out. Several readings, the most usual one first, where
 * characters of names have more than one (长, 重, 行 ...); none where nothing can be read. Ended by
 * NULL; caller frees. */
char **pinyin_readings(const char *text);

/* "yanhelukou2" and "yhlk2" of a reading. Caller frees. */
char *pinyin_joined(const char *reading);
char *pinyin_initials(const char *reading);

#endif
