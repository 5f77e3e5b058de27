/* fuzz_audit_file.c - an export of the register of unknown origin: in pieces or at once, the verdict is the
 * same, and what it calls good is written again as it was read */
#include "wallctl/store/audit_file.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static AuditVerdict verify(const guint8 *data, gsize size, gsize piece)
{
    g_autoptr(AuditFile) file = audit_file_new(NULL);
    for (gsize at = 0; at < size; at += piece) {
        if (!audit_file_feed(file, (const char *)data + at, MIN(piece, size - at)))
            break;
    }
    return *audit_file_end(file);
}

static void check_line(const char *text, gsize len)
{
    g_auto(ParsedLine) parsed = { 0 };
    if (!audit_line_parse(text, len, &parsed))
        return;
    g_autoptr(GString) again = g_string_new(NULL);
    audit_line_write(again, &parsed.line);
    g_assert_cmpmem(again->str, again->len - 1, text, len);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    AuditVerdict whole = verify(data, size, MAX(size, 1));
    AuditVerdict pieces = verify(data, size, 13);
    g_assert_cmpint(whole.fault, ==, pieces.fault);
    g_assert_cmpint(whole.line, ==, pieces.line);
    const char *text = (const char *)data, *end = text + size;
    while (text < end) {
        const char *newline = memchr(text, '\n', (gsize)(end - text));
        check_line(text, (gsize)((newline ? newline : end) - text));
        text = newline ? newline + 1 : end;
    }
    return 0;
}
