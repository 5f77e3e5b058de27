/* intake_reader.c - one file of events, read a piece at a time */
#include "wallctl/intake_reader.h"

#include "config/csv.h"

#include "wallctl/base/error.h"
#include "wallctl/base/json.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_LINES 256
#define PIECE_BYTES (256 * 1024)
#define BLOCK       65536

struct IntakeReader {
    int fd;
    struct stat first; /* as it was when opened */
    guint line;
    /* NDJSON */
    GByteArray *input;   /* read and not yet given */
    gsize done;          /* of input */
    guint64 left;        /* bytes to read */
    gboolean is_skipped; /* within a line that is too long */
    /* CSV */
    Csv *csv;
    GPtrArray *columns; /* char * */
    GPtrArray *cells;
};

void intake_line_free(gpointer data)
{
    IntakeLine *line = data;
    if (line->text)
        g_bytes_unref(line->text);
    g_free(line->fault);
    g_free(line);
}

static void add_line(GPtrArray *lines, guint number, IntakeForm form, GBytes *text)
{
    IntakeLine *line = g_new0(IntakeLine, 1);
    line->line = number;
    line->form = form;
    line->text = text;
    g_ptr_array_add(lines, line);
}

static void add_fault(GPtrArray *lines, guint number, const char *word, const char *fault)
{
    IntakeLine *line = g_new0(IntakeLine, 1);
    line->line = number;
    line->word = word;
    line->fault = g_strdup(fault);
    g_ptr_array_add(lines, line);
}

/* --- NDJSON ---------------------------------------------------------------------------------- */

static IntakeForm form_of(const char *text, gsize len)
{
    g_autoptr(Json) json = json_parse(text, len, INTAKE_MAX_BYTES, JSON_STRICT, NULL);
    gboolean is_envelope = json_object_is_type(json, json_type_object) &&
                           json_object_object_get_ex(json, "specversion", NULL);
    return is_envelope ? INTAKE_ENVELOPE : INTAKE_RECORD;
}

static void take_line(IntakeReader *reader, GPtrArray *lines, const char *text, gsize len)
{
    guint number = ++reader->line;
    if (number == 1 && len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        len -= 3;
    }
    while (len > 0 && (text[len - 1] == '\r' || text[len - 1] == ' ' || text[len - 1] == '\t'))
        len--;
    if (len == 0)
        return;
    if (len > INTAKE_MAX_BYTES)
        add_fault(lines, number, "too_large", "longer than 64 KiB");
    else if (!g_utf8_validate(text, (gssize)len, NULL))
        add_fault(lines, number, "malformed", "not UTF-8");
    else
        add_line(lines, number, form_of(text, len), g_bytes_new(text, len));
}

/* FALSE: nothing more can be read. */
static gboolean read_block(IntakeReader *reader, GError **error)
{
    guint8 block[BLOCK];
    g_byte_array_remove_range(reader->input, 0, (guint)reader->done);
    reader->done = 0;
    ssize_t n;
    do
        n = read(reader->fd, block, MIN(sizeof(block), reader->left));
    while (n < 0 && errno == EINTR);
    if (n < 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "%s", g_strerror(errno));
        return FALSE;
    }
    if (n == 0 && reader->left > 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "became shorter while it was read");
        return FALSE;
    }
    g_byte_array_append(reader->input, block, (guint)n);
    reader->left -= (guint64)n;
    return TRUE;
}

/* One line, or the part of it that shows that it is too long. FALSE: more must be read. */
static gboolean split(IntakeReader *reader, GPtrArray *lines)
{
    const char *text = (const char *)reader->input->data + reader->done;
    gsize len = reader->input->len - reader->done;
    const char *newline = len ? memchr(text, '\n', len) : NULL;
    gboolean is_last = !newline && reader->left == 0 && len > 0;
    if (newline || is_last) {
        gsize line = newline ? (gsize)(newline - text) : len;
        reader->done += line + (newline ? 1 : 0);
        if (reader->is_skipped)
            reader->is_skipped = FALSE;
        else
            take_line(reader, lines, text, line);
        return TRUE;
    }
    if (len <= INTAKE_MAX_BYTES && !reader->is_skipped)
        return FALSE;
    if (!reader->is_skipped)
        add_fault(lines, ++reader->line, "too_large", "longer than 64 KiB");
    reader->is_skipped = TRUE;
    reader->done = reader->input->len;
    return FALSE;
}

static gboolean next_lines(IntakeReader *reader, GPtrArray *lines, GError **error)
{
    gsize read = 0;
    while (lines->len < PIECE_LINES && read < PIECE_BYTES) {
        gsize before = reader->done;
        if (split(reader, lines)) {
            read += reader->done - before;
            continue;
        }
        if (reader->left == 0)
            return TRUE;
        if (!read_block(reader, error))
            return FALSE;
    }
    return TRUE;
}

/* --- CSV ------------------------------------------------------------------------------------- */

