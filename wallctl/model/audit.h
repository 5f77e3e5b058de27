/* audit.h - one row of the register of who looked at what, when and why (信息调用登记), and of what was
 * changed. Pure value. [any]
 *
 * A row says: when, what kind of act, who (account, 姓名, 单位), from where, what it was about (wall,
 * tile, camera, another object), the reason (事由), the content (内容) and how it went. Nothing that
 * points at a citizen: free texts pass privacy.h, phone and identity numbers go from every text.
 */
#ifndef WALLCTL_MODEL_AUDIT_H
#define WALLCTL_MODEL_AUDIT_H

#include "wallctl/model/caller.h"

#include <glib.h>

typedef enum {
    AUDIT_SIGN_IN = 1,
    AUDIT_SIGN_OUT,
    AUDIT_SIGN_IN_REFUSED,
    AUDIT_VIEW,     /* a camera comes onto a tile, or somebody opens a preview */
    AUDIT_VIEW_END, /* it goes; seconds: how long it was there */
    AUDIT_SNAPSHOT,
    AUDIT_EXPORT, /* something left the house: register, evidence, list */
    AUDIT_PTZ,
    AUDIT_UNMASK,
    AUDIT_COMMAND,  /* to a wall */
    AUDIT_SETTINGS, /* configuration, rules, presets, tours, tickers */
    AUDIT_ACCOUNT,
    AUDIT_TOKEN,
    AUDIT_VISITOR,
    AUDIT_EVIDENCE,
    AUDIT_APPROVAL,
    AUDIT_ALARM,     /* acknowledged, snoozed, forwarded */
    AUDIT_CASE,      /* orders, whistles, revisits */
    AUDIT_RETENTION, /* what was deleted */
    AUDIT_SYSTEM,    /* the program itself: start, stop, trouble with the register */
    AUDIT_KIND_LAST = AUDIT_SYSTEM
} AuditKind;

const char *audit_kind_word(AuditKind kind);      /* "sign_in" ... borrowed; NULL if unknown */
const char *audit_kind_name(AuditKind kind);      /* "登录" ... borrowed; NULL if unknown */
AuditKind audit_kind_from_word(const char *word); /* 0 if unknown */

/* The texts of a row, in the order in which they are sealed. */
typedef enum {
    AUDIT_TEXT_ACCOUNT,
    AUDIT_TEXT_NAME,
    AUDIT_TEXT_UNIT,
    AUDIT_TEXT_ADDRESS,
    AUDIT_TEXT_VIA,
    AUDIT_TEXT_WALL,
    AUDIT_TEXT_CAMERA,
    AUDIT_TEXT_OBJECT,
    AUDIT_TEXT_REASON,
    AUDIT_TEXT_CONTENT,
    AUDIT_N_TEXTS
} AuditText;

const char *audit_text_key(AuditText text); /* "account" ...: of JSON and columns; borrowed */

/* Texts are borrowed; NULL is "". */
typedef struct {
    gint64 at_ms; /* 0: now */
    AuditKind kind;
    const char *account;
    const char *name;    /* 姓名 */
    const char *unit;    /* 单位 */
    const char *address; /* of the network, without port */
    const char *via;     /* "web", "token", "local"; "system": the program itself */
    const char *wall;
    guint tile; /* 0: none */
    const char *camera;
    const char *object;  /* what else it was about: a case, a preset, a file, an account */
    const char *reason;  /* 事由 */
    const char *content; /* 内容 */
    guint seconds;       /* of VIEW_END */
    gboolean is_refused; /* was asked for and not done */
} AuditRow;

const char *audit_row_text(const AuditRow *row, AuditText text); /* never NULL; borrowed */
void audit_row_set_texts(AuditRow *row,
                         const char *const text[AUDIT_N_TEXTS]); /* kept by reference */

/* A copy with its texts in one block; caller frees with g_free(). */
AuditRow *audit_row_copy(const AuditRow *row);

/* The same as it may be written: texts are valid UTF-8 of bounded length on one line, private matter is
 * replaced by marks (privacy.h), at_ms is now_ms if it was 0. */
AuditRow *audit_row_clean(const AuditRow *row, gint64 now_ms);

/* A row of now with who asks filled in (NULL: the program itself); the rest is for the caller to fill.
 * The texts are those of the caller. */
AuditRow audit_row_for(const Caller *caller, AuditKind kind);

#endif
