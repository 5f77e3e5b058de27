/* files.h - the page's files, read once into memory. [control] after loading
 *
 * Requests are looked up by name among what was read: no disk on the control thread, and no path
 * leads out of the folder. "NAME.gz" beside "NAME" is what a browser that takes gzip gets for it.
 */
#ifndef WALLCTL_WEB_FILES_H
#define WALLCTL_WEB_FILES_H

#include <glib.h>

typedef struct PageFiles PageFiles;

typedef struct {
    GBytes *body;
    const char *type;               /* MIME type */
    char *etag;                     /* quoted, from the content */
    gboolean is_packed, has_packed; /* by gzip; there is such a form of it */
    gboolean
        is_for_good; /* lies in /assets/, where names tell the content: never asked for again */
} PageFile;

/* Every file of the folder and its subfolders, hidden ones left out. NULL with WALL_ERROR_LIMIT
 * beyond 64 MiB or 4096 files, WALL_ERROR_NOT_FOUND or WALL_ERROR_UNAVAILABLE when it cannot be
 * read. dir NULL: empty. */
PageFiles *page_files_load(const char *dir, GError **error);

/* A file that lies in no folder, in place of one at the same path; body NULL: it is gone. type is
 * kept by reference. */
void page_files_put(PageFiles *files, const char *path, const char *type, GBytes *body);
void page_files_free(PageFiles *files);

/* path as guard_path() lets pass; a folder stands for its index.html. accepted: what the client says
 * of encodings (Accept-Encoding), NULL: nothing. NULL if there is none. Borrowed. */
const PageFile *page_files_find(const PageFiles *files, const char *path, const char *accepted);

#endif
