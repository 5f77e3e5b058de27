/* evidence_folder.c - saved clips and pictures on the disk: one folder each, complete or not there */
#include "wallctl/evidence_folder.h"

#include "pipelines/clip_file.h"
#include "pipelines/clip_read.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define ROOM_BYTES (64 * 1024 * 1024) /* is left for others */
#define BEGUN      ".begun-"
#define GOING      ".going-"
#define SHORT_MS   2000 /* a clip that ends so much earlier was cut short: the camera went */
#define MAX_TEXT   (1024 * 1024)
#define PIECE      65536

/* --- the folder ----------------------------------------------------------------------------------
 */

static gboolean fail(const char *path, GError **error)
{
    int code = errno;
    if (code == ENOSPC || code == EDQUOT)
        wall_error_set(error, WALL_ERROR_UNAVAILABLE, "%s: the disk is full", "%s：磁盘已满", path);
    else
        wall_error_set(error, WALL_ERROR_UNAVAILABLE, "%s: %s", "%s：无法写入（%s）", path,
                       g_strerror(code));
    return FALSE;
}

gboolean evidence_folder_check(const char *folder, gint64 *free_bytes, GError **error)
{
    struct stat info;
    struct statvfs room;
    *free_bytes = 0;
    if (stat(folder, &info) != 0 || !S_ISDIR(info.st_mode)) {
        wall_error_set(
            error, WALL_ERROR_UNAVAILABLE,
            "the evidence folder %s is not there: make it (mode 0700), or mount its disk",
            "存证目录 %s 不存在：请建立（权限 0700），或挂上它所在的磁盘", folder);
        return FALSE;
    }
    if (info.st_mode & S_IRWXO) {
        wall_error_set(error, WALL_ERROR_UNAVAILABLE,
                       "the evidence folder %s is open to everybody: chmod 0700",
                       "存证目录 %s 对所有人开放：请改为 0700", folder);
        return FALSE;
    }
    if (access(folder, R_OK | W_OK | X_OK) != 0) {
        wall_error_set(error, WALL_ERROR_UNAVAILABLE,
                       "the evidence folder %s cannot be written by this program",
                       "本程序不能写存证目录 %s", folder);
        return FALSE;
    }
    if (statvfs(folder, &room) == 0)
        *free_bytes = (gint64)((guint64)room.f_bavail * room.f_frsize);
    return TRUE;
}

static gboolean sync_path(const char *path, int flags, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    gboolean is_good = fd >= 0 && fsync(fd) == 0;
    if (!is_good)
        fail(path, error);
    if (fd >= 0)
        close(fd);
    return is_good;
}

static char *hidden_path(const char *folder, const char *prefix, const char *id)
{
    g_autofree char *name = g_strconcat(prefix, id, NULL);
    return g_build_filename(folder, name, NULL);
}

/* --- removing ------------------------------------------------------------------------------------
 */

/* Where the disk writes in place nothing can be read back afterwards. */
static void overwrite(const char *path)
{
    static const char zeros[PIECE];
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat info;
    if (fd < 0)
        return;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
        for (off_t at = 0; at < info.st_size; at += PIECE) {
            if (pwrite(fd, zeros, (size_t)MIN(PIECE, info.st_size - at), at) < 0)
                break;
        }
        fsync(fd);
    }
    close(fd);
}

static gboolean remove_folder(const char *path, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        overwrite(file);
        if (unlink(file) != 0)
            return fail(file, error);
    }
    return rmdir(path) == 0 || errno == ENOENT || fail(path, error);
}

gboolean evidence_folder_delete(const char *folder, const char *id, gboolean *was_there,
                                GError **error)
{
    gint64 room;
    *was_there = FALSE;
    if (!evidence_folder_check(folder, &room, error))
        return FALSE;
    g_autofree char *path = g_build_filename(folder, id, NULL);
    g_autofree char *going = hidden_path(folder, GOING, id);
    if (rename(path, going) != 0 && errno != ENOENT)
        return fail(path, error);
    *was_there = g_file_test(going, G_FILE_TEST_IS_DIR); /* also what an earlier try has left */
    return !*was_there || (remove_folder(going, error) && sync_path(folder, O_DIRECTORY, error));
}

void evidence_folder_tidy(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        if (!g_str_has_prefix(name, BEGUN) && !g_str_has_prefix(name, GOING))
            continue;
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autoptr(GError) error = NULL;
        if (!remove_folder(path, &error))
            log_warning(EVIDENCE, "%s", error->message);
    }
}

/* --- hashes --------------------------------------------------------------------------------------
 */

