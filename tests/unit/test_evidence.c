/* test_evidence.c - manifests, what lies in the folder and what became of it, and how things expire */
#include "audit_rig.h"

#include "../support/wait_until.h"
#include "pipelines/h264.h"
#include "pipelines/media_log.h"
#include "tests/pipeline/gst_tests.h"
#include "tests/support/remove_tree.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/evidence_folder.h"
#include "wallctl/store/evidence_store.h"
#include "wallctl/vault.h"

#include <glib/gstdio.h>
#include <string.h>

#define DAY_MS G_GINT64_CONSTANT(86400000)

typedef struct {
    AuditRig rig;
    char *folder;
    PacketList *list;
    Config *config;
    Audit *audit;
    FeedPool *feeds;
    Vault *vault;
    GPtrArray *news; /* "ID state" */
} Fixture;

/* Two seconds of a picture that grows brighter, as a camera sends it. */
static PacketList *make_packets(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(H264) h264 = h264_new(64, 64, 25, 500, &error);
    g_assert_no_error(error);
    PacketList *list = packet_list_new(AV_CODEC_ID_H264);
    for (guint i = 0; i < 50; i++) {
        g_autoptr(Frame) frame = frame_new(64, 64);
        frame_fill(frame, (guint8)(40 + 4 * i), 128, 128);
        gint64 at_ns = 100 * NS_PER_SEC + i * NS_PER_SEC / 25;
        AVPacket *packet = av_packet_clone(h264_encode(h264, frame, at_ns, i % 25 == 0, &error));
        g_assert_no_error(error);
        packet->pts = packet->dts = at_ns;
        g_ptr_array_add(list->packets, packet);
    }
    return list;
}

static Config *make_config(const char *folder)
{
    g_autofree char *text = g_strdup_printf(
        "{\"site\": {\"name\": \"试点\", \"camera_networks\": [\"127.0.0.1\"]}, \"walls\": "
        "[{\"id\": \"hall\", \"name\": \"大厅\", "
        "\"screens\": [{\"id\": \"left\", \"x\": 0, \"y\": 0, \"width\": 1920, \"height\": "
        "1080}]}],"
        "\"cameras\": [{\"id\": \"a\", \"name\": \"东门\", \"main\": \"rtsp://127.0.0.1:9/a\"}],"
        "\"evidence\": {\"folder\": \"%s\", \"seconds\": 10, \"keep_days\": 7}}",
        folder);
    g_autoptr(Faults) faults = faults_new("test", 10);
    Config *config = config_parse(text, strlen(text), "test", NULL, faults);
    g_autofree char *wrong = faults_dup_text(faults);
    g_assert_cmpstr(wrong, ==, "");
    return config;
}

static void on_event(const char *name, Json *data, gpointer user)
{
    Fixture *f = user;
    if (strcmp(name, "evidence.state") == 0)
        g_ptr_array_add(
            f->news,
            g_strdup_printf("%s %s", json_object_get_string(json_object_object_get(data, "id")),
                            json_object_get_string(json_object_object_get(data, "state"))));
    json_object_put(data);
}

static void open_vault(Fixture *f)
{
    g_autoptr(GError) error = NULL;
    VaultEnv env = { f->feeds, f->rig.store.store, f->audit, on_event, f };
    f->vault = vault_new(&env, f->config, &error);
    g_assert_no_error(error);
}

static void set_up(Fixture *f, gconstpointer user)
{
    g_autoptr(GError) error = NULL;
    audit_rig_init(&f->rig);
    f->folder = g_build_filename(f->rig.store.folder, "evidence", NULL);
    g_mkdir(f->folder, 0700);
    f->list = make_packets();
    f->config = make_config(f->folder);
    f->news = g_ptr_array_new_with_free_func(g_free);
    clock_set_for_test(100 * NS_PER_SEC, RIG_DAY_0);
    AuditEnv env = { .store = f->rig.store.store, .folder = f->rig.store.folder };
    f->audit = audit_new(&env, f->config, &error);
    g_assert_no_error(error);
    f->feeds = feed_pool_new(f->config);
}

