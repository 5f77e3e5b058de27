/* audit_papers.h - what leaves the register, and whether it is whole: exports, papers, verification, on a
 * thread of its own with the lowest priority. [control]
 *
 * Each is written into a file of the state folder that has no name any more, and handed out as a mapping
 * of it: memory does not grow with the register, and nothing stays behind.
 */
#ifndef WALLCTL_AUDIT_PAPERS_H
#define WALLCTL_AUDIT_PAPERS_H

#include "wallctl/audit.h"
#include "wallctl/audit_paper.h"

typedef struct AuditPapers AuditPapers;

#define AUDIT_REGISTER_MAX 20000 /* rows of a printed page */

/* path of the database; the files are made in its folder. */
AuditPapers *audit_papers_new(Audit *audit, const char *path);
void audit_papers_free(
    AuditPapers *papers); /* before audit_free(); who waits is answered UNAVAILABLE */

/* file is NULL with an error and borrowed otherwise. Of all three done runs once, later, on [control]; with
 * WALL_ERROR_UNAVAILABLE while enough others wait. */
typedef void (*AuditPaperDone)(GBytes *file, const GError *error, gpointer user);

/* After a checkpoint. from <= at_ms < to; 0: no bound. */
void audit_papers_export(AuditPapers *papers, Config *config, gint64 from_ms, gint64 to_ms,
                         AuditPaperDone done, gpointer user);

/* The access register, oldest row first. LIMIT when a page would be too long to print. */
void audit_papers_register(AuditPapers *papers, Config *config, PaperKind kind, gint64 from_ms,
                           gint64 to_ms, AuditPaperDone done, gpointer user);

typedef void (*AuditVerified)(const AuditVerdict *verdict, const GError *error, gpointer user);
void audit_papers_verify(AuditPapers *papers, AuditVerified done, gpointer user);

#endif
