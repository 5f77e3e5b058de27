/* bundle.h - texts as files of one .tar.gz, made in memory by libarchive. [worker] */
#ifndef WALLCTL_BUNDLE_H
#define WALLCTL_BUNDLE_H

#include <glib.h>

typedef struct Bundle Bundle;

/* folder: what all files lie in. NULL with an error when libarchive does not write such a file. */
Bundle *bundle_new(const char *folder, GError **error);

/* A file of mode 0600, of now. What goes wrong is told by bundle_end(). */
void bundle_add(Bundle *bundle, const char *name, const char *text);

/* The whole file; NULL with an error. Frees bundle. */
GBytes *bundle_end(Bundle *bundle, GError **error);

#endif
