/* evidence_folder.h - saved clips and pictures on the disk: one folder each, complete or not there. [worker]
 *
 * FOLDER/ev-.../ holds original.mp4 and view.mp4, or picture.jpg, or of a copy for the public public.mp4 or public.jpg, with
 * manifest.json and manifest.sig. It is made under a
 * hidden name, written through to the disk and then renamed, so what a power cut leaves behind is either whole or is
 * recognised by its name and removed. FOLDER itself is never made: a disk that is not mounted must not fill the one below.
 */
#ifndef WALLCTL_EVIDENCE_FOLDER_H
#define WALLCTL_EVIDENCE_FOLDER_H

#include "pipelines/packet_ring.h"
#include "wallctl/model/evidence.h"
#include "wallctl/model/mask.h"
#include "wallctl/store/audit_key.h"

#include <gio/gio.h>

/* Is it there, ours, closed to others and writable? *free_bytes: the room in it. UNAVAILABLE, in both languages, if not. */
gboolean evidence_folder_check(const char *folder, gint64 *free_bytes, GError **error);

typedef struct {
    const char *folder, *site;
    const PacketList *list; /* of a camera */
    const Evidence *source; /* instead of list: what a copy for the public is made of */
    const Mask *masks;
    guint n_masks;
    gint64 unix_less_mono_ns; /* of list: clock_unix_ms() less clock_now_ns(), ns */
    const AuditKey *key;
    GCancellable *cancel;
} EvidenceSave;

/* Writes all files of evidence, and into it files, span, manifest and signature. FALSE: nothing is left. */
gboolean evidence_folder_save(const EvidenceSave *save, Evidence *evidence, GError **error);

/* Manifest and signature of what is there, if the signature is good: after a power cut between the folder and the database. */
gboolean evidence_folder_recover(const char *folder, const guint8 *public_key, Evidence *evidence);

/* Overwrites and removes the files. TRUE also if there were none; *was_there tells. */
gboolean evidence_folder_delete(const char *folder, const char *id, gboolean *was_there,
                                GError **error);

/* Removes what was begun and not finished. */
void evidence_folder_tidy(const char *folder);

/* What is wrong with the files of evidence: "NAME: missing", "NAME: altered" ... an empty array if nothing is. Caller owns. */
GPtrArray *evidence_folder_verify(const char *folder, const guint8 *public_key,
                                  const Evidence *evidence);

/* The file as it was saved; INVALID if it is not that any more. Caller owns. */
GBytes *evidence_folder_read(const char *folder, const char *id, const EvidenceFile *file,
                             GError **error);

#endif
