/* evidence.c - a clip or a picture of a camera that was saved: value and manifest */
#include "wallctl/model/evidence.h"

#include "wallctl/base/error.h"

#include <string.h>

static const char *const kind_words[] = {
    [EVIDENCE_CLIP] = "clip", [EVIDENCE_PICTURE] = "picture"
};

static const char *const state_words[] = {
    [EVIDENCE_RECORDING] = "recording", [EVIDENCE_SAVING] = "saving",
    [EVIDENCE_KEPT] = "kept",           [EVIDENCE_FAILED] = "failed",
    [EVIDENCE_DELETING] = "deleting",   [EVIDENCE_DELETED] = "deleted",
};

static const struct {
    const char *word, *file;
} roles[] = {
    [EVIDENCE_ORIGINAL] = { "original", "original.mp4" },
    [EVIDENCE_VIEW] = { "view", "view.mp4" },
    [EVIDENCE_STILL] = { "still", "picture.jpg" },
    [EVIDENCE_PUBLIC] = { "public", "public.mp4" },
    [EVIDENCE_PUBLIC_STILL] = { "public_still", "public.jpg" },
};

static const char *const cover_words[] = { [EVIDENCE_REDUCE] = "reduce", [EVIDENCE_BLUR] = "blur" };

const char *evidence_kind_word(EvidenceKind kind)
{
    return kind_words[kind];
}

const char *evidence_state_word(EvidenceState state)
{
    return state_words[state];
}

EvidenceKind evidence_kind_from_word(const char *word)
{
    for (guint kind = EVIDENCE_CLIP; kind <= EVIDENCE_PICTURE; kind++) {
        if (strcmp(kind_words[kind], word) == 0)
            return kind;
    }
    return 0;
}

EvidenceState evidence_state_from_word(const char *word)
{
    for (guint state = 1; state <= EVIDENCE_STATE_LAST; state++) {
        if (strcmp(state_words[state], word) == 0)
            return state;
    }
    return 0;
}

const char *evidence_role_word(EvidenceRole role)
{
    return roles[role].word;
}

const char *evidence_role_file(EvidenceRole role)
{
    return roles[role].file;
}

EvidenceRole evidence_role_from_file(const char *name)
{
    for (guint role = 1; role <= EVIDENCE_ROLE_LAST; role++) {
        if (strcmp(roles[role].file, name) == 0)
            return role;
    }
    return 0;
}

const char *evidence_cover_word(EvidenceCover cover)
{
    return cover_words[cover];
}

EvidenceCover evidence_cover_from_word(const char *word)
{
    for (guint cover = 1; cover <= EVIDENCE_COVER_LAST; cover++) {
        if (strcmp(cover_words[cover], word) == 0)
            return cover;
    }
    return 0;
}

/* --- value ---------------------------------------------------------------------------------------
 */

static const gsize texts[] = {
    offsetof(Evidence, id),        offsetof(Evidence, camera),      offsetof(Evidence, camera_name),
    offsetof(Evidence, region),    offsetof(Evidence, stream),      offsetof(Evidence, case_code),
    offsetof(Evidence, owner),     offsetof(Evidence, owner_name),  offsetof(Evidence, unit),
    offsetof(Evidence, reason),    offsetof(Evidence, hold_reason), offsetof(Evidence, hold_by),
    offsetof(Evidence, fault),     offsetof(Evidence, fault_zh),    offsetof(Evidence, manifest),
    offsetof(Evidence, signature), offsetof(Evidence, deleted_by),  offsetof(Evidence, deleted_why),
    offsetof(Evidence, source),    offsetof(Evidence, cover),
};

static char **text_at(Evidence *evidence, guint i)
{
    return (char **)(gpointer)((char *)evidence + texts[i]);
}

void evidence_set_text(char **member, const char *text)
{
    char *copy = g_strdup(text ? text : "");
    g_free(*member);
    *member = copy;
}

Evidence *evidence_new(const char *id)
{
    Evidence *evidence = g_new0(Evidence, 1);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *text_at(evidence, i) = g_strdup("");
    evidence_set_text(&evidence->id, id);
    evidence->files = g_array_new(FALSE, TRUE, sizeof(EvidenceFile));
    return evidence;
}

