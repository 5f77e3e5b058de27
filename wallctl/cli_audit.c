/* cli_audit.c - the register at a terminal; verifying an export needs neither daemon nor configuration */
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"

#include "config/paths.h"
#include "wallctl/model/audit.h"
#include "wallctl/model/calendar.h"
#include "wallctl/store/audit_file.h"
#include "web/download.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define PIECE      65536
#define DOWNLOAD_S 120

/* --- what is asked for ---------------------------------------------------------------------------
 */

/* --from and --to, whole local days, as a query; FALSE with the reason printed. */
static gboolean add_days(const Cli *cli, GString *path)
{
    const struct {
        const char *key, *text;
        guint days_after;
    } ends[] = { { "from", cli->from, 0 }, { "to", cli->to, 1 } };
    for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
        int year, month, day;
        char rest;
        GDate date;
        if (!ends[i].text)
            continue;
        if (sscanf(ends[i].text, "%4d-%2d-%2d%c", &year, &month, &day, &rest) != 3 ||
            year <= 1970 || !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
            return cli_fail(FALSE,
                            say("“%s”不是日期；如 2025-05-01", "'%s' is no day; like 2025-05-01"),
                            ends[i].text);
        g_date_clear(&date, 1);
        g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
        gint64 unix_day = (gint64)g_date_get_julian(&date) - 719163 + ends[i].days_after;
        g_string_append_printf(path, "%c%s=%" G_GINT64_FORMAT, strchr(path->str, '?') ? '&' : '?',
                               ends[i].key, unix_day * 86400000 - CALENDAR_OFFSET_MIN * 60000);
    }
    return TRUE;
}

static char *time_text(gint64 ms)
{
    g_autoptr(GDateTime) time = ms ? calendar_local(ms) : NULL;
    return time ? g_date_time_format(time, "%Y-%m-%d %H:%M:%S") : g_strdup("");
}

/* --- list ----------------------------------------------------------------------------------------
 */