/* NULL if it cannot be read. Caller frees. Read, not mapped: a disk that fails under a map kills the program. */
static char *dup_sum(const char *path, gint64 *bytes)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree guint8 *piece = g_malloc(PIECE);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    gssize n = -1;
    *bytes = 0;
    while (fd >= 0 && ((n = read(fd, piece, PIECE)) > 0 || (n < 0 && errno == EINTR))) {
        g_checksum_update(sum, piece, MAX(n, 0));
        *bytes += MAX(n, 0);
    }
    if (fd >= 0)
        close(fd);
    return n == 0 ? g_strdup(g_checksum_get_string(sum)) : NULL;
}

static char *dup_signature(const AuditKey *key, const char *text)
{
    guint8 signature[AUDIT_SIGNATURE_BYTES];
    char hex[2 * AUDIT_SIGNATURE_BYTES + 1];
    audit_key_sign(key, (const guint8 *)text, strlen(text), signature);
    sodium_bin2hex(hex, sizeof hex, signature, sizeof signature);
    return g_strdup(hex);
}

static gboolean is_signed(const guint8 *public_key, const char *text, const char *hex)
{
    guint8 signature[AUDIT_SIGNATURE_BYTES];
    size_t len = 0;
    return sodium_hex2bin(signature, sizeof signature, hex, strlen(hex), "\n", &len, NULL) == 0 &&
           len == sizeof signature &&
           audit_key_verify(public_key, (const guint8 *)text, strlen(text), signature);
}

/* --- saving --------------------------------------------------------------------------------------
 */

/* The whole text or nothing, on the disk when this returns. */
static gboolean write_file(const char *path, const void *data, gsize len, GError **error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return fail(path, error);
    const guint8 *bytes = data;
    gboolean is_good = TRUE;
    while (is_good && len > 0) {
        gssize n = write(fd, bytes, len);
        is_good = n > 0 || (n < 0 && errno == EINTR);
        bytes += MAX(n, 0);
        len -= (gsize)MAX(n, 0);
    }
    is_good = (is_good && fsync(fd) == 0) || fail(path, error);
    close(fd);
    return is_good;
}

static gboolean add_file(const char *path, EvidenceFile file, Evidence *evidence, GError **error)
{
    if (!sync_path(path, 0, error))
        return FALSE;
    g_autofree char *sum = dup_sum(path, &file.bytes);
    if (!sum)
        return fail(path, error);
    g_strlcpy(file.sha256, sum, sizeof file.sha256);
    g_array_append_val(evidence->files, file);
    return TRUE;
}

static guint masks_in(const EvidenceSave *save, EvidenceRole role)
{
    const EvidenceFile *masked = save->source ? evidence_masked_file(save->source) : NULL;
    return role == EVIDENCE_ORIGINAL ? 0 : MAX(save->n_masks, masked ? masked->masks : 0);
}

static gboolean write_clip(const EvidenceSave *save, const PacketList *list, const char *folder,
                           EvidenceRole role, Evidence *evidence, ClipFacts *facts, GError **error)
{
    g_autofree char *path = g_build_filename(folder, evidence_role_file(role), NULL);
    if (!clip_file_write(list, path, save->cancel, facts, error))
        return FALSE;
    EvidenceFile file = { .role = role,
                          .width = facts->width,
                          .height = facts->height,
                          .frames = facts->frames,
                          .duration_ms = facts->duration_ms,
                          .masks = masks_in(save, role) };
    g_strlcpy(file.codec, facts->codec, sizeof file.codec);
    return add_file(path, file, evidence, error);
}

static gint64 unix_ms(const EvidenceSave *save, gint64 mono_ns)
{
    return (mono_ns + save->unix_less_mono_ns) / NS_PER_MS;
}

/* The watermark says who took it, when each picture is, and under which number the register has it. */
static ClipLook look_of(const EvidenceSave *save, const Evidence *evidence)
{
    return (ClipLook) { .masks = save->masks,
                        .n_masks = save->n_masks,
                        .who = evidence->owner,
                        .what = evidence->id,
                        .unix_less_mono_ns = save->unix_less_mono_ns };
}

/* Without a copy that can be looked at the original is worth keeping all the same. */
static gboolean save_clip(const EvidenceSave *save, const char *folder, Evidence *evidence,
                          GError **error)
{
    ClipFacts facts;
    ClipLook look = look_of(save, evidence);
    if (!write_clip(save, save->list, folder, EVIDENCE_ORIGINAL, evidence, &facts, error))
        return FALSE;
    evidence->from_ms = unix_ms(save, facts.first_ns);
    evidence->to_ms = unix_ms(save, facts.last_ns);
    evidence->is_cut = save->list->is_cut ||
                       evidence->to_ms < evidence->asked_ms + evidence->after_s * 1000 - SHORT_MS;
    g_autoptr(GError) reason = NULL;
    g_autoptr(PacketList) view = clip_view_encode(save->list, &look, save->cancel, &reason);
    if (!view && g_cancellable_set_error_if_cancelled(save->cancel, error))
        return FALSE;
    if (!view) {
        log_warning(EVIDENCE, "%s: no copy to look at: %s", evidence->id, reason->message);
        return TRUE;
    }
    return write_clip(save, view, folder, EVIDENCE_VIEW, evidence, &facts, error);
}

