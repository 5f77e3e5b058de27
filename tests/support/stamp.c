/* stamp.c - a frame number and a source id as black and white blocks, readable after scaling and
 * encoding
 *
 * 44 blocks over the width: at 160 px a block is 3.6 px wide, so the reader takes only the middle
 * of each block and decides by the levels of the sync blocks, whatever range and contrast the
 * picture went through.
 */
#include "tests/support/stamp.h"

enum { SYNC_BITS = 4, SOURCE_BITS = 16, FRAME_BITS = 16, CHECK_BITS = 8 };
enum { BLOCKS = SYNC_BITS + SOURCE_BITS + FRAME_BITS + CHECK_BITS };

#define SYNC         0xAu /* white, black, white, black */
#define MIN_CONTRAST 48

static int row_height(int height)
{
    return MAX(height / 15, 4);
}

/* CRC-8, polynomial x^8 + x^2 + x + 1. */
static guint8 check_of(Stamp stamp)
{
    guint32 word = (guint32)stamp.source << 16 | stamp.frame;
    guint8 crc = 0xFF;
    for (int shift = 24; shift >= 0; shift -= 8) {
        crc ^= (guint8)(word >> shift);
        for (int bit = 0; bit < 8; bit++)
            crc = (guint8)(crc & 0x80 ? crc << 1 ^ 0x07 : crc << 1);
    }
    return crc;
}

/* The first block is the highest of the 44 bits. */
static guint64 bits_of(Stamp stamp)
{
    guint64 bits = SYNC;
    bits = bits << SOURCE_BITS | stamp.source;
    bits = bits << FRAME_BITS | stamp.frame;
    return bits << CHECK_BITS | check_of(stamp);
}

static void draw_row(cairo_t *cr, int y, int width, int height, guint64 bits)
{
    for (int i = 0; i < BLOCKS; i++) {
        int left = i * width / BLOCKS;
        int right = (i + 1) * width / BLOCKS;
        double level = bits >> (BLOCKS - 1 - i) & 1 ? 1 : 0;
        cairo_set_source_rgb(cr, level, level, level);
        cairo_rectangle(cr, left, y, right - left, height);
        cairo_fill(cr);
    }
}

void stamp_draw(cairo_t *cr, int width, int height, Stamp stamp)
{
    guint64 bits = bits_of(stamp);
    int rows = row_height(height);
    cairo_save(cr);
    cairo_identity_matrix(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_SOURCE);
    cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
    draw_row(cr, 0, width, rows, bits);
    draw_row(cr, height - rows, width, rows, bits);
    cairo_restore(cr);
}

/* The mean of the middle of block i: 2/5 of its width, half of its height. */
static int block_level(const guint8 *row, int stride, int width, int rows, int i)
{
    int left = (int)((i + 0.3) * width / BLOCKS + 0.5);
    int right = MAX((int)((i + 0.7) * width / BLOCKS + 0.5), left + 1);
    int top = rows / 4, bottom = MAX(rows - rows / 4, top + 1);
    int sum = 0;
    for (int y = top; y < bottom; y++) {
        for (int x = left; x < right; x++)
            sum += row[(gsize)y * stride + x];
    }
    return sum / ((bottom - top) * (right - left));
}

static gboolean read_row(const guint8 *row, int stride, int width, int rows, Stamp *stamp)
{
    int level[BLOCKS];
    for (int i = 0; i < BLOCKS; i++)
        level[i] = block_level(row, stride, width, rows, i);
    int white = (level[0] + level[2]) / 2, black = (level[1] + level[3]) / 2;
    if (white - black < MIN_CONTRAST)
        return FALSE;
    guint64 bits = 0;
    for (int i = 0; i < BLOCKS; i++)
        bits = bits << 1 | (level[i] * 2 > white + black ? 1 : 0);
    stamp->source = (guint16)(bits >> (FRAME_BITS + CHECK_BITS));
    stamp->frame = (guint16)(bits >> CHECK_BITS);
    return bits == bits_of(*stamp);
}

gboolean stamp_read(const guint8 *luma, int stride, int width, int height, Stamp *stamp,
                    gboolean *is_torn)
{
    int rows = row_height(height);
    if (width < BLOCKS || height < 2 * rows)
        return FALSE;
    Stamp lower;
    if (!read_row(luma, stride, width, rows, stamp) ||
        !read_row(luma + (gsize)(height - rows) * stride, stride, width, rows, &lower))
        return FALSE;
    if (is_torn)
        *is_torn = stamp->source != lower.source || stamp->frame != lower.frame;
    return TRUE;
}