static void tear_down(Fixture *f, gconstpointer user)
{
    vault_free(f->vault);
    feed_pool_free(f->feeds);
    audit_free(f->audit);
    config_unref(f->config);
    packet_list_free(f->list);
    g_ptr_array_unref(f->news);
    remove_tree(f->folder);
    g_free(f->folder);
    audit_rig_clear(&f->rig);
    post_drain();
    clock_set_for_test(-1, -1);
}

static Evidence *new_item(const char *id, EvidenceKind kind)
{
    Evidence *evidence = evidence_new(id);
    evidence->kind = kind;
    evidence->state = EVIDENCE_SAVING;
    evidence_set_text(&evidence->camera, "a");
    evidence_set_text(&evidence->camera_name, "东门");
    evidence_set_text(&evidence->region, "530402");
    evidence_set_text(&evidence->stream, "main");
    evidence_set_text(&evidence->case_code, "CASE-1");
    evidence_set_text(&evidence->owner, "zhang");
    evidence_set_text(&evidence->owner_name, "值班员");
    evidence_set_text(&evidence->unit, "指挥中心");
    evidence_set_text(&evidence->reason, "路口秩序核查");
    evidence->before_s = 2;
    evidence->asked_ms = RIG_DAY_0;
    evidence->expires_ms = RIG_DAY_0 + 7 * DAY_MS;
    return evidence;
}

static EvidenceSave save_of(Fixture *f)
{
    return (EvidenceSave) { .folder = f->folder,
                            .site = "试点",
                            .list = f->list,
                            .unix_less_mono_ns = RIG_DAY_0 * NS_PER_MS - 102 * NS_PER_SEC,
                            .key = audit_key(f->audit) };
}

/* Saved in the folder. */
static Evidence *saved_item(Fixture *f, const char *id, EvidenceKind kind)
{
    g_autoptr(GError) error = NULL;
    Evidence *evidence = new_item(id, kind);
    EvidenceSave save = save_of(f);
    evidence_folder_save(&save, evidence, &error);
    g_assert_no_error(error);
    evidence->state = EVIDENCE_KEPT;
    return evidence;
}

static char *path_in(Fixture *f, const char *id, const char *name)
{
    return g_build_filename(f->folder, id, name, NULL);
}

static guint entries_of(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    guint n = 0;
    while (dir && g_dir_read_name(dir))
        n++;
    return n;
}

/* --- manifest ------------------------------------------------------------------------------------
 */

static void test_manifest(Fixture *f, gconstpointer user)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Evidence) evidence = saved_item(f, "ev-bcdfghjkmn", EVIDENCE_CLIP);
    g_assert_cmpuint(evidence->files->len, ==, 2);
    g_assert_cmpint(evidence->from_ms, ==, RIG_DAY_0 - 2000);
    g_assert_cmpint(evidence->to_ms, ==, RIG_DAY_0 - 40);
    g_assert_false(evidence->is_cut);
    const EvidenceFile *original = evidence_file(evidence, EVIDENCE_ORIGINAL);
    g_assert_cmpint(original->width, ==, 64);
    g_assert_cmpuint(original->frames, ==, 50);
    g_assert_cmpint(original->duration_ms, ==, 1960);
    for (const char *const *wanted =
             (const char *const[]) { "\"wallctl-evidence-1\"", "试点", "东门", "CASE-1",
                                     "路口秩序核查", "值班员", original->sha256, NULL };
         *wanted; wanted++)
        g_assert_nonnull(strstr(evidence->manifest, *wanted));
    g_autoptr(Evidence) read = evidence_new("ev-bcdfghjkmn");
    g_assert_true(evidence_read_manifest(read, evidence->manifest, &error));
    g_assert_cmpint(read->from_ms, ==, evidence->from_ms);
    g_assert_cmpuint(read->files->len, ==, 2);
    g_assert_cmpmem(read->files->data, 2 * sizeof(EvidenceFile), evidence->files->data,
                    2 * sizeof(EvidenceFile));
    static const char *const wrong[] = {
        "",
        "[]",
        "{}",
        "{\"id\": \"ev-bcdfghjkmn\"}",
        "{\"id\": \"ev-other\", \"files\": []}",
        "{\"id\": \"ev-bcdfghjkmn\", \"files\": [1]}",
        "{\"id\": \"ev-bcdfghjkmn\", \"files\": [{\"name\": \"../x\", \"sha256\": \"\"}]}",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_assert_false(evidence_read_manifest(read, wrong[i], &error));
        g_assert_nonnull(error);
        g_clear_error(&error);
    }
    g_assert_cmpuint(read->files->len, ==, 2);
}