Evidence *evidence_copy(const Evidence *evidence)
{
    Evidence *copy = g_new(Evidence, 1);
    *copy = *evidence;
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *text_at(copy, i) = g_strdup(*text_at((Evidence *)evidence, i));
    copy->files = g_array_copy(evidence->files);
    return copy;
}

void evidence_free(Evidence *evidence)
{
    if (!evidence)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(*text_at(evidence, i));
    g_array_unref(evidence->files);
    g_free(evidence);
}

const EvidenceFile *evidence_file(const Evidence *evidence, EvidenceRole role)
{
    for (guint i = 0; i < evidence->files->len; i++) {
        const EvidenceFile *file = &g_array_index(evidence->files, EvidenceFile, i);
        if (file->role == role)
            return file;
    }
    return NULL;
}

const EvidenceFile *evidence_masked_file(const Evidence *evidence)
{
    return evidence_file(evidence,
                         evidence->kind == EVIDENCE_CLIP ? EVIDENCE_VIEW : EVIDENCE_STILL);
}

/* --- JSON ----------------------------------------------------------------------------------------
 */

static Json *files_json(const Evidence *evidence)
{
    Json *list = json_object_new_array();
    for (guint i = 0; i < evidence->files->len; i++) {
        const EvidenceFile *file = &g_array_index(evidence->files, EvidenceFile, i);
        Json *json = json_object_new_object();
        json_add_string(json, "name", evidence_role_file(file->role));
        json_add_string(json, "role", evidence_role_word(file->role));
        json_add_int(json, "bytes", file->bytes);
        json_add_string(json, "sha256", file->sha256);
        json_add_string(json, "codec", file->codec);
        json_add_int(json, "width", file->width);
        json_add_int(json, "height", file->height);
        json_add_int(json, "frames", file->frames);
        json_add_int(json, "duration_ms", file->duration_ms);
        json_add_int(json, "masks", file->masks);
        json_object_array_add(list, json);
    }
    return list;
}

/* What does not change after the files are written. */
static void add_facts(Json *json, const Evidence *evidence)
{
    json_add_string(json, "id", evidence->id);
    json_add_string(json, "kind", evidence_kind_word(evidence->kind));
    json_add_string(json, "camera", evidence->camera);
    json_add_string(json, "camera_name", evidence->camera_name);
    json_add_string(json, "region", evidence->region);
    json_add_string(json, "stream", evidence->stream);
    json_add_known(json, "case", evidence->case_code);
    json_add_string(json, "owner", evidence->owner);
    json_add_known(json, "owner_name", evidence->owner_name);
    json_add_known(json, "unit", evidence->unit);
    json_add_string(json, "reason", evidence->reason);
    json_add_known(json, "source", evidence->source);
    json_add_known(json, "cover", evidence->cover);
    json_add_int(json, "before_s", evidence->before_s);
    json_add_int(json, "after_s", evidence->after_s);
    json_add_int(json, "asked_ms", evidence->asked_ms);
    json_add_time(json, "from_ms", evidence->from_ms);
    json_add_time(json, "to_ms", evidence->to_ms);
    json_add_time(json, "expires_ms", evidence->expires_ms);
    json_add_bool(json, "is_cut", evidence->is_cut);
    json_add(json, "files", files_json(evidence));
}

char *evidence_dup_manifest(const Evidence *evidence, const char *site, const char *program)
{
    g_autoptr(Json) json = json_object_new_object();
    json_add_string(json, "format", "wallctl-evidence-1");
    json_add_string(json, "program", program);
    json_add_string(json, "site", site);
    add_facts(json, evidence);
    return g_strconcat(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PRETTY |
                                                                JSON_C_TO_STRING_SPACED |
                                                                JSON_C_TO_STRING_NOSLASHESCAPE),
                       "\n", NULL);
}