static gboolean write_picture(const EvidenceSave *save, const PacketList *list,
                              const ClipLook *look, const char *folder, EvidenceRole role,
                              Evidence *evidence, gint64 *at_ns, GError **error)
{
    EvidenceFile file = {
        .role = role, .codec = "jpeg", .frames = 1, .masks = masks_in(save, role)
    };
    g_autoptr(GBytes) picture = clip_picture(list, look, at_ns, &file.width, &file.height, error);
    if (!picture)
        return FALSE;
    g_autofree char *path = g_build_filename(folder, evidence_role_file(role), NULL);
    gsize len;
    const void *data = g_bytes_get_data(picture, &len);
    return write_file(path, data, len, error) && add_file(path, file, evidence, error);
}

static gboolean save_picture(const EvidenceSave *save, const char *folder, Evidence *evidence,
                             GError **error)
{
    ClipLook look = look_of(save, evidence);
    gint64 at_ns = 0;
    if (!write_picture(save, save->list, &look, folder, EVIDENCE_STILL, evidence, &at_ns, error))
        return FALSE;
    evidence->from_ms = evidence->to_ms = unix_ms(save, at_ns);
    return TRUE;
}

/* What was masked when it was saved stays masked; what has been masked since is masked in it, too. */
static gboolean save_public(const EvidenceSave *save, const char *folder, Evidence *evidence,
                            GError **error)
{
    const Evidence *source = save->source;
    gint64 from_ns = source->from_ms * NS_PER_MS;
    gboolean is_clip = evidence->kind == EVIDENCE_CLIP;
    g_autofree char *what = g_strconcat("公开副本 ", evidence->id, NULL);
    ClipLook look = look_of(save, evidence);
    ClipFacts facts;
    look.what = what;
    look.unix_less_mono_ns = 0;
    look.cover = evidence_cover_from_word(evidence->cover);
    g_autoptr(GBytes) file =
        evidence_folder_read(save->folder, source->id, evidence_masked_file(source), error);
    g_autoptr(PacketList) list = !file     ? NULL
                                 : is_clip ? clip_read_mp4(file, from_ns, error)
                                           : clip_read_jpeg(file, from_ns);
    if (!list)
        return FALSE;
    if (!is_clip)
        return write_picture(save, list, &look, folder, EVIDENCE_PUBLIC_STILL, evidence, &from_ns,
                             error);
    g_autoptr(PacketList) copy = clip_view_encode(list, &look, save->cancel, error);
    return copy && write_clip(save, copy, folder, EVIDENCE_PUBLIC, evidence, &facts, error);
}

static gboolean save_manifest(const EvidenceSave *save, const char *folder, Evidence *evidence,
                              GError **error)
{
    g_free(evidence->manifest);
    g_free(evidence->signature);
    evidence->manifest = evidence_dup_manifest(evidence, save->site, "wallctl " WALLCTL_VERSION);
    evidence->signature = dup_signature(save->key, evidence->manifest);
    g_autofree char *manifest = g_build_filename(folder, EVIDENCE_MANIFEST, NULL);
    g_autofree char *signature = g_build_filename(folder, EVIDENCE_SIGNATURE, NULL);
    return write_file(manifest, evidence->manifest, strlen(evidence->manifest), error) &&
           write_file(signature, evidence->signature, strlen(evidence->signature), error) &&
           sync_path(folder, O_DIRECTORY, error);
}

static gint64 bytes_of(const EvidenceSave *save)
{
    if (save->source)
        return evidence_masked_file(save->source)->bytes;
    const PacketList *list = save->list;
    gint64 bytes = 0;
    for (guint i = 0; i < list->packets->len; i++)
        bytes += ((const AVPacket *)g_ptr_array_index(list->packets, i))->size;
    return bytes;
}

gboolean evidence_folder_save(const EvidenceSave *save, Evidence *evidence, GError **error)
{
    gint64 room;
    if (!evidence_folder_check(save->folder, &room, error))
        return FALSE;
    if (room < 2 * bytes_of(save) + ROOM_BYTES) {
        wall_error_set(error, WALL_ERROR_UNAVAILABLE,
                       "the disk of the evidence folder has only %d MB left",
                       "存证目录所在磁盘只剩 %d MB，没有保存", (int)(room / 1000000));
        return FALSE;
    }
    g_autofree char *begun = hidden_path(save->folder, BEGUN, evidence->id);
    g_autofree char *path = g_build_filename(save->folder, evidence->id, NULL);
    if (g_mkdir(begun, 0700) != 0)
        return fail(begun, error);
    gboolean is_good =
        (save->source                      ? save_public(save, begun, evidence, error)
         : evidence->kind == EVIDENCE_CLIP ? save_clip(save, begun, evidence, error)
                                           : save_picture(save, begun, evidence, error)) &&
        save_manifest(save, begun, evidence, error) &&
        (rename(begun, path) == 0 || fail(path, error));
    if (!is_good) {
        remove_folder(begun, NULL);
        return FALSE;
    }
    return sync_path(save->folder, O_DIRECTORY, error);
}

