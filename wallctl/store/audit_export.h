/* audit_export.h - a part of the register as a file that can be verified without this program's data.
 * [worker] */
#ifndef WALLCTL_STORE_AUDIT_EXPORT_H
#define WALLCTL_STORE_AUDIT_EXPORT_H

#include "wallctl/store/audit_line.h"

#include <gio/gio.h>
#include <stdio.h>

typedef struct {
    gint64 from_ms, to_ms;                 /* from <= at_ms < to; 0: no bound */
    gint64 n_rows, n_checkpoints, n_bytes; /* set by the export */
} AuditExport;

/* Writes header, rows, checkpoints and signed trailer. The rows are those from the first to the last of
 * the time that is asked for, without a gap: where a clock was set back, some beside it are among them.
 * In a read transaction of its own; memory does not grow with the rows. What is broken in the register
 * is written as it is: verifying the file finds it. cancel may be NULL. */
gboolean audit_export_write(sqlite3 *db, const AuditSigner *signer, AuditExport *export, FILE *file,
                            GCancellable *cancel, GError **error);

#endif
