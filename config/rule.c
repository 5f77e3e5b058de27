/* rule.c - what a text option may be */
#include "config/rule.h"

#include "wallctl/model/contact.h"

#include <gio/gio.h>
#include <string.h>

#define LETTERS    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS     "0123456789"
#define MAX_PATH   1024
#define MAX_URL    500
#define MAX_SOCKET 107 /* sun_path without its NUL */

static gboolean is_made_of(const char *text, const char *set, gsize min, gsize max)
{
    gsize len = strlen(text);
    return len >= min && len <= max && strspn(text, set) == len;
}

static gboolean has_no_control(const char *text)
{
    for (const char *c = text; *c; c = g_utf8_next_char(c)) {
        if (g_unichar_iscntrl(g_utf8_get_char(c)))
            return FALSE;
    }
    return TRUE;
}

static gboolean fits_id(const char *text)
{
    return is_made_of(text, LETTERS DIGITS "._-", 1, 64);
}

static gboolean fits_layout_id(const char *text)
{
    return is_made_of(text, LETTERS DIGITS "+_-", 1, 32);
}

static gboolean fits_note(const char *text)
{
    return g_utf8_strlen(text, -1) <= 64 && has_no_control(text);
}

static gboolean fits_name(const char *text)
{
    return *text && fits_note(text);
}

static gboolean fits_text(const char *text)
{
    for (const char *c = text; *c; c = g_utf8_next_char(c)) {
        if (*c != '\n' && g_unichar_iscntrl(g_utf8_get_char(c)))
            return FALSE;
    }
    return g_utf8_strlen(text, -1) <= 500;
}

static gboolean fits_area(const char *text)
{
    return is_made_of(text, DIGITS, 2, 15);
}

static gboolean fits_region(const char *text)
{
    return !*text || fits_area(text);
}

static gboolean fits_phone(const char *text)
{
    return phone_kind(text) != PHONE_OTHER;
}

static gboolean fits_gbid(const char *text)
{
    return !*text || is_made_of(text, DIGITS, 20, 20);
}

static gboolean fits_directory(const char *text)
{
    return !*text || (g_path_is_absolute(text) && strlen(text) <= MAX_PATH && has_no_control(text));
}

static gboolean fits_socket(const char *text)
{
    return fits_directory(text) && strlen(text) <= MAX_SOCKET;
}

static gboolean fits_file(const char *text)
{
    return *text && strlen(text) <= MAX_PATH && has_no_control(text);
}

static gboolean fits_folder(const char *text)
{
    return !*text || fits_file(text);
}

static gboolean fits_loopback(const char *text)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(text);
    return strcmp(text, "localhost") == 0 || (address && g_inet_address_get_is_loopback(address));
}

static gboolean fits_host(const char *text)
{
    return g_hostname_is_ip_address(text) || is_made_of(text, LETTERS DIGITS ".-", 1, 253);
}

static gboolean fits_listen(const char *text)
{
    return *text == 0 || strcmp(text, "localhost") == 0 || g_hostname_is_ip_address(text);
}

/* What a certificate may be made out to: "wall.example", no wildcards, no underscores. */
static gboolean fits_site_name(const char *text)
{
    if (g_hostname_is_ip_address(text))
        return TRUE;
    if (!is_made_of(text, LETTERS DIGITS ".-", 1, 253))
        return FALSE;
    g_auto(GStrv) labels = g_strsplit(text, ".", -1);
    for (guint i = 0; labels[i]; i++) {
        gsize len = strlen(labels[i]);
        if (len < 1 || len > 63 || labels[i][0] == '-' || labels[i][len - 1] == '-')
            return FALSE;
    }
    return TRUE;
}

static gboolean fits_address(const char *text)
{
    return TRUE;
}

static gboolean fits_rtsp_path(const char *text)
{
    return text[0] == '/' && text[1] && text[1] != '/' &&
           is_made_of(text, LETTERS DIGITS "._-/", 2, 64) && !g_str_has_suffix(text, "/") &&
           !strstr(text, "//");
}

static gboolean fits_log_level(const char *text)
{
    static const char *const levels[] = { "error", "warning", "info", "debug", NULL };
    return g_strv_contains(levels, text);
}

static gboolean fits_maker(const char *text)
{
    static const char *const makers[] = { "hikvision", "dahua", "uniview", NULL };
    return g_strv_contains(makers, text);
}

int time_minutes(const char *text)
{
    if (strlen(text) != 5 || text[2] != ':' || strspn(text, DIGITS) != 2 ||
        strspn(text + 3, DIGITS) != 2)
        return -1;
    int hours = (text[0] - '0') * 10 + text[1] - '0';
    int minutes = (text[3] - '0') * 10 + text[4] - '0';
    return hours < 24 && minutes < 60 ? hours * 60 + minutes : -1;
}

