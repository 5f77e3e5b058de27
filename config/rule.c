/* rule.c - what a text option may be */
#include "config/rule.h"

#include <gio/gio.h>
#include <string.h>

#define LETTERS    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS     "0123456789"
#define MAX_PATH   1024
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

static gboolean fits_region(const char *text)
{
    return !*text || is_made_of(text, DIGITS, 2, 15);
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

static gboolean fits_loopback(const char *text)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(text);
    return strcmp(text, "localhost") == 0 || (address && g_inet_address_get_is_loopback(address));
}

static gboolean fits_host(const char *text)
{
    return g_hostname_is_ip_address(text) || is_made_of(text, LETTERS DIGITS ".-", 1, 253);
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

const TextRule rule_id = { fits_id, "1 to 64 of A-Z a-z 0-9 . _ -", "1–64 个字母、数字或 . _ -" };
const TextRule rule_layout_id = { fits_layout_id, "1 to 32 of A-Z a-z 0-9 + _ -",
                                  "1–32 个字母、数字或 + _ -" };
const TextRule rule_name = { fits_name, "1 to 64 characters without control characters",
                             "1–64 个字" };
const TextRule rule_note = { fits_note, "at most 64 characters without control characters",
                             "最多 64 个字" };
const TextRule rule_region = { fits_region, "2 to 15 digits, or empty", "2–15 位数字，或空" };
const TextRule rule_gbid = { fits_gbid,
                             "20 digits, or empty (in a spreadsheet: format the column as text)",
                             "20 位数字，或空" };
const TextRule rule_directory = { fits_directory, "an absolute path, or empty", "绝对路径，或空" };
const TextRule rule_socket = { fits_socket, "an absolute path of at most 107 bytes, or empty",
                               "绝对路径（最多 107 字节），或空" };
const TextRule rule_file = { fits_file, "the path of a file, relative to this one",
                             "文件路径，相对于本文件" };
const TextRule rule_loopback = {
    fits_loopback,
    "127.0.0.1, ::1 or localhost; the network API listens on this machine only "
    "until there are accounts",
    "127.0.0.1、::1 或 localhost"
};
const TextRule rule_host = { fits_host, "an IP address or a host name", "IP 地址或主机名" };
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
