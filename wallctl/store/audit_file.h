/* audit_file.h - verifies an export of the register: nothing but the file is needed, and a key to hold it
 * against if there is one. Outside bytes. Pure. [any]
 *
 * Found is every change of every byte. What is not found without a key: a file that was made anew as a
 * whole, and signed by whoever did it.
 */
#ifndef WALLCTL_STORE_AUDIT_FILE_H
#define WALLCTL_STORE_AUDIT_FILE_H

#include "wallctl/store/audit_line.h"

typedef struct AuditFile AuditFile;

/* public_key (may be NULL): has to be the one that signed it. */
AuditFile *audit_file_new(const guint8 *public_key);
void audit_file_free(AuditFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuditFile, audit_file_free)

/* The next bytes of it, in pieces of any size. FALSE: a fault was found, no more is looked at. */
gboolean audit_file_feed(AuditFile *file, const char *bytes, gsize len);

/* After the last piece: the first fault, or AUDIT_GOOD. Borrowed. */
const AuditVerdict *audit_file_end(AuditFile *file);

/* What the header and trailer say; of a good file. site is borrowed. */
typedef struct {
    const char *site;
    gint64 from_ms, to_ms, made_ms;
    AuditEnd base, head;
} AuditFileInfo;
AuditFileInfo audit_file_info(const AuditFile *file);

#endif