/* --- looking -------------------------------------------------------------------------------------
 */

static char *dup_text_of(const char *folder, const char *id, const char *name)
{
    g_autofree char *path = g_build_filename(folder, id, name, NULL);
    char *text = NULL;
    gsize len;
    struct stat info;
    if (stat(path, &info) != 0 || info.st_size > MAX_TEXT ||
        !g_file_get_contents(path, &text, &len, NULL))
        return NULL;
    return text;
}

gboolean evidence_folder_recover(const char *folder, const guint8 *public_key, Evidence *evidence)
{
    g_autofree char *manifest = dup_text_of(folder, evidence->id, EVIDENCE_MANIFEST);
    g_autofree char *signature = dup_text_of(folder, evidence->id, EVIDENCE_SIGNATURE);
    if (!manifest || !signature || !is_signed(public_key, manifest, signature) ||
        !evidence_read_manifest(evidence, manifest, NULL))
        return FALSE;
    evidence_set_text(&evidence->manifest, manifest);
    evidence_set_text(&evidence->signature, signature);
    return TRUE;
}

static void add_fault(GPtrArray *faults, const char *name, const char *what)
{
    g_ptr_array_add(faults, g_strdup_printf("%s: %s", name, what));
}

static void verify_text(const char *folder, const Evidence *evidence, const char *name,
                        const char *wanted, GPtrArray *faults)
{
    g_autofree char *text = dup_text_of(folder, evidence->id, name);
    if (!text)
        add_fault(faults, name, "missing");
    else if (strcmp(text, wanted) != 0)
        add_fault(faults, name, "altered");
}

static gboolean is_known(const Evidence *evidence, const char *name)
{
    EvidenceRole role = evidence_role_from_file(name);
    return strcmp(name, EVIDENCE_MANIFEST) == 0 || strcmp(name, EVIDENCE_SIGNATURE) == 0 ||
           (role && evidence_file(evidence, role));
}

GPtrArray *evidence_folder_verify(const char *folder, const guint8 *public_key,
                                  const Evidence *evidence)
{
    GPtrArray *faults = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *path = g_build_filename(folder, evidence->id, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    if (!is_signed(public_key, evidence->manifest, evidence->signature))
        add_fault(faults, EVIDENCE_SIGNATURE, "does not fit the manifest in the database");
    verify_text(folder, evidence, EVIDENCE_MANIFEST, evidence->manifest, faults);
    verify_text(folder, evidence, EVIDENCE_SIGNATURE, evidence->signature, faults);
    for (guint i = 0; i < evidence->files->len; i++) {
        const EvidenceFile *file = &g_array_index(evidence->files, EvidenceFile, i);
        g_autofree char *each = g_build_filename(path, evidence_role_file(file->role), NULL);
        gint64 bytes = 0;
        g_autofree char *sum = dup_sum(each, &bytes);
        if (!sum)
            add_fault(faults, evidence_role_file(file->role), "missing");
        else if (bytes != file->bytes || strcmp(sum, file->sha256) != 0)
            add_fault(faults, evidence_role_file(file->role), "altered");
    }
    while (dir && (name = g_dir_read_name(dir))) {
        if (!is_known(evidence, name))
            add_fault(faults, name, "is not of the manifest");
    }
    return faults;
}

GBytes *evidence_folder_read(const char *folder, const char *id, const EvidenceFile *file,
                             GError **error)
{
    const char *name = evidence_role_file(file->role);
    g_autofree char *path = g_build_filename(folder, id, name, NULL);
    char *data = NULL;
    gsize len;
    if (!g_file_get_contents(path, &data, &len, NULL)) {
        wall_error_set(error, WALL_ERROR_UNAVAILABLE, "%s of %s cannot be read",
                       "%s 读不出来（存证 %s）", name, id);
        return NULL;
    }
    g_autoptr(GBytes) bytes = g_bytes_new_take(data, len);
    g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
    if (strcmp(sum, file->sha256) == 0)
        return g_steal_pointer(&bytes);
    wall_error_set(error, WALL_ERROR_INVALID, "%s of %s has been altered: it is not given out",
                   "%s 已被改动，不予提供（存证 %s）", name, id);
    return NULL;
}
