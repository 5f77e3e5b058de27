/* test_gop.c - which access units can be decoded alone, what of them is kept, and parameter sets
 * from an SDP */
#include "pipelines/gop.h"
#include "pipelines/parameter_sets.h"

#include <string.h>

typedef struct {
    const char *name;
    gboolean is_h265;
    const char *hex; /* spaces are for the reader */
    gboolean is_key, has_parameters;
} KeyRow;

static const KeyRow key_rows[] = {
    /* H.264: type is the low five bits; 65 IDR, 41 P slice, 67 SPS, 68 PPS, 09 AUD, 06 SEI */
    { "h264/idr", FALSE, "00000001 6588", TRUE, FALSE },
    { "h264/idr-3-bytes", FALSE, "000001 6588", TRUE, FALSE },
    { "h264/idr-nal-ref-1", FALSE, "00000001 2588", TRUE, FALSE },
    { "h264/sps-pps-idr", FALSE, "00000001 6742c01e 00000001 68ce3c80 00000001 6588", TRUE, TRUE },
    { "h264/3-byte-codes", FALSE, "000001 6742c01e 000001 68ce3c80 000001 6588", TRUE, TRUE },
    { "h264/aud-sps-sei-idr", FALSE, "00000001 09f0 00000001 6742 00000001 0605 000001 65", TRUE,
      TRUE },
    { "h264/sei-idr", FALSE, "00000001 0605 00000001 6588", TRUE, FALSE },
    { "h264/sei-with-ones", FALSE, "00000001 0601010100010101 00000001 6588", TRUE, FALSE },
    { "h264/p-slice", FALSE, "00000001 419a", FALSE, FALSE },
    { "h264/aud-p", FALSE, "00000001 09f0 00000001 419a", FALSE, FALSE },
    { "h264/b-slice-no-ref", FALSE, "00000001 019a", FALSE, FALSE },
    { "h264/data-partition-a", FALSE, "00000001 429a", FALSE, FALSE },
    { "h264/sps-then-p", FALSE, "00000001 6742 00000001 68ce 00000001 419a", FALSE, TRUE },
    { "h264/p-decides-before-idr", FALSE, "00000001 419a 00000001 6588", FALSE, FALSE },
    { "h264/parameters-only", FALSE, "00000001 6742c01e 00000001 68ce3c80", FALSE, TRUE },
    { "h264/more-zeros", FALSE, "0000000000000001 6588", TRUE, FALSE },
    { "h264/two-zeros-in-payload", FALSE, "00000001 06000002 00000001 6588", TRUE, FALSE },
    { "h264/code-at-the-end", FALSE, "00000001 0605 00000001", FALSE, FALSE },
    { "h264/3-bytes", FALSE, "000001", FALSE, FALSE },
    { "h264/only-the-header", FALSE, "000001 65", TRUE, FALSE },
    { "h264/empty", FALSE, "", FALSE, FALSE },
    { "h264/no-start-code", FALSE, "6588 6588 6588", FALSE, FALSE },
    { "h264/half-start-code", FALSE, "0001 6588 0001 6588", FALSE, FALSE },
    { "h264/length-prefixed", FALSE, "0000000465880000", FALSE, FALSE },
    /* H.265: type is bits 1..6; 26 IDR_W_RADL, 28 IDR_N_LP, 2a CRA, 20 BLA_W_LP, 02 TRAIL_R,
       40 VPS, 42 SPS, 44 PPS, 46 AUD, 4e SEI */
    { "h265/idr-w-radl", TRUE, "00000001 2601af", TRUE, FALSE },
    { "h265/idr-n-lp", TRUE, "000001 2801af", TRUE, FALSE },
    { "h265/cra", TRUE, "00000001 2a01af", TRUE, FALSE },
    { "h265/bla", TRUE, "00000001 2001af", TRUE, FALSE },
    { "h265/reserved-irap-22", TRUE, "00000001 2c01af", FALSE, FALSE },
    { "h265/vps-sps-pps-idr", TRUE, "00000001 4001 00000001 4201 00000001 4401 00000001 2601", TRUE,
      TRUE },
    { "h265/aud-sei-idr", TRUE, "00000001 460150 00000001 4e0105 00000001 2601", TRUE, FALSE },
    { "h265/trail", TRUE, "00000001 0201d0", FALSE, FALSE },
    { "h265/rasl", TRUE, "00000001 1201d0", FALSE, FALSE },
    { "h265/parameters-only", TRUE, "00000001 4001 00000001 4201 00000001 4401", FALSE, TRUE },
    { "h265/truncated", TRUE, "00000001 4001 000001", FALSE, FALSE },
};