static gboolean fits_time(const char *text)
{
    return time_minutes(text) >= 0;
}

gboolean hours_minutes(const char *text, guint *from, guint *to)
{
    if (strlen(text) != 11 || text[5] != '-')
        return FALSE;
    g_autofree char *first = g_strndup(text, 5);
    int a = time_minutes(first), b = time_minutes(text + 6);
    if (a < 0 || b < 0 || a == b)
        return FALSE;
    *from = (guint)a;
    *to = (guint)b;
    return TRUE;
}

static gboolean fits_hours(const char *text)
{
    guint from, to;
    return hours_minutes(text, &from, &to);
}

static gboolean fits_url(const char *text)
{
    static const char *const schemes[] = { "ws://", "wss://", "http://", "https://" };
    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
        if (!g_str_has_prefix(text, schemes[i]))
            continue;
        const char *host = text + strlen(schemes[i]);
        gsize len = strcspn(host, "/?");
        return len > 0 && !memchr(host, '@', len) && strlen(text) <= MAX_URL &&
               has_no_control(text) && !strchr(text, ' ');
    }
    return FALSE;
}

const TextRule rule_id = { fits_id, "1 to 64 of A-Z a-z 0-9 . _ -", "1–64 个字母、数字或 . _ -" };
const TextRule rule_layout_id = { fits_layout_id, "1 to 32 of A-Z a-z 0-9 + _ -",
                                  "1–32 个字母、数字或 + _ -" };
const TextRule rule_name = { fits_name, "1 to 64 characters without control characters",
                             "1–64 个字" };
const TextRule rule_note = { fits_note, "at most 64 characters without control characters",
                             "最多 64 个字" };
const TextRule rule_text = { fits_text, "at most 500 characters in lines",
                             "最多 500 个字，可分行" };
const TextRule rule_region = { fits_region, "2 to 15 digits, or empty", "2–15 位数字，或空" };
const TextRule rule_area = { fits_area, "2 to 15 digits", "2–15 位数字" };
const TextRule rule_phone = {
    fits_phone,
    "the number of an office's desk: 3 to 12 digits, in groups by a blank or -, with +86 before "
    "and "
    "转, 分机 or ext. and an extension behind them if you like",
    "值班电话：3–12 位数字，中间可加空格或 -，前面可加 +86，后面可加“转”“分机”或 ext. 和分机号；"
    "不收手机号"
};
const TextRule rule_gbid = { fits_gbid,
                             "20 digits, or empty (in a spreadsheet: format the column as text)",
                             "20 位数字，或空" };
const TextRule rule_directory = { fits_directory, "an absolute path, or empty", "绝对路径，或空" };
const TextRule rule_socket = { fits_socket, "an absolute path of at most 107 bytes, or empty",
                               "绝对路径（最多 107 字节），或空" };
const TextRule rule_file = { fits_file, "the path of a file, relative to this one",
                             "文件路径，相对于本文件" };
const TextRule rule_folder = { fits_folder, "a path, relative to this file, or empty",
                               "路径，相对于本文件；或空" };
const TextRule rule_loopback = {
    fits_loopback,
    "127.0.0.1, ::1 or localhost; plain HTTP stays on this machine, other computers are let in by "
    "https_host",
    "127.0.0.1、::1 或 localhost"
};
const TextRule rule_host = { fits_host, "an IP address or a host name", "IP 地址或主机名" };
const TextRule rule_listen = { fits_listen,
                               "an IP address such as 0.0.0.0, localhost, or empty for none",
                               "IP 地址（如 0.0.0.0）、localhost，或空" };
const TextRule rule_site_name = { fits_site_name, "a name such as wall.example, or an IP address",
                                  "域名或 IP 地址" };
const TextRule rule_address = { fits_address, "rtsp:// or rtsps://",
                                "rtsp:// 或 rtsps:// 地址，不含用户名和密码" };
const TextRule rule_rtsp_path = { fits_rtsp_path,
                                  "a path such as /wall: 2 to 64 of A-Z a-z 0-9 . _ - /",
                                  "形如 /wall 的路径" };
const TextRule rule_log_level = { fits_log_level, "error, warning, info or debug",
                                  "error、warning、info 或 debug" };
const TextRule rule_maker = { fits_maker, "hikvision, dahua or uniview",
                              "hikvision、dahua 或 uniview" };
const TextRule rule_time = { fits_time, "HH:MM from 00:00 to 23:59", "HH:MM，00:00 至 23:59" };
const TextRule rule_hours = { fits_hours, "HH:MM-HH:MM, two different times",
                              "HH:MM-HH:MM，两个不同的时刻" };
const TextRule rule_url = { fits_url,
                            "ws://, wss://, http:// or https://, without user and password",
                            "ws://、wss://、http:// 或 https:// 地址，不含用户名和密码" };