static gboolean has_rows(Fixture *f, guint n, GPtrArray **rows)
{
    g_autoptr(GError) error = NULL;
    g_clear_pointer(rows, g_ptr_array_unref);
    *rows = evidence_store_load(f->rig.store.store, &error);
    g_assert_no_error(error);
    return (*rows)->len == n;
}

static void test_store(Fixture *f, gconstpointer user)
{
    g_autoptr(Evidence) evidence = saved_item(f, "ev-bcdfghjkmn", EVIDENCE_CLIP);
    evidence_set_text(&evidence->hold_reason, "诉讼期间保全");
    evidence->deleted_ms = 7;
    evidence_store_put(f->rig.store.store, evidence, NULL, NULL);
    g_autoptr(GPtrArray) rows = NULL;
    WAIT_UNTIL(has_rows(f, 1, &rows));
    const Evidence *read = g_ptr_array_index(rows, 0);
    g_autoptr(Json) a = evidence_json(evidence), b = evidence_json(read);
    g_assert_cmpstr(json_object_to_json_string(a), ==, json_object_to_json_string(b));
    g_assert_cmpstr(read->signature, ==, evidence->signature);
    evidence_store_delete(f->rig.store.store, "ev-bcdfghjkmn");
    WAIT_UNTIL(has_rows(f, 0, &rows));
}

/* --- the folder ----------------------------------------------------------------------------------
 */

static void check_faults(Fixture *f, const Evidence *evidence, const char *wanted)
{
    g_autoptr(GPtrArray) faults =
        evidence_folder_verify(f->folder, audit_key_public(audit_key(f->audit)), evidence);
    g_ptr_array_add(faults, NULL);
    g_autofree char *text = g_strjoinv("; ", (char **)faults->pdata);
    g_assert_cmpstr(text, ==, wanted);
}

/* Every file, flipped bit by bit here and there: each one is found, and by the name of its file. */
static void test_tampering(Fixture *f, gconstpointer user)
{
    static const char *const names[] = { "original.mp4", "view.mp4", "manifest.json",
                                         "manifest.sig" };
    g_autoptr(Evidence) evidence = saved_item(f, "ev-bcdfghjkmn", EVIDENCE_CLIP);
    g_autoptr(GRand) rand = g_rand_new_with_seed(20250522);
    check_faults(f, evidence, "");
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = path_in(f, evidence->id, names[i]);
        g_autofree char *wanted = g_strconcat(names[i], ": altered", NULL);
        g_autofree char *missing = g_strconcat(names[i], ": missing", NULL);
        g_autofree char *bytes = NULL;
        gsize len;
        g_assert_true(g_file_get_contents(path, &bytes, &len, NULL));
        for (guint n = 0; n < 40; n++) {
            gint32 at = g_rand_int_range(rand, 0, (gint32)len);
            char bit = (char)(1 << g_rand_int_range(rand, 0, 7));
            bytes[at] ^= bit;
            g_file_set_contents(path, bytes, (gssize)len, NULL);
            check_faults(f, evidence, wanted);
            bytes[at] ^= bit;
        }
        g_file_set_contents(path, bytes, (gssize)len - 1, NULL);
        check_faults(f, evidence, wanted);
        g_remove(path);
        check_faults(f, evidence, missing);
        g_file_set_contents(path, bytes, (gssize)len, NULL);
        check_faults(f, evidence, "");
    }
    /* Who alters the row as well lacks the key. */
    g_autoptr(Evidence) forged = evidence_copy(evidence);
    g_autofree char *text = g_strdup(evidence->manifest);
    *strstr(text, "zhang") = 'w';
    evidence_set_text(&forged->manifest, text);
    g_autofree char *path = path_in(f, evidence->id, "manifest.json");
    g_file_set_contents(path, text, -1, NULL);
    check_faults(f, forged, "manifest.sig: does not fit the manifest in the database");
}

static void check_refused(Fixture *f, EvidenceSave save, const char *wanted)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Evidence) evidence = new_item("ev-bcdfghjkmn", EVIDENCE_CLIP);
    g_assert_false(evidence_folder_save(&save, evidence, &error));
    g_assert_nonnull(strstr(error->message, wanted));
    g_assert_nonnull(wall_error_zh(error));
    g_assert_cmpuint(entries_of(f->folder), ==, 0);
}

