/* file.h - whole files into memory, with bounds. [worker], or before the loop runs */
#ifndef WALLCTL_CONFIG_FILE_H
#define WALLCTL_CONFIG_FILE_H

#include <glib.h>

/* The file's bytes with a NUL behind them, *len without it. NULL if it cannot be read
 * (WALL_ERROR_UNAVAILABLE), is no regular file (a pipe or a device would never end:
 * WALL_ERROR_INVALID) or is larger than max_bytes (WALL_ERROR_LIMIT). *mode, when not NULL, gets
 * the permission bits of the very file that was read. Caller frees. */
char *file_read(const char *path, gsize max_bytes, gsize *len, guint *mode, GError **error);

#endif
