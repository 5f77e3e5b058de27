/* instant.c - points in time as text */
#include "wallctl/base/instant.h"

#include <string.h>

/* Two digits at text, below limit; -1 if they are not. */
static int two_digits(const char *text, int limit)
{
    if (!g_ascii_isdigit(text[0]) || !g_ascii_isdigit(text[1]))
        return -1;
    int value = (text[0] - '0') * 10 + text[1] - '0';
    return value < limit ? value : -1;
}

/* "Z", "+08:00", "-00:30" and nothing behind it. */
static gboolean parse_zone(const char *text, int *minutes)
{
    *minutes = 0;
    if (strcmp(text, "Z") == 0)
        return TRUE;
    if (strlen(text) != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':')
        return FALSE;
    int hours = two_digits(text + 1, 24), rest = two_digits(text + 4, 60);
    if (hours < 0 || rest < 0)
        return FALSE;
    *minutes = (hours * 60 + rest) * (text[0] == '-' ? -1 : 1);
    return TRUE;
}

/* ".250": at most nine digits; *end is behind them. */
static gboolean parse_fraction(const char *text, int *ms, const char **end)
{
    *ms = 0;
    *end = text;
    if (*text != '.')
        return TRUE;
    int unit = 100, n = 0;
    for (text++; g_ascii_isdigit(*text); text++, n++, unit /= 10)
        *ms += (*text - '0') * unit;
    *end = text;
    return n >= 1 && n <= 9;
}

gboolean instant_parse(const char *text, gint64 *unix_ms)
{
    gsize len = strnlen(text, 40);
    if (len < 20 || len > 35 || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
        text[13] != ':' || text[16] != ':')
        return FALSE;
    int century = two_digits(text, 100), year = two_digits(text + 2, 100);
    int month = two_digits(text + 5, 13), day = two_digits(text + 8, 32);
    int hour = two_digits(text + 11, 24), minute = two_digits(text + 14, 60);
    int second = two_digits(text + 17, 61); /* 60: a leap second, the next one's 0 */
    if (century < 0 || year < 0 || month < 1 || day < 1 || hour < 0 || minute < 0 || second < 0)
        return FALSE;
    int ms, zone;
    const char *end;
    if (!g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)(century * 100 + year)) ||
        !parse_fraction(text + 19, &ms, &end) || !parse_zone(end, &zone))
        return FALSE;
    g_autoptr(GDateTime) utc =
        g_date_time_new_utc(century * 100 + year, month, day, hour, minute, MIN(second, 59));
    if (!utc)
        return FALSE;
    gint64 value = (g_date_time_to_unix(utc) + (second == 60 ? 1 : 0) - zone * 60) * 1000 + ms;
    if (value < INSTANT_MIN_MS || value >= INSTANT_MAX_MS)
        return FALSE;
    *unix_ms = value;
    return TRUE;
}

char *instant_format(gint64 unix_ms, int offset_minutes)
{
    gint64 seconds = unix_ms / 1000, ms = unix_ms % 1000;
    g_autoptr(GDateTime) local = g_date_time_new_from_unix_utc(seconds + offset_minutes * 60);
    g_autofree char *day = g_date_time_format(local, "%Y-%m-%dT%H:%M:%S");
    g_autofree char *fraction = ms ? g_strdup_printf(".%03d", (int)ms) : g_strdup("");
    int size = ABS(offset_minutes);
    return g_strdup_printf("%s%s%c%02d:%02d", day, fraction, offset_minutes < 0 ? '-' : '+',
                           size / 60, size % 60);
}
