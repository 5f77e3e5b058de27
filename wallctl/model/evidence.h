/* evidence.h - a clip or a picture of a camera that was saved: who asked for it, why, what files it has, until when. Plain
 * value and its manifest. Pure. [any]
 *
 * The manifest is what goes along with the files: JSON with the SHA-256 of each, the camera, the span in UTC, case, owner,
 * reason and expiry. A copy for the public is evidence of its own, made of another one. Nothing in it points at a citizen: the reason is refused when it does (privacy.h).
 */
#ifndef WALLCTL_MODEL_EVIDENCE_H
#define WALLCTL_MODEL_EVIDENCE_H

#include "wallctl/base/json.h"

typedef enum { EVIDENCE_CLIP = 1, EVIDENCE_PICTURE } EvidenceKind;

typedef enum {
    EVIDENCE_RECORDING = 1, /* packets are gathered in memory */
    EVIDENCE_SAVING,        /* files are written */
    EVIDENCE_KEPT,
    EVIDENCE_FAILED, /* nothing was saved; fault says why */
    EVIDENCE_DELETING,
    EVIDENCE_DELETED, /* the files are gone, what they were is still known */
    EVIDENCE_STATE_LAST = EVIDENCE_DELETED
} EvidenceState;

/* What a file is, and so its name. */
typedef enum {
    EVIDENCE_ORIGINAL = 1, /* as the camera sent it, unmasked: sealed */
    EVIDENCE_VIEW,         /* masked and encoded anew: to be looked at */
    EVIDENCE_STILL,        /* a masked picture */
    EVIDENCE_PUBLIC,       /* of a view, to be published: covered as a whole */
    EVIDENCE_PUBLIC_STILL, /* of a still */
    EVIDENCE_ROLE_LAST = EVIDENCE_PUBLIC_STILL
} EvidenceRole;

/* What is done to the whole of a picture that leaves for the public, beside its masks: no face and no plate may be left to
 * read. */
typedef enum {
    EVIDENCE_REDUCE =
        1, /* few details: what happens is seen, who and whose is not, from some distance on */
    EVIDENCE_BLUR, /* hardly any: close pictures, too */
    EVIDENCE_COVER_LAST = EVIDENCE_BLUR
} EvidenceCover;

const char *evidence_kind_word(EvidenceKind kind);        /* "clip", "picture" */
const char *evidence_state_word(EvidenceState state);     /* "recording" ... */
EvidenceKind evidence_kind_from_word(const char *word);   /* 0: unknown */
EvidenceState evidence_state_from_word(const char *word); /* 0: unknown */
const char *evidence_role_word(EvidenceRole role);        /* "original" ... */
const char *evidence_role_file(EvidenceRole role);        /* "original.mp4" ... */
EvidenceRole evidence_role_from_file(const char *name);   /* 0: not one of these */
const char *evidence_cover_word(EvidenceCover cover);     /* "reduce", "blur" */
EvidenceCover evidence_cover_from_word(const char *word); /* 0: unknown */

#define EVIDENCE_MANIFEST "manifest.json"
#define EVIDENCE_SIGNATURE                                                                         \
    "manifest.sig" /* Ed25519 over the manifest's bytes by the register's key, as hex */

typedef struct {
    EvidenceRole role;
    gint64 bytes;
    char sha256[65];
    char codec[16];
    int width, height;
    guint frames, masks;
    gint64 duration_ms;
} EvidenceFile;

typedef struct {
    char *
        id; /* "ev-" and ten letters without digits: no search for numbers of citizens finds one in it */
    EvidenceKind kind;
    EvidenceState state;
    char *camera, *camera_name, *region, *stream; /* stream: "main", "sub" */
    char *case_code;                              /* "" none */
    char *owner, *owner_name, *unit;              /* account, 姓名, 单位 */
    char *reason;
    char *source;            /* "": of the camera; else a public copy of that evidence */
    char *cover;             /* a public copy's: word of EvidenceCover; "" */
    guint before_s, after_s; /* as asked */
    gint64 asked_ms, from_ms, to_ms, expires_ms; /* Unix ms */
    gboolean
        is_cut; /* ended before what was asked for: the camera went, memory was short, another codec came */
    char *hold_reason, *hold_by; /* "": may expire */
    char *fault, *fault_zh;      /* of FAILED, and of a deletion that does not succeed; "" */
    GArray *files;               /* EvidenceFile */
    char *manifest, *signature;  /* "" before KEPT */
    gint64 deleting_ms, deleted_ms;
    char *deleted_by, *deleted_why;
} Evidence;

Evidence *evidence_new(const char *id);            /* with empty texts */
Evidence *evidence_copy(const Evidence *evidence); /* caller owns */
void evidence_free(Evidence *evidence);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Evidence, evidence_free)

void evidence_set_text(char **member, const char *text); /* NULL is "" */

const EvidenceFile *evidence_file(const Evidence *evidence, EvidenceRole role); /* NULL; borrowed */

/* The one that may be looked at, and that copies for the public are made of; NULL; borrowed. */
const EvidenceFile *evidence_masked_file(const Evidence *evidence);

/* Made of everything but state, hold, fault and deletion, which change later. Caller frees. */
char *evidence_dup_manifest(const Evidence *evidence, const char *site, const char *program);

/* Takes files and span over from a manifest of ours. FALSE with WALL_ERROR_INVALID if it is not one, or another's. */
gboolean evidence_read_manifest(Evidence *evidence, const char *text, GError **error);

/* Everything there is, as the API tells it. Caller owns. */
Json *evidence_json(const Evidence *evidence);

#endif
