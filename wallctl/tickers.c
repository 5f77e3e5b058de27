/* tickers.c - the line that runs along the foot of each wall */
#include "wallctl/tickers.h"

#include "wallctl/base/error.h"
#include "wallctl/base/post.h"
#include "wallctl/model/privacy.h"
#include "wallctl/store/ticker_store.h"

struct Tickers {
    Store *store;
    GHashTable *lines; /* wall -> text */
    void (*changed)(gpointer user);
    gpointer user;
};

static gboolean is_plain(const char *text)
{
    for (const char *p = text; *p; p = g_utf8_next_char(p)) {
        if (g_unichar_iscntrl(g_utf8_get_char(p)))
            return FALSE;
    }
    return TRUE;
}

gboolean tickers_set(Tickers *tickers, const char *wall, const char *text, GError **error)
{
    assert_control_thread();
    if (g_utf8_strlen(text, -1) > TICKER_MAX_CHARS || !is_plain(text)) {
        wall_error_set(error, WALL_ERROR_INVALID,
                       "text: accepted: one line of at most %d characters",
                       "字幕须为一行，最多 %d 个字", TICKER_MAX_CHARS);
        return FALSE;
    }
    if (privacy_finds(text)) {
        wall_error_set(error, WALL_ERROR_INVALID,
                       "text: looks like a citizen's data; take out names, numbers, addresses",
                       "字幕里像有个人信息（姓名、电话、证件、车牌、住址），请删去后再上墙");
        return FALSE;
    }
    if (*text)
        g_hash_table_replace(tickers->lines, g_strdup(wall), g_strdup(text));
    else
        g_hash_table_remove(tickers->lines, wall);
    ticker_store_put(tickers->store, wall, text);
    tickers->changed(tickers->user);
    return TRUE;
}

const char *tickers_get(const Tickers *tickers, const char *wall)
{
    return g_hash_table_lookup(tickers->lines, wall);
}

Tickers *tickers_new(Store *store, void (*changed)(gpointer user), gpointer user, GError **error)
{
    GHashTable *lines = ticker_store_load(store, error);
    if (!lines)
        return NULL;
    Tickers *tickers = g_new(Tickers, 1);
    *tickers = (Tickers) { store, lines, changed, user };
    return tickers;
}

void tickers_free(Tickers *tickers)
{
    if (!tickers)
        return;
    g_hash_table_unref(tickers->lines);
    g_free(tickers);
}