static void test_not_saved(Fixture *f, gconstpointer user)
{
    g_autofree char *away = g_build_filename(f->folder, "away", NULL);
    EvidenceSave save = save_of(f);
    save.folder = away;
    check_refused(f, save, "is not there");
    save = save_of(f);
    g_chmod(f->folder, 0755);
    check_refused(f, save, "open to everybody");
    g_chmod(f->folder, 0700);
    g_autoptr(PacketList) empty = packet_list_new(AV_CODEC_ID_H264);
    save.list = empty;
    check_refused(f, save, "no key frame");
    /* Ended in the middle. */
    save = save_of(f);
    save.cancel = g_cancellable_new();
    g_cancellable_cancel(save.cancel);
    g_autoptr(GError) error = NULL;
    g_autoptr(Evidence) evidence = new_item("ev-bcdfghjkmn", EVIDENCE_CLIP);
    g_assert_false(evidence_folder_save(&save, evidence, &error));
    g_assert_cmpuint(entries_of(f->folder), ==, 0);
    g_object_unref(save.cancel);
}

/* Fail closed: with a mask that cannot be drawn there is no copy, and no picture at all. */
static void test_mask_fails(Fixture *f, gconstpointer user)
{
    Mask mask = { .mode = MASK_BLACK, .n_points = 1 };
    EvidenceSave save = save_of(f);
    save.masks = &mask;
    save.n_masks = 1;
    g_autoptr(GError) error = NULL;
    g_autoptr(Evidence) clip = new_item("ev-bcdfghjkmn", EVIDENCE_CLIP);
    g_assert_true(evidence_folder_save(&save, clip, &error));
    g_assert_cmpuint(clip->files->len, ==, 1);
    g_assert_null(evidence_file(clip, EVIDENCE_VIEW));
    check_faults(f, clip, "");
    g_autoptr(Evidence) still = new_item("ev-ccdfghjkmn", EVIDENCE_PICTURE);
    g_assert_false(evidence_folder_save(&save, still, &error));
    g_assert_cmpuint(entries_of(f->folder), ==, 1);
}

/* Of a clip and of a picture: evidence of its own, with one file, a manifest that says of what, and a good signature. */
static void test_public(Fixture *f, gconstpointer user)
{
    static const struct {
        EvidenceKind kind;
        EvidenceRole role;
        const char *cover;
    } rows[] = { { EVIDENCE_CLIP, EVIDENCE_PUBLIC, "reduce" },
                 { EVIDENCE_PICTURE, EVIDENCE_PUBLIC_STILL, "blur" } };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *source_id = g_strdup_printf("ev-%ccdfghjkmn", 'b' + (int)(2 * i));
        g_autofree char *id = g_strdup_printf("ev-%cddfghjkmn", 'b' + (int)(2 * i));
        g_autoptr(Evidence) source = saved_item(f, source_id, rows[i].kind);
        g_autoptr(Evidence) copy = evidence_copy(source);
        evidence_set_text(&copy->id, id);
        evidence_set_text(&copy->source, source_id);
        evidence_set_text(&copy->cover, rows[i].cover);
        g_array_set_size(copy->files, 0);
        EvidenceSave save = save_of(f);
        save.list = NULL;
        save.source = source;
        g_assert_true(evidence_folder_save(&save, copy, &error));
        g_assert_no_error(error);
        g_assert_cmpuint(copy->files->len, ==, 1);
        g_assert_nonnull(evidence_file(copy, rows[i].role));
        g_assert_null(evidence_masked_file(copy));
        g_assert_nonnull(strstr(copy->manifest, source_id));
        g_assert_nonnull(strstr(copy->manifest, rows[i].cover));
        g_assert_cmpint(copy->from_ms, ==, source->from_ms);
        check_faults(f, copy, "");
        /* One bit of the source is another one: nothing is made of it. */
        g_autofree char *path =
            path_in(f, source_id, evidence_role_file(evidence_masked_file(source)->role));
        g_autofree char *bytes = NULL;
        gsize len;
        g_assert_true(g_file_get_contents(path, &bytes, &len, NULL));
        bytes[len / 2] ^= 1;
        g_file_set_contents(path, bytes, (gssize)len, NULL);
        guint before = entries_of(f->folder);
        g_autoptr(Evidence) other = evidence_copy(copy);
        evidence_set_text(&other->id, "ev-zzdfghjkmn");
        g_assert_false(evidence_folder_save(&save, other, &error));
        g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
        g_assert_cmpuint(entries_of(f->folder), ==, before);
    }
}