static void print_rows(Json *answer)
{
    const char *headings[] = { say("序号", "no"),     say("时间", "time"),
                               say("类别", "kind"),   say("账号", "account"),
                               say("姓名", "name"),   say("摄像机", "camera"),
                               say("事由", "reason"), say("内容", "content") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    Json *rows = json_item(answer, "rows");
    gsize n = json_object_is_type(rows, json_type_array) ? json_object_array_length(rows) : 0;
    for (gsize i = 0; i < n; i++) {
        Json *row = json_object_array_get_idx(rows, i);
        const char *word = json_text(row, "kind");
        AuditKind kind = audit_kind_from_word(word);
        g_autofree char *seq = g_strdup_printf("%" G_GINT64_FORMAT, json_number(row, "seq"));
        g_autofree char *at = time_text(json_number(row, "at_ms"));
        const char *cells[] = { seq,
                                at,
                                kind ? say(audit_kind_name(kind), word) : word,
                                json_text(row, "account"),
                                json_text(row, "name"),
                                json_text(row, "camera"),
                                json_text(row, "reason"),
                                json_text(row, "content") };
        table_add(table, cells);
    }
    table_print(table);
    printf(say("登记簿共 %" G_GINT64_FORMAT " 条\n", "%" G_GINT64_FORMAT " rows in the register\n"),
           json_number(answer, "total"));
}

int cli_audit_list(Cli *cli)
{
    guint64 n = 50;
    g_autoptr(GString) path = g_string_new("/api/v1/audit");
    if (cli->count && !g_ascii_string_to_unsigned(cli->count, 10, 1, 500, &n, NULL))
        return cli_fail(EX_USAGE, "--n: 1 - 500");
    g_string_append_printf(path, "?limit=%" G_GUINT64_FORMAT, n);
    if (!add_days(cli, path))
        return EX_USAGE;
    if (cli->n_args > 0) {
        g_autofree char *text = g_uri_escape_string(cli->args[0], NULL, FALSE);
        g_string_append_printf(path, "&text=%s", text);
    }
    return cli_do(cli, "GET", path->str, NULL, print_rows);
}

static void print_key(Json *answer)
{
    puts(json_text(answer, "key"));
}

int cli_audit_key(Cli *cli)
{
    return cli_do(cli, "GET", "/api/v1/audit/key", NULL, print_key);
}

/* --- verify --------------------------------------------------------------------------------------
 */

static AuditFile *read_file(const char *path, const guint8 *key)
{
    FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    g_autofree char *piece = g_malloc(PIECE);
    g_autoptr(AuditFile) file = audit_file_new(key);
    int code = in ? 0 : errno;
    for (gsize n = 1; in && n > 0;) {
        n = fread(piece, 1, PIECE, in);
        if (!audit_file_feed(file, piece, n))
            break;
    }
    if (in && ferror(in))
        code = EIO;
    if (in && in != stdin)
        fclose(in);
    if (code == 0)
        return g_steal_pointer(&file);
    cli_fail(0, "%s: %s", path, g_strerror(code));
    return NULL;
}

static void print_good(const char *path, const AuditFile *file, const AuditVerdict *verdict)
{
    AuditFileInfo info = audit_file_info(file);
    g_autofree char *key = audit_hex_dup(verdict->public_key, AUDIT_PUBLIC_BYTES);
    g_autofree char *made = time_text(info.made_ms), *site = term_clean(info.site);
    printf(say("%s：完整，未被改动\n", "%s: whole, nothing was altered\n"), path);
    printf(say("  单位 %s，导出时间 %s\n", "  of %s, made %s\n"), site, made);
    printf(say("  记录 %" G_GINT64_FORMAT " 条（第 %" G_GINT64_FORMAT " 至 %" G_GINT64_FORMAT
               " 条），检查点 %" G_GINT64_FORMAT " 个\n",
               "  %" G_GINT64_FORMAT " rows (%" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
               "), %" G_GINT64_FORMAT " checkpoints\n"),
           verdict->n_rows, verdict->first_seq, verdict->last_seq, verdict->n_checkpoints);
    printf(say("  签名公钥 %s\n", "  signed by %s\n"), key);
    if (verdict->n_other_keys)
        printf(say("  其中 %" G_GINT64_FORMAT " 个检查点由更早的密钥签名\n",
                   "  %" G_GINT64_FORMAT " checkpoints are signed by an earlier key\n"),
               verdict->n_other_keys);
}

static void print_verdict(const Cli *cli, const char *path, const AuditFile *file,
                          const AuditVerdict *verdict)
{
    if (cli_has(cli, OPTION_JSON)) {
        g_autoptr(Json) json = json_object_new_object();
        g_autofree char *key = audit_hex_dup(verdict->public_key, AUDIT_PUBLIC_BYTES);
        json_add_string(json, "file", path);
        json_add_bool(json, "is_whole", verdict->fault == AUDIT_GOOD);
        json_add_string(json, "fault", audit_fault_word(verdict->fault));
        json_add_int(json, "line", verdict->fault ? verdict->line : 0);
        json_add_int(json, "seq", verdict->seq);
        json_add_int(json, "rows", verdict->n_rows);
        json_add_string(json, "key", key);
        print_json(json);
    } else if (verdict->fault) {
        cli_fail(0, say("%s：第 %" G_GINT64_FORMAT " 行：%s", "%s: line %" G_GINT64_FORMAT ": %s"),
                 path, verdict->line,
                 say(audit_fault_zh(verdict->fault), audit_fault_en(verdict->fault)));
    } else {
        print_good(path, file, verdict);
    }
}

/* 0: whole; 1: not; EX_NOINPUT: it cannot be read. */
static int verify(const Cli *cli, const char *path, const guint8 *key)
{
    g_autoptr(AuditFile) file = read_file(path, key);
    if (!file)
        return EX_NOINPUT;
    const AuditVerdict *verdict = audit_file_end(file);
    print_verdict(cli, path, file, verdict);
    return verdict->fault ? 1 : 0;
}

int cli_audit_verify(Cli *cli)
{
    guint8 key[AUDIT_PUBLIC_BYTES];
    int status = 0;
    if (cli->key && !audit_hex_parse(cli->key, key, sizeof key))
        return cli_fail(EX_USAGE, "%s",
                        say("--key：64 位小写十六进制，见 wallctl audit key",
                            "--key: 64 hexadecimal digits, lower case: wallctl audit key"));
    for (guint i = 0; i < cli->n_args; i++)
        status = MAX(status, verify(cli, cli->args[i], cli->key ? key : NULL));
    return status;
}

/* --- export --------------------------------------------------------------------------------------
 */

static gboolean download(Cli *cli, const char *path, const char *target, GError **error)
{
    const char *given = cli->socket ? cli->socket : g_getenv("WALLCTL_SOCKET");
    g_autofree char *socket = given && *given ? g_strdup(given) : paths_find_socket();
    g_autoptr(GFile) file = g_file_new_for_path(target);
    gint64 n_bytes;
    g_autoptr(GFileOutputStream) out =
        g_file_replace(file, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, error);
    if (!out)
        return FALSE;
    /* Closing is what gives it its name: a half one stays out of sight. */
    g_autoptr(GCancellable) drop = g_cancellable_new();
    if (!web_download(socket, path, DOWNLOAD_S, G_OUTPUT_STREAM(out), &n_bytes, error)) {
        g_cancellable_cancel(drop);
        g_output_stream_close(G_OUTPUT_STREAM(out), drop, NULL);
        return FALSE;
    }
    return g_output_stream_close(G_OUTPUT_STREAM(out), NULL, error);
}

/* FILE.csv and FILE.html are the access register; anything else is the export that can be verified. */
int cli_audit_export(Cli *cli)
{
    const char *target = cli->args[0];
    g_autoptr(GError) error = NULL;
    gboolean is_csv = g_str_has_suffix(target, ".csv"), is_page = g_str_has_suffix(target, ".html");
    g_autoptr(GString) path = g_string_new(is_csv    ? "/api/v1/audit/register.csv"
                                           : is_page ? "/api/v1/audit/register.html"
                                                     : "/api/v1/audit/export");
    if (!add_days(cli, path))
        return EX_USAGE;
    if (!download(cli, path->str, target, &error))
        return cli_fail(EX_UNAVAILABLE, "%s", say_error(error));
    if (!is_csv && !is_page)
        return verify(cli, target, NULL);
    printf(say("已导出：%s\n", "written: %s\n"), target);
    return EX_OK;
}