static gboolean read_file(Json *json, EvidenceFile *file, Faults *faults)
{
    const char *name = "", *sha256 = "", *codec = "";
    gint64 bytes = 0, width = 0, height = 0, frames = 0, duration = 0, masks = 0;
    json_get_string(json, "name", &name, faults, "files");
    json_get_string(json, "sha256", &sha256, faults, "files");
    json_get_string(json, "codec", &codec, faults, "files");
    json_get_int(json, "bytes", 0, G_MAXINT64, &bytes, faults, "files");
    json_get_int(json, "width", 0, G_MAXINT32, &width, faults, "files");
    json_get_int(json, "height", 0, G_MAXINT32, &height, faults, "files");
    json_get_int(json, "frames", 0, G_MAXINT32, &frames, faults, "files");
    json_get_int(json, "masks", 0, G_MAXINT32, &masks, faults, "files");
    json_get_int(json, "duration_ms", 0, G_MAXINT64, &duration, faults, "files");
    *file = (EvidenceFile) { .role = evidence_role_from_file(name),
                             .bytes = bytes,
                             .width = (int)width,
                             .height = (int)height,
                             .frames = (guint)frames,
                             .masks = (guint)masks,
                             .duration_ms = duration };
    g_strlcpy(file->sha256, sha256, sizeof file->sha256);
    g_strlcpy(file->codec, codec, sizeof file->codec);
    return file->role && strlen(sha256) == 64 && faults_count(faults) == 0;
}

gboolean evidence_read_manifest(Evidence *evidence, const char *text, GError **error)
{
    g_autoptr(Json) json = json_parse(text, strlen(text), 0, JSON_STRICT, error);
    g_autoptr(Faults) faults = faults_new(EVIDENCE_MANIFEST, 8);
    const char *id = "";
    Json *files = NULL;
    gint64 from_ms = 0, to_ms = 0, is_good = TRUE;
    gboolean is_cut = FALSE;
    if (!json)
        return FALSE;
    if (json_object_is_type(json, json_type_object)) {
        json_get_string(json, "id", &id, faults, "");
        json_get_int(json, "from_ms", 0, G_MAXINT64, &from_ms, faults, "");
        json_get_int(json, "to_ms", 0, G_MAXINT64, &to_ms, faults, "");
        json_get_bool(json, "is_cut", &is_cut, faults, "");
        json_get_array(json, "files", &files, faults, "");
    }
    g_autoptr(GArray) read = g_array_new(FALSE, TRUE, sizeof(EvidenceFile));
    for (gsize i = 0; files && is_good && i < json_object_array_length(files); i++) {
        Json *item = json_object_array_get_idx(files, i);
        EvidenceFile file;
        is_good = json_object_is_type(item, json_type_object) && read_file(item, &file, faults);
        if (is_good)
            g_array_append_val(read, file);
    }
    if (!is_good || !files || faults_count(faults) || strcmp(id, evidence->id) != 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "%s: not the manifest of %s",
                    EVIDENCE_MANIFEST, evidence->id);
        return FALSE;
    }
    evidence->from_ms = from_ms;
    evidence->to_ms = to_ms;
    evidence->is_cut = is_cut;
    g_array_unref(evidence->files);
    evidence->files = g_steal_pointer(&read);
    return TRUE;
}

Json *evidence_json(const Evidence *evidence)
{
    Json *json = json_object_new_object();
    add_facts(json, evidence);
    json_add_string(json, "state", evidence_state_word(evidence->state));
    json_add_bool(json, "is_held", *evidence->hold_reason != '\0');
    json_add_known(json, "hold_reason", evidence->hold_reason);
    json_add_known(json, "hold_by", evidence->hold_by);
    json_add_known(json, "fault", evidence->fault);
    json_add_known(json, "fault_zh", evidence->fault_zh);
    if (*evidence->manifest) {
        g_autofree char *sum =
            g_compute_checksum_for_string(G_CHECKSUM_SHA256, evidence->manifest, -1);
        json_add_string(json, "manifest_sha256", sum);
    }
    json_add_time(json, "deleted_ms", evidence->deleted_ms);
    json_add_known(json, "deleted_by", evidence->deleted_by);
    json_add_known(json, "deleted_why", evidence->deleted_why);
    return json;
}
