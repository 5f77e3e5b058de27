/* wording.c - numbers and times as people in a command room read them aloud */
#include "wallctl/model/wording.h"

#include <string.h>

__extension__ typedef unsigned __int128 Wide; /* counts times 20,000 do not fit 64 bits */

#define SECOND_MS G_GINT64_CONSTANT(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

/* Magnitude without overflow at the smallest number. */
static gint64 length_of(gint64 ms)
{
    return ms < 0 ? -MAX(ms, -G_MAXINT64) : ms;
}

static char *two_units(gint64 large, const char *large_unit, gint64 small, const char *small_unit)
{
    if (small == 0)
        return g_strdup_printf(" %" G_GINT64_FORMAT " %s", large, large_unit);
    return g_strdup_printf(" %" G_GINT64_FORMAT " %s %" G_GINT64_FORMAT " %s", large, large_unit,
                           small, small_unit);
}

char *wording_countdown(gint64 left_ms)
{
    gint64 ms = length_of(left_ms);
    g_autofree char *length =
        ms >= DAY_MS      ? two_units(ms / DAY_MS, "天", ms % DAY_MS / HOUR_MS, "小时")
        : ms >= HOUR_MS   ? two_units(ms / HOUR_MS, "小时", ms % HOUR_MS / MINUTE_MS, "分")
        : ms >= MINUTE_MS ? two_units(ms / MINUTE_MS, "分", 0, "")
                          : g_strdup("不足 1 分");

    return g_strconcat(left_ms < 0 ? "超时" : "剩", length, NULL);
}

char *wording_clock(gint64 ms)
{
    gint64 s = length_of(ms) / SECOND_MS;
    guint seconds = (guint)(s % 60), minutes = (guint)(s / 60 % 60);

    if (s < 3600)
        return g_strdup_printf("%02u:%02u", minutes, seconds);
    return g_strdup_printf("%" G_GINT64_FORMAT ":%02u:%02u", s / 3600, minutes, seconds);
}

char *wording_span(gint64 ms)
{
    static const struct {
        gint64 length_ms;
        const char *unit;
    } units[] = { { DAY_MS, "天" }, { HOUR_MS, "小时" }, { MINUTE_MS, "分" } };

    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
        if (ms >= units[i].length_ms)
            return g_strdup_printf("%" G_GINT64_FORMAT " %s", ms / units[i].length_ms,
                                   units[i].unit);
    return g_strdup_printf("%" G_GINT64_FORMAT " 秒", MAX(ms, 0) / SECOND_MS);
}

char *wording_age(gint64 ms)
{
    if (ms < SECOND_MS)
        return g_strdup("刚刚");
    g_autofree char *span = wording_span(ms);
    return g_strconcat(span, "前", NULL);
}

char *wording_count(guint64 count)
{
    g_autofree char *digits = g_strdup_printf("%" G_GUINT64_FORMAT, count);
    gsize len = strlen(digits);
    GString *text = g_string_new(NULL);

    for (gsize i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            g_string_append_c(text, ',');
        g_string_append_c(text, digits[i]);
    }
    return g_string_free(text, FALSE);
}

char *wording_change(guint64 now, guint64 before)
{
    if (now == before)
        return g_strdup("持平");
    g_autofree char *size = wording_count(now > before ? now - before : before - now);
    return g_strconcat(now > before ? "▲" : "▼", size, NULL);
}

guint64 wording_basis_points(guint64 part, guint64 whole)
{
    if (whole == 0)
        return 0;
    return (guint64)(((Wide)part * 20000 + whole) / ((Wide)whole * 2));
}

char *wording_rate(guint64 part, guint64 whole)
{
    guint64 points = wording_basis_points(part, whole);

    if (whole == 0)
        return g_strdup("—");
    if (part == whole)
        return g_strdup("100 %");
    return g_strdup_printf("%" G_GUINT64_FORMAT ".%02u %%", points / 100, (guint)(points % 100));
}

char *wording_rate_change(guint64 now, guint64 before)
{
    guint64 size = now > before ? now - before : before - now;

    if (size == 0)
        return g_strdup("持平");
    return g_strdup_printf("%s%" G_GUINT64_FORMAT ".%02u 个百分点", now > before ? "▲" : "▼",
                           size / 100, (guint)(size % 100));
}

char *wording_flood(guint minutes, guint count)
{
    return g_strdup_printf("%u 分钟内 %u 起", minutes, count);
}

char *wording_parts(const WordingPart *parts, guint n)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < n; i++)
        if (parts[i].count > 0)
            g_string_append_printf(text, "%s%s %u 起", text->len ? " · " : "", parts[i].name,
                                   parts[i].count);
    return g_string_free(text, FALSE);
}
