/* audit_paper.h - what goes to an inspection on paper: the access register (调用登记簿), the filing list of
 * cameras (备案清单), the certificate of a deletion (删除证明). As CSV for a spreadsheet, or as a page to
 * print on A4: UTF-8, Chinese, no script. Pure. [any] */
#ifndef WALLCTL_AUDIT_PAPER_H
#define WALLCTL_AUDIT_PAPER_H

#include "config/config.h"
#include "wallctl/model/audit.h"
#include "wallctl/store/retention.h"

typedef enum { PAPER_CSV = 1, PAPER_HTML } PaperKind;

const char *paper_content_type(PaperKind kind); /* borrowed */

/* The access register in three parts, so that it can be written row by row. config names the cameras. */
typedef struct {
    PaperKind kind;
    const Config *config;
    const char *site;
    gint64 from_ms, to_ms; /* 0: no bound */
    gint64 made_ms;
} RegisterPaper;

void register_paper_begin(GString *out, const RegisterPaper *paper);
/* number: from 1, of the paper; seq: of the register. */
void register_paper_row(GString *out, const RegisterPaper *paper, guint number, gint64 seq,
                        const AuditRow *row);
void register_paper_end(GString *out, const RegisterPaper *paper, guint n_rows);

/* Is this an act of looking at or taking pictures? The rest is in the register as well, but not on this
 * paper. */
gboolean register_paper_has(AuditKind kind);

/* Position, place, kind and how long pictures are kept, of each camera, with sums. Caller frees. */
char *filing_paper(const Config *config, PaperKind kind, gint64 made_ms);

/* One line of what was deleted. Texts are borrowed. */
typedef struct {
    const char *what;
    gint64 n, from_ms, to_ms;
} DeletedItem;

typedef struct {
    const char *site;
    const char *basis;  /* why it had to go: "保存期满" */
    const char *by;     /* who or what did it */
    const char *seal;   /* what can be held against the register: "登记簿第 12 条 ab12..." */
    const char *method; /* how it was deleted; NULL: rows of the database */
    gint64 begun_ms, ended_ms, made_ms;
    const DeletedItem *items;
    guint n_items;
} DeletionPaper;

char *deletion_paper_html(const DeletionPaper *paper); /* caller frees */

#endif
