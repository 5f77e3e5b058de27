/* audit_writer.h - rows of the register on their way to the disk. [control]
 *
 * A row is in the next batch of the store, in the order of adding; it is kept in memory until that is
 * durable, and goes again, in its place, when a batch fails. Nothing is written twice: what a batch came
 * to is read from the chain itself.
 */
#ifndef WALLCTL_STORE_AUDIT_WRITER_H
#define WALLCTL_STORE_AUDIT_WRITER_H

#include "wallctl/store/audit_store.h"
#include "wallctl/store/store.h"

typedef struct AuditWriter AuditWriter;

/* What became of a batch. trouble: NULL if all of it is on disk. is_foreign: the register is not as this
 * program left it, somebody else has written it; told once each time. */
typedef void (*AuditWritten)(const GError *trouble, gboolean is_foreign, gpointer user);

/* state: as found in the database. */
AuditWriter *audit_writer_new(Store *store, AuditKey *key, const char *site,
                              const AuditState *state, AuditWritten written, gpointer user);

/* Before store_close(), which writes what waits; written is not called any more. What cannot be written
 * is told to the log. */
void audit_writer_free(AuditWriter *writer);

void audit_writer_set_site(AuditWriter *writer, const char *site);

/* Takes the row (audit_row_clean()). Jobs submitted to the store after this come after it. */
void audit_writer_add(AuditWriter *writer, AuditRow *row);

/* done (may be NULL) gets the AuditMark (without texts), also when it failed. */
void audit_writer_checkpoint(AuditWriter *writer, const char *cause, StoreDone done, gpointer user);

guint audit_writer_waiting(const AuditWriter *writer);

/* As of the newest batch that is on disk. Borrowed. */
const AuditState *audit_writer_state(const AuditWriter *writer);

#endif
