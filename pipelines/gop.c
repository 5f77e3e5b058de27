/* gop.c - the present group of pictures, compressed */
#include "pipelines/gop.h"

#include <string.h>

static void free_packet(gpointer data)
{
    AVPacket *packet = data;
    av_packet_free(&packet);
}

void gop_init(Gop *gop)
{
    *gop = (Gop) { .packets = g_ptr_array_new_with_free_func(free_packet) };
}

void gop_clear(Gop *gop)
{
    g_clear_pointer(&gop->packets, g_ptr_array_unref);
}

void gop_reset(Gop *gop)
{
    g_ptr_array_set_size(gop->packets, 0);
    gop->bytes = 0;
    gop->frames = 0;
    gop->last_length = 0;
}

void gop_break(Gop *gop)
{
    g_ptr_array_set_size(gop->packets, 0);
    gop->bytes = 0;
}

void gop_add(Gop *gop, const AVPacket *packet)
{
    if (packet->flags & AV_PKT_FLAG_KEY) {
        gop->last_length = gop->frames;
        g_ptr_array_set_size(gop->packets, 0);
        gop->bytes = 0;
        gop->frames = 0;
    } else if (gop->packets->len == 0) {
        gop->frames++;
        return;
    }
    gop->frames++;
    gop->bytes += (gsize)packet->size;
    AVPacket *kept = gop->bytes <= GOP_MAX_BYTES ? av_packet_clone(packet) : NULL;
    if (kept)
        g_ptr_array_add(gop->packets, kept);
    else
        g_ptr_array_set_size(gop->packets, 0); /* half a GOP is of no use */
}

gboolean gop_is_key(const guint8 *data, gsize len, gboolean is_h265, gboolean *has_parameters)
{
    *has_parameters = FALSE;
    for (gsize i = 0; i + 3 < len;) {
        const guint8 *start = memchr(data + i, 1, len - i - 1);
        if (!start)
            return FALSE;
        gsize at = (gsize)(start - data);
        i = at + 1;
        if (at < 2 || data[at - 1] || data[at - 2])
            continue;
        if (is_h265) {
            guint type = data[at + 1] >> 1 & 0x3f;
            *has_parameters |= type == 33;
            if (type < 32)
                return type >= 16 && type <= 21;
        } else {
            guint type = data[at + 1] & 0x1f;
            *has_parameters |= type == 7;
            if (type >= 1 && type <= 5)
                return type == 5;
        }
    }
    return FALSE;
}