static gboolean read_columns(IntakeReader *reader, GError **error)
{
    const char *fault = NULL;
    if (!csv_next(reader->csv, reader->cells, &reader->line, &fault) || fault) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "has no row that names its columns%s%s",
                    fault ? ": " : "", fault ? fault : "");
        return FALSE;
    }
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < reader->cells->len; i++) {
        char *name = g_strdup(reader->cells->pdata[i]);
        g_ptr_array_add(reader->columns, name);
        if (*name == 0 || !g_hash_table_add(known, name)) {
            g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                        "column %u has no name, or that of another column", i + 1);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean open_csv(IntakeReader *reader, GError **error)
{
    gsize len = (gsize)reader->left, utf8_len;
    while (reader->left > 0) {
        if (!read_block(reader, error))
            return FALSE;
    }
    char *text = csv_dup_utf8(len ? (const char *)reader->input->data : "", len, &utf8_len, error);
    g_byte_array_set_size(reader->input, 0);
    if (!text)
        return FALSE;
    reader->csv = csv_new(text, utf8_len);
    return read_columns(reader, error);
}

static void take_row(IntakeReader *reader, GPtrArray *lines)
{
    if (reader->cells->len > reader->columns->len) {
        add_fault(lines, reader->line, "malformed", "more cells than columns");
        return;
    }
    g_autoptr(Json) row = json_object_new_object();
    for (guint i = 0; i < reader->cells->len; i++)
        json_add_string(row, reader->columns->pdata[i], reader->cells->pdata[i]);
    char *text = json_dup_text(row);
    gsize len = strlen(text);
    if (len <= INTAKE_MAX_BYTES) {
        add_line(lines, reader->line, INTAKE_RECORD, g_bytes_new_take(text, len));
        return;
    }
    g_free(text);
    add_fault(lines, reader->line, "too_large", "longer than 64 KiB");
}

static void next_rows(IntakeReader *reader, GPtrArray *lines)
{
    const char *fault = NULL;
    while (lines->len < PIECE_LINES &&
           csv_next(reader->csv, reader->cells, &reader->line, &fault)) {
        if (fault)
            add_fault(lines, reader->line, "malformed", fault);
        else
            take_row(reader, lines);
    }
}

/* --- public ---------------------------------------------------------------------------------- */

static gboolean is_csv(const char *name)
{
    gsize len = strlen(name);
    return len > 4 && g_ascii_strcasecmp(name + len - 4, ".csv") == 0;
}

gboolean intake_reader_takes(const char *name)
{
    gsize len = strlen(name);
    return *name != '.' && (is_csv(name) || (len > 7 && strcmp(name + len - 7, ".ndjson") == 0));
}

static gboolean check_unchanged(IntakeReader *reader, GError **error)
{
    struct stat now;
    if (fstat(reader->fd, &now) == 0 && now.st_size == reader->first.st_size &&
        now.st_mtim.tv_sec == reader->first.st_mtim.tv_sec &&
        now.st_mtim.tv_nsec == reader->first.st_mtim.tv_nsec)
        return TRUE;
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                "changed while it was read: write it under another name, and rename it when it is "
                "whole");
    return FALSE;
}

GPtrArray *intake_reader_next(IntakeReader *reader, GError **error)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(intake_line_free);
    gboolean is_end = FALSE;
    while (lines->len == 0 && !is_end) {
        if (reader->csv)
            next_rows(reader, lines);
        else if (!next_lines(reader, lines, error))
            return NULL;
        is_end = reader->csv ? lines->len < PIECE_LINES
                             : reader->left == 0 && reader->done == reader->input->len;
    }
    if (is_end && !check_unchanged(reader, error))
        return NULL;
    return g_steal_pointer(&lines);
}

static gboolean check_file(IntakeReader *reader, gboolean is_table, GError **error)
{
    struct stat *status = &reader->first;
    if (fstat(reader->fd, status) < 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "%s", g_strerror(errno));
        return FALSE;
    }
    gint64 limit = is_table ? READER_MAX_CSV : READER_MAX_NDJSON;
    if (!S_ISREG(status->st_mode)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "is no regular file");
        return FALSE;
    }
    if (status->st_size > limit) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_LIMIT,
                    "has %" G_GINT64_FORMAT " MiB; accepted: at most %d MiB, cut it into several",
                    (gint64)status->st_size >> 20, (int)(limit >> 20));
        return FALSE;
    }
    return TRUE;
}

IntakeReader *intake_reader_open(const char *folder, const char *name, GError **error)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    /* Not waiting for the writer of a FIFO, not following a link out of the folder. */
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        int code = errno == ENOENT ? WALL_ERROR_NOT_FOUND : WALL_ERROR_INVALID;
        g_set_error(error, WALL_ERROR, code, "%s",
                    errno == ELOOP ? "is a link" : g_strerror(errno));
        return NULL;
    }
    g_autoptr(IntakeReader) reader = g_new0(IntakeReader, 1);
    reader->fd = fd;
    reader->input = g_byte_array_new();
    reader->columns = g_ptr_array_new_with_free_func(g_free);
    reader->cells = g_ptr_array_new();
    if (!check_file(reader, is_csv(name), error))
        return NULL;
    reader->left = (guint64)reader->first.st_size;
    if (is_csv(name) && !open_csv(reader, error))
        return NULL;
    return g_steal_pointer(&reader);
}

void intake_reader_free(IntakeReader *reader)
{
    if (!reader)
        return;
    close(reader->fd);
    g_byte_array_unref(reader->input);
    csv_free(reader->csv);
    g_ptr_array_unref(reader->columns);
    g_ptr_array_unref(reader->cells);
    g_free(reader);
}