static void test_delete(Fixture *f, gconstpointer user)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Evidence) evidence = saved_item(f, "ev-bcdfghjkmn", EVIDENCE_PICTURE);
    gboolean was_there;
    g_assert_true(evidence_folder_delete(f->folder, evidence->id, &was_there, &error));
    g_assert_true(was_there);
    g_assert_cmpuint(entries_of(f->folder), ==, 0);
    g_assert_true(evidence_folder_delete(f->folder, evidence->id, &was_there, &error));
    g_assert_false(was_there);
    g_autofree char *away = g_build_filename(f->folder, "away", NULL);
    g_assert_false(evidence_folder_delete(away, evidence->id, &was_there, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
}

/* --- lives ---------------------------------------------------------------------------------------
 */

static EvidenceState state_of(Fixture *f, const char *id)
{
    const Evidence *evidence = vault_find(f->vault, id);
    return evidence ? evidence->state : 0;
}

static void on_put(gpointer data, const GError *error, gpointer user)
{
    g_assert_no_error(error);
    *(gboolean *)user = TRUE;
}

static void put(Fixture *f, Evidence *evidence)
{
    gboolean is_put = FALSE;
    evidence_store_put(f->rig.store.store, evidence, on_put, &is_put);
    WAIT_UNTIL(is_put);
    evidence_free(evidence);
}

/* What was under way when the power went: whole folders are taken over, the others are failed ones. */
static void test_resumed(Fixture *f, gconstpointer user)
{
    Evidence *whole = saved_item(f, "ev-bcdfghjkmn", EVIDENCE_CLIP);
    Evidence *altered = saved_item(f, "ev-ccdfghjkmn", EVIDENCE_CLIP);
    Evidence *going = saved_item(f, "ev-dcdfghjkmn", EVIDENCE_CLIP);
    g_autofree char *path = path_in(f, altered->id, "manifest.json");
    g_file_set_contents(path, "{}", -1, NULL);
    g_autofree char *begun = g_build_filename(f->folder, ".begun-ev-x", NULL);
    g_mkdir(begun, 0700);
    put(f, new_item(whole->id, EVIDENCE_CLIP));
    put(f, new_item(altered->id, EVIDENCE_CLIP));
    put(f, new_item("ev-fcdfghjkmn", EVIDENCE_CLIP));
    going->state = EVIDENCE_DELETING;
    evidence_set_text(&going->deleted_why, "误存");
    put(f, going);
    open_vault(f);
    WAIT_UNTIL(state_of(f, "ev-bcdfghjkmn") == EVIDENCE_KEPT);
    WAIT_UNTIL(state_of(f, "ev-ccdfghjkmn") == EVIDENCE_FAILED);
    WAIT_UNTIL(state_of(f, "ev-fcdfghjkmn") == EVIDENCE_FAILED);
    WAIT_UNTIL(state_of(f, "ev-dcdfghjkmn") == EVIDENCE_DELETED);
    const Evidence *found = vault_find(f->vault, "ev-bcdfghjkmn");
    g_assert_cmpuint(found->files->len, ==, 2);
    g_assert_cmpstr(found->signature, ==, whole->signature);
    check_faults(f, found, "");
    g_assert_false(g_file_test(begun, G_FILE_TEST_EXISTS));
    evidence_free(whole);
    evidence_free(altered);
}

static void test_expiry(Fixture *f, gconstpointer user)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Caller) leader = caller_new_local("root");
    put(f, saved_item(f, "ev-bcdfghjkmn", EVIDENCE_CLIP));
    put(f, saved_item(f, "ev-ccdfghjkmn", EVIDENCE_PICTURE));
    put(f, saved_item(f, "ev-dcdfghjkmn", EVIDENCE_PICTURE));
    open_vault(f);
    g_assert_true(vault_hold(f->vault, "ev-ccdfghjkmn", "诉讼期间保全", leader, &error));
    g_autoptr(Json) state = NULL;
    WAIT_UNTIL((json_object_put(state), state = vault_state(f->vault),
                json_object_get_int64(json_object_object_get(state, "free_bytes")) > 0));
    clock_set_for_test(100 * NS_PER_SEC, RIG_DAY_0 + 7 * DAY_MS - 1);
    vault_sweep(f->vault);
    g_assert_cmpint(state_of(f, "ev-bcdfghjkmn"), ==, EVIDENCE_KEPT);
    g_assert_null(vault_certificate(f->vault, "ev-bcdfghjkmn", &error));
    g_clear_error(&error);
    clock_set_for_test(100 * NS_PER_SEC, RIG_DAY_0 + 7 * DAY_MS);
    vault_sweep(f->vault);
    WAIT_UNTIL(state_of(f, "ev-bcdfghjkmn") == EVIDENCE_DELETED &&
               state_of(f, "ev-dcdfghjkmn") == EVIDENCE_DELETED);
    g_assert_cmpint(state_of(f, "ev-ccdfghjkmn"), ==, EVIDENCE_KEPT);
    g_assert_cmpuint(entries_of(f->folder), ==, 1);
    g_autofree char *page = vault_certificate(f->vault, "ev-bcdfghjkmn", &error);
    const Evidence *gone = vault_find(f->vault, "ev-bcdfghjkmn");
    g_assert_nonnull(strstr(page, "保存期满"));
    g_assert_nonnull(strstr(page, "逐字节覆盖"));
    g_assert_nonnull(strstr(page, evidence_file(gone, EVIDENCE_ORIGINAL)->sha256));
    /* A hold that is lifted: it goes at the next look. */
    g_assert_true(vault_hold(f->vault, "ev-ccdfghjkmn", NULL, leader, &error));
    vault_sweep(f->vault);
    WAIT_UNTIL(state_of(f, "ev-ccdfghjkmn") == EVIDENCE_DELETED);
    /* The rows go with the register. */
    clock_set_for_test(100 * NS_PER_SEC, RIG_DAY_0 + (8 + f->config->cases.audit_days) * DAY_MS);
    vault_sweep(f->vault);
    g_assert_null(vault_find(f->vault, "ev-bcdfghjkmn"));
    AuditVerdict verdict = audit_rig_verify(&f->rig);
    g_assert_cmpint(verdict.fault, ==, 0);
}