static GByteArray *from_hex(const char *hex)
{
    GByteArray *bytes = g_byte_array_new();
    while (*hex) {
        if (*hex == ' ') {
            hex++;
            continue;
        }
        guint8 byte = (guint8)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1]));
        g_byte_array_append(bytes, &byte, 1);
        hex += 2;
    }
    return bytes;
}

static void test_key(gconstpointer data)
{
    const KeyRow *row = data;
    g_autoptr(GByteArray) bytes = from_hex(row->hex);
    /* In memory of its own, so that a read past the end is seen. */
    g_autofree guint8 *exact = bytes->len ? g_memdup2(bytes->data, bytes->len) : g_malloc(1);
    gboolean has_parameters = TRUE;
    g_assert_cmpint(gop_is_key(exact, bytes->len, row->is_h265, &has_parameters), ==, row->is_key);
    g_assert_cmpint(has_parameters, ==, row->has_parameters);
}

static AVPacket *make_packet(gboolean is_key, int size)
{
    AVPacket *packet = av_packet_alloc();
    g_assert_cmpint(av_new_packet(packet, size), ==, 0);
    memset(packet->data, is_key ? 1 : 2, (gsize)size);
    if (is_key)
        packet->flags |= AV_PKT_FLAG_KEY;
    return packet;
}

static void add(Gop *gop, gboolean is_key, int size)
{
    AVPacket *packet = make_packet(is_key, size);
    gop_add(gop, packet);
    av_packet_free(&packet);
}

static void test_kept(void)
{
    Gop gop;
    gop_init(&gop);
    add(&gop, FALSE, 10);
    add(&gop, FALSE, 10);
    g_assert_cmpuint(gop.packets->len, ==, 0); /* nothing to begin with */
    add(&gop, TRUE, 100);
    for (int i = 0; i < 3; i++)
        add(&gop, FALSE, 10);
    g_assert_cmpuint(gop.packets->len, ==, 4);
    g_assert_cmpuint(gop.bytes, ==, 130);
    g_assert_cmpuint(gop.frames, ==, 4);
    const AVPacket *first = g_ptr_array_index(gop.packets, 0);
    g_assert_true(first->flags & AV_PKT_FLAG_KEY);
    add(&gop, TRUE, 50);
    g_assert_cmpuint(gop.packets->len, ==, 1);
    g_assert_cmpuint(gop.bytes, ==, 50);
    g_assert_cmpuint(gop.last_length, ==, 4);
    gop_clear(&gop);
}

static void test_break(void)
{
    Gop gop;
    gop_init(&gop);
    add(&gop, TRUE, 100);
    add(&gop, FALSE, 10);
    gop_break(&gop);
    g_assert_cmpuint(gop.packets->len, ==, 0);
    add(&gop, FALSE, 10);
    g_assert_cmpuint(gop.packets->len, ==, 0); /* of no use before the next key */
    add(&gop, TRUE, 100);
    g_assert_cmpuint(gop.packets->len, ==, 1);
    g_assert_cmpuint(gop.last_length, ==, 3); /* the length counts what was lost from the cache */
    gop_reset(&gop);
    g_assert_cmpuint(gop.packets->len, ==, 0);
    g_assert_cmpuint(gop.last_length, ==, 0);
    add(&gop, FALSE, 10);
    g_assert_cmpuint(gop.packets->len, ==, 0);
    gop_clear(&gop);
}

