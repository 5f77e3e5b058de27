/* board_book.c - what the boards say now */
#include "pipelines/board_book.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"

#include <string.h>

struct BoardPage {
    gint refs;
    guint64 serial;
    gint64 asked_ns; /* [control] only */
    char *title, *region;
    BoardDraw draw;
    gpointer data;
    GDestroyNotify free_data;
};

typedef struct {
    guint id;
    BoardChanged changed;
    gpointer user;
} Listener;

typedef struct {
    char *prefix;
    BoardMaker make;
    gpointer user;
} Maker;

struct BoardBook {
    GHashTable *pages; /* name -> BoardPage */
    GArray *listeners; /* Listener */
    GArray *makers;    /* Maker */
    guint64 last_serial;
    guint last_id;
    WorkPool *draw;
};

BoardPage *board_page_ref(BoardPage *page)
{
    g_atomic_int_inc(&page->refs);
    return page;
}

void board_page_unref(BoardPage *page)
{
    if (!page || !g_atomic_int_dec_and_test(&page->refs))
        return;
    if (page->free_data)
        page->free_data(page->data);
    g_free(page->title);
    g_free(page->region);
    g_free(page);
}

Bitmap *board_page_draw(const BoardPage *page, int width, int height, int screen_height)
{
    return page->draw(page->data, width, height, screen_height);
}

guint64 board_page_serial(const BoardPage *page)
{
    return page->serial;
}

const char *board_page_title(const BoardPage *page)
{
    return page->title;
}

const char *board_page_region(const BoardPage *page)
{
    return page->region;
}

static void unref_page(gpointer page)
{
    board_page_unref(page);
}

static void clear_maker(gpointer data)
{
    g_free(((Maker *)data)->prefix);
}

BoardBook *board_book_new(void)
{
    BoardBook *book = g_new0(BoardBook, 1);
    book->pages = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, unref_page);
    book->listeners = g_array_new(FALSE, FALSE, sizeof(Listener));
    book->makers = g_array_new(FALSE, FALSE, sizeof(Maker));
    book->draw = work_pool_new("boards", 1, 4096, 10);
    g_array_set_clear_func(book->makers, clear_maker);
    return book;
}

void board_book_free(BoardBook *book)
{
    if (!book)
        return;
    work_pool_free(book->draw);
    g_hash_table_unref(book->pages);
    g_array_unref(book->listeners);
    g_array_unref(book->makers);
    g_free(book);
}

WorkPool *board_book_draw(BoardBook *book)
{
    return book->draw;
}

gboolean board_book_is_board(const char *source)
{
    return source && g_str_has_prefix(source, BOARD_PREFIX);
}

void board_book_put(BoardBook *book, const char *name, const char *title, const char *region,
                    BoardDraw draw, gpointer data, GDestroyNotify free_data)
{
    assert_control_thread();
    BoardPage *page = g_new(BoardPage, 1);
    const BoardPage *before = g_hash_table_lookup(book->pages, name);
    gint64 asked_ns = before ? before->asked_ns : clock_now_ns();
    *page = (BoardPage) {
        .refs = 1,
        .serial = ++book->last_serial,
        .asked_ns = asked_ns,
        .title = g_strdup(title),
        .region = g_strdup(region ? region : ""),
        .draw = draw,
        .data = data,
        .free_data = free_data,
    };
    g_hash_table_replace(book->pages, g_strdup(name), page);
    for (guint i = 0; i < book->listeners->len; i++) {
        const Listener *listener = &g_array_index(book->listeners, Listener, i);
        listener->changed(listener->user);
    }
}

void board_book_set_maker(BoardBook *book, const char *prefix, BoardMaker make, gpointer user)
{
    for (guint i = 0; i < book->makers->len; i++) {
        if (strcmp(g_array_index(book->makers, Maker, i).prefix, prefix) != 0)
            continue;
        g_array_remove_index(book->makers, i);
        break;
    }
    Maker maker = { g_strdup(prefix), make, user };
    if (make)
        g_array_append_val(book->makers, maker);
    else
        g_free(maker.prefix);
}

static const Maker *find_maker(const BoardBook *book, const char *name)
{
    const Maker *best = NULL;
    for (guint i = 0; i < book->makers->len; i++) {
        const Maker *maker = &g_array_index(book->makers, Maker, i);
        if (g_str_has_prefix(name, maker->prefix) &&
            (!best || strlen(maker->prefix) > strlen(best->prefix)))
            best = maker;
    }
    return best;
}

/* NULL with an error. */
static BoardPage *need_page(BoardBook *book, const char *name, GError **error)
{
    BoardPage *page = g_hash_table_lookup(book->pages, name);
    const Maker *maker = page ? NULL : find_maker(book, name);
    if (!page && !maker) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "board '%s': no such board", "没有看板“%s”",
                       name);
        return NULL;
    }
    if (maker && !maker->make(name, maker->user, error))
        return NULL;
    page = g_hash_table_lookup(book->pages, name);
    page->asked_ns = clock_now_ns();
    return page;
}

BoardPage *board_book_find(BoardBook *book, const char *source)
{
    if (!book || !board_book_is_board(source))
        return NULL;
    return need_page(book, source + strlen(BOARD_PREFIX), NULL);
}

gboolean board_book_check(BoardBook *book, const char *source, GError **error)
{
    return need_page(book, source + strlen(BOARD_PREFIX), error) != NULL;
}

gboolean board_book_is_asked(const BoardBook *book, const char *name, gint64 span_ns)
{
    const BoardPage *page = g_hash_table_lookup(book->pages, name);
    return page && clock_now_ns() - page->asked_ns <= span_ns;
}

void board_book_drop(BoardBook *book, const char *name)
{
    g_hash_table_remove(book->pages, name);
}

guint board_book_listen(BoardBook *book, BoardChanged changed, gpointer user)
{
    Listener listener = { ++book->last_id, changed, user };
    g_array_append_val(book->listeners, listener);
    return listener.id;
}

void board_book_unlisten(BoardBook *book, guint id)
{
    for (guint i = 0; i < book->listeners->len; i++) {
        if (g_array_index(book->listeners, Listener, i).id == id) {
            g_array_remove_index(book->listeners, i);
            return;
        }
    }
}