/* What is published goes no later than what it was made of; of a copy, and of what has no masked copy, none is made. */
static void test_published(Fixture *f, gconstpointer user)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Caller) caller = caller_new_local("root");
    put(f, saved_item(f, "ev-bcdfghjkmn", EVIDENCE_CLIP));
    Mask mask = { .mode = MASK_BLACK, .n_points = 1 };
    EvidenceSave save = save_of(f);
    save.masks = &mask;
    save.n_masks = 1;
    Evidence *bare = new_item("ev-ccdfghjkmn", EVIDENCE_CLIP);
    g_assert_true(evidence_folder_save(&save, bare, &error));
    bare->state = EVIDENCE_KEPT;
    put(f, bare);
    open_vault(f);
    const struct {
        const char *id, *reason;
        WallError code;
    } wrong[] = {
        { "ev-nothere", "宣传", WALL_ERROR_NOT_FOUND },
        { "ev-ccdfghjkmn", "宣传", WALL_ERROR_INVALID },
        { "ev-bcdfghjkmn", "", WALL_ERROR_INVALID },
        { "ev-bcdfghjkmn", "电话13987654321", WALL_ERROR_INVALID },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_assert_null(
            vault_publish(f->vault, wrong[i].id, EVIDENCE_BLUR, wrong[i].reason, caller, &error));
        g_assert_error(error, WALL_ERROR, (int)wrong[i].code);
        g_clear_error(&error);
    }
    const Evidence *made =
        vault_publish(f->vault, "ev-bcdfghjkmn", EVIDENCE_BLUR, "宣传", caller, &error);
    g_assert_no_error(error);
    g_autofree char *id = g_strdup(made->id);
    WAIT_UNTIL(state_of(f, id) == EVIDENCE_KEPT);
    made = vault_find(f->vault, id);
    g_assert_cmpstr(made->source, ==, "ev-bcdfghjkmn");
    g_assert_cmpstr(made->case_code, ==, "CASE-1");
    g_assert_cmpint(made->expires_ms, ==, RIG_DAY_0 + 7 * DAY_MS);
    check_faults(f, made, "");
    g_assert_null(vault_publish(f->vault, id, EVIDENCE_BLUR, "宣传", caller, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
}

/* The disk is away when the time is over: it is tried again, and nothing is said to be deleted that is not. */
static void test_expiry_without_folder(Fixture *f, gconstpointer user)
{
    g_autofree char *away = g_strconcat(f->folder, ".away", NULL);
    put(f, saved_item(f, "ev-bcdfghjkmn", EVIDENCE_PICTURE));
    open_vault(f);
    g_autoptr(Json) state = NULL;
    WAIT_UNTIL((json_object_put(state), state = vault_state(f->vault),
                json_object_get_int64(json_object_object_get(state, "free_bytes")) > 0));
    g_rename(f->folder, away);
    clock_set_for_test(100 * NS_PER_SEC, RIG_DAY_0 + 8 * DAY_MS);
    vault_sweep(f->vault);
    WAIT_UNTIL(*vault_find(f->vault, "ev-bcdfghjkmn")->fault != '\0');
    g_assert_cmpint(state_of(f, "ev-bcdfghjkmn"), ==, EVIDENCE_DELETING);
    g_rename(away, f->folder);
    vault_sweep(f->vault);
    WAIT_UNTIL(state_of(f, "ev-bcdfghjkmn") == EVIDENCE_DELETED);
    g_assert_cmpuint(entries_of(f->folder), ==, 0);
}

static void test_asked(Fixture *f, gconstpointer user)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Caller) caller = caller_new_local("root");
    open_vault(f);
    VaultAsk ask = { .kind = EVIDENCE_CLIP,
                     .camera = config_camera(f->config, "a"),
                     .before_s = 5,
                     .after_s = 5,
                     .case_code = "",
                     .reason = "路口秩序核查",
                     .at_ns = clock_now_ns(),
                     .caller = caller };
    const struct {
        guint before_s, after_s;
        const char *reason;
    } wrong[] = { { 11, 0, "核查" },
                  { 0, 301, "核查" },
                  { 0, 0, "核查" },
                  { 5, 5, "" },
                  { 5, 5, "电话13987654321" } };
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        VaultAsk bad = ask;
        bad.before_s = wrong[i].before_s;
        bad.after_s = wrong[i].after_s;
        bad.reason = wrong[i].reason;
        g_assert_null(vault_ask(f->vault, &bad, &error));
        g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
        g_clear_error(&error);
    }
    for (guint i = 0; i < VAULT_MAX_AT_ONCE; i++)
        g_assert_nonnull(vault_ask(f->vault, &ask, &error));
    g_assert_null(vault_ask(f->vault, &ask, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_LIMIT);
    /* The camera never comes: when the time is over nothing is saved. */
    clock_set_for_test(120 * NS_PER_SEC, RIG_DAY_0 + 20000);
    WAIT_UNTIL(f->news->len == 2 * VAULT_MAX_AT_ONCE);
    for (guint i = 0; i < VAULT_MAX_AT_ONCE; i++)
        g_assert_true(
            g_str_has_suffix(g_ptr_array_index(f->news, VAULT_MAX_AT_ONCE + i), " failed"));
    g_assert_cmpuint(entries_of(f->folder), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gst_tests_init();
    post_init();
    log_set_level(0);
    media_log_init();
    static const struct {
        const char *name;
        void (*func)(Fixture *f, gconstpointer user);
    } tests[] = {
        { "/evidence/manifest", test_manifest },
        { "/evidence/store", test_store },
        { "/evidence/tampering", test_tampering },
        { "/evidence/not-saved", test_not_saved },
        { "/evidence/mask-fails", test_mask_fails },
        { "/evidence/public", test_public },
        { "/evidence/published", test_published },
        { "/evidence/delete", test_delete },
        { "/evidence/resumed", test_resumed },
        { "/evidence/expiry", test_expiry },
        { "/evidence/expiry-without-folder", test_expiry_without_folder },
        { "/evidence/asked", test_asked },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Fixture, NULL, set_up, tests[i].func, tear_down);
    return g_test_run();
}