/* A GOP over the limit is given up as a whole, and the next one is kept again. */
static void test_limit(void)
{
    enum { UNIT = 1024 * 1024 };
    Gop gop;
    gop_init(&gop);
    add(&gop, TRUE, UNIT);
    for (int i = 1; i < GOP_MAX_BYTES / UNIT; i++)
        add(&gop, FALSE, UNIT);
    g_assert_cmpuint(gop.packets->len, ==, GOP_MAX_BYTES / UNIT);
    add(&gop, FALSE, 1);
    g_assert_cmpuint(gop.packets->len, ==, 0);
    add(&gop, FALSE, 1);
    g_assert_cmpuint(gop.packets->len, ==, 0);
    g_assert_cmpuint(gop.frames, ==, GOP_MAX_BYTES / UNIT + 2);
    add(&gop, TRUE, UNIT);
    g_assert_cmpuint(gop.packets->len, ==, 1);
    g_assert_cmpuint(gop.last_length, ==, GOP_MAX_BYTES / UNIT + 2);
    add(&gop, TRUE, GOP_MAX_BYTES + 1); /* a key alone is too large */
    g_assert_cmpuint(gop.packets->len, ==, 0);
    gop_clear(&gop);
}

/* The data is shared with the packet that came in, not copied. */
static void test_shared(void)
{
    Gop gop;
    gop_init(&gop);
    AVPacket *packet = make_packet(TRUE, 100);
    gop_add(&gop, packet);
    const AVPacket *kept = g_ptr_array_index(gop.packets, 0);
    g_assert_true(kept->data == packet->data);
    av_packet_free(&packet);
    g_assert_cmpint(kept->data[99], ==, 1);
    gop_clear(&gop);
}

typedef struct {
    const char *name;
    const char *lists[3];
    const char *hex; /* NULL: nothing is left */
} SpropRow;

static const SpropRow sprop_rows[] = {
    { "h264",
      { "Z0LAHtkAoD2hAAAD,aM48gA==" },
      "00000001 6742c01ed900a03da1000003 00000001 68ce3c80" },
    { "h265",
      { "QAEMAf//", "QgEBAWA=", "RAHBc9Gw" },
      "00000001 40010c01ffff 00000001 4201010160 00000001 4401c173d1b0" },
    { "first-missing", { NULL, "QgEBAWA=", NULL }, "00000001 4201010160" },
    { "none", { NULL, NULL, NULL }, NULL },
    { "empty", { "", ",", ",,," }, NULL },
    { "one-byte-is-no-nal", { "Zw==", NULL, NULL }, NULL },
    { "good-beside-damaged", { "*,aM48gA==", NULL, NULL }, "00000001 68ce3c80" },
    { "trailing-comma", { "aM48gA==,", NULL, NULL }, "00000001 68ce3c80" },
};

static void test_sprop(gconstpointer data)
{
    const SpropRow *row = data;
    g_autoptr(GBytes) got = parameter_sets_from_sprop(row->lists, G_N_ELEMENTS(row->lists));
    if (!row->hex) {
        g_assert_null(got);
        return;
    }
    g_assert_nonnull(got);
    g_autoptr(GByteArray) expected = from_hex(row->hex);
    g_assert_cmpmem(g_bytes_get_data(got, NULL), g_bytes_get_size(got), expected->data,
                    expected->len);
}

/* What the SDP says goes in front of key units: it must not grow without end. */
static void test_sprop_limit(void)
{
    g_autofree guint8 *noise = g_malloc0(3000);
    g_autofree char *unit = g_base64_encode(noise, 3000);
    g_autofree char *list = g_strdup_printf("%s,%s,aM48gA==", unit, unit);
    const char *const lists[] = { list };
    g_autoptr(GBytes) got = parameter_sets_from_sprop(lists, 1);
    g_assert_cmpuint(g_bytes_get_size(got), ==, 3004 + 8); /* the second large one is left out */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(key_rows); i++) {
        g_autofree char *path = g_strdup_printf("/gop/is_key/%s", key_rows[i].name);
        g_test_add_data_func(path, &key_rows[i], test_key);
    }
    g_test_add_func("/gop/kept", test_kept);
    g_test_add_func("/gop/break", test_break);
    g_test_add_func("/gop/limit", test_limit);
    g_test_add_func("/gop/shared", test_shared);
    for (gsize i = 0; i < G_N_ELEMENTS(sprop_rows); i++) {
        g_autofree char *path = g_strdup_printf("/gop/sprop/%s", sprop_rows[i].name);
        g_test_add_data_func(path, &sprop_rows[i], test_sprop);
    }
    g_test_add_func("/gop/sprop_limit", test_sprop_limit);
    return g_test_run();
}
