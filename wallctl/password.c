/* password.c - passwords of accounts: what is accepted, and how they are kept */
#include "wallctl/password.h"

#include "config/pinyin.h"
#include "wallctl/base/error.h"

#include <sodium.h>
#include <string.h>
#include <zxcvbn.h>

#define HASH_PASSES 2
#define HASH_BYTES  (46 * 1024 * 1024)
#define MIN_BITS                                                                                   \
    32.0 /* of zxcvbn: below that are the lists of known passwords and what is built from them */
#define GUESSED_MAX   100 /* bytes that zxcvbn looks at: its time grows with the square */
#define MAX_SYLLABLES 16
#define MAX_WORDS     400

/* The word lists of zxcvbn are English; these are what Chinese lists of stolen passwords are full of, and our own trade. */
static const char *const common[] = {
    "wallctl",      "woaini",      "aini",       "woaiwojia", "aiwojia",
    "woaizhongguo", "zuiaini",     "nishizhu",   "caonima",   "woshishui",
    "mima",         "denglu",      "guanliyuan", "zongzhi",   "zongzhizhongxin",
    "zhzx",         "zzzx",        "zhihui",     "dapingmu",  "daping",
    "jiankong",     "shexiangtou", "zhengfawei", "5201314",   "1314520",
    "1314",         "520",
};

/* As it is typed by its sounds: 红塔区 is "hongta", "taqu", "hongtaqu" and "htq". */
static void add_sounds(GPtrArray *words, const char *text)
{
    g_auto(GStrv) readings = g_str_is_ascii(text) ? g_new0(char *, 1) : pinyin_readings(text);
    if (!readings[0])
        return;
    g_auto(GStrv) syllables = g_strsplit(readings[0], " ", MAX_SYLLABLES + 1);
    guint n = MIN(g_strv_length(syllables), (guint)MAX_SYLLABLES);
    g_ptr_array_add(words, pinyin_initials(readings[0]));
    for (guint from = 0; from < n; from++) {
        g_autoptr(GString) run = g_string_new(syllables[from]);
        for (guint i = from + 1; i < n && words->len < MAX_WORDS; i++) {
            g_string_append(run, syllables[i]);
            g_ptr_array_add(words, g_strdup(run->str));
        }
    }
}

static double guess_bits(const char *text, const char *const *about)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(common); i++)
        g_ptr_array_add(words, g_strdup(common[i]));
    for (gsize i = 0; about[i]; i++) {
        g_ptr_array_add(words, g_strdup(about[i]));
        add_sounds(words, about[i]);
    }
    g_ptr_array_add(words, NULL);
    char head[GUESSED_MAX + 1];
    g_strlcpy(head, text, sizeof head);
    double bits = ZxcvbnMatch(head, (const char **)words->pdata, NULL);
    secret_wipe(head, sizeof head);
    return bits;
}

gboolean password_check(const Secret *password, const char *const *about, GError **error)
{
    const char *text = secret_get(password);
    if (!g_utf8_validate(text, -1, NULL) || strlen(text) > PASSWORD_MAX_BYTES ||
        g_utf8_strlen(text, -1) < PASSWORD_MIN_CHARS) {
        wall_error_set(error, WALL_ERROR_INVALID, "password: accepted: %d characters to %d bytes",
                       "密码须为 %d 个字符以上、%d 字节以内", PASSWORD_MIN_CHARS,
                       PASSWORD_MAX_BYTES);
        return FALSE;
    }
    if (guess_bits(text, about) >= MIN_BITS)
        return TRUE;
    wall_error_set(error, WALL_ERROR_INVALID,
                   "password: easily guessed: a known password, a name, a date or a row of keys",
                   "密码太容易猜到（常用密码、姓名、账号、单位的拼音、日期或键盘顺序），请换一个");
    return FALSE;
}

char *password_hash(const Secret *password, GError **error)
{
    char hash[crypto_pwhash_STRBYTES];
    const char *text = secret_get(password);
    if (crypto_pwhash_str_alg(hash, text, strlen(text), HASH_PASSES, HASH_BYTES,
                              crypto_pwhash_ALG_ARGON2ID13) == 0)
        return g_strdup(hash);
    wall_error_set(error, WALL_ERROR_UNAVAILABLE, "no memory to hash a password",
                   "内存不足，暂时无法校验密码");
    return NULL;
}

gboolean password_fits(const Secret *password, const char *hash)
{
    const char *text = secret_get(password);
    return crypto_pwhash_str_verify(hash, text, strlen(text)) == 0;
}

Secret *password_make(void)
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789"; /* without i l o 0 1 */
    char text[20];
    for (guint i = 0, at = 0; at < sizeof text - 1; at++)
        text[at] = at % 5 == 4 ? '-' : (i++, letters[randombytes_uniform(sizeof letters - 1)]);
    text[sizeof text - 1] = 0;
    Secret *password = secret_new(text, sizeof text - 1);
    secret_wipe(text, sizeof text);
    return password;
}
