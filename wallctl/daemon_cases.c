/* daemon_cases.c - from an event that comes in to the wall that answers it: who is told of what */
#include "wallctl/daemon_private.h"

#include "wallctl/base/log.h"
#include "wallctl/cli_words.h"

static const CaseData *get_words(gpointer user)
{
    return ((Daemon *)user)->config->words;
}

static const char *get_ticker(const char *wall, gpointer user)
{
    return tickers_get(((Daemon *)user)->tickers, wall);
}

static void on_ticker(gpointer user)
{
    director_reload(((Daemon *)user)->director);
}

static void on_source_news(const char *id, const char *text, gpointer user)
{
    Daemon *daemon = user;
    director_say(daemon->director, id, SEVERITY_NONE, text);
}

static void on_case_event(const char *name, Json *data, gpointer user)
{
    Daemon *daemon = user;
    if (daemon->boards)
        boards_touch(daemon->boards);
    daemon_publish(name, data, daemon);
}

static void on_case_changed(Case *c, gpointer user)
{
    Daemon *daemon = user;
    case_scenes_note(daemon->scenes, c);
    if (daemon->deadlines)
        deadlines_touch(daemon->deadlines, c->last->time_ms);
}

static void on_case_taken(const Event *event, gboolean is_own, Case *c, gpointer user)
{
    whistles_take(((Daemon *)user)->whistles, event, is_own, c);
}

static void on_report(Event *event, gpointer user)
{
    Daemon *daemon = user;
    if (daemon->links)
        links_report(daemon->links, event);
    else
        event_free(event);
}

static void on_order_issued(const StoredOrder *order, const GError *error, gpointer user)
{
    if (error)
        log_error(ALARM, "an order of a rule is not issued: %s", error->message);
}

static void on_order(const char *case_code, const char *kind, const char *to, gpointer user)
{
    Daemon *daemon = user;
    OrderRequest request = { .case_code = case_code, .kind = kind, .to_org = to };
    if (daemon->orders)
        orders_issue(daemon->orders, &request, on_order_issued, NULL);
}

/* Into the register, by numbers: what it was is gone. */
static void note_deleted(Daemon *daemon, const RetentionReport *report)
{
    g_autoptr(GString) content = g_string_new("到期删除：");
    gint64 n = 0;
    for (guint class = 1; class <= RETAIN_LAST; class ++) {
        const RetentionCount *count = &report->counts[class];
        n += count->n;
        if (count->n)
            g_string_append_printf(content, "%s %" G_GINT64_FORMAT " 条，",
                                   word_zh(retention_word(class)), count->n);
    }
    g_string_append_printf(content, "共 %" G_GINT64_FORMAT " 条", n);
    AuditRow row = audit_row_for(NULL, AUDIT_RETENTION);
    row.content = content->str;
    audit_add(daemon->audit, &row);
}

static void on_deleted(const RetentionReport *report, gpointer user)
{
    Daemon *daemon = user;
    const RetentionCount *count = &report->counts[RETAIN_BRIEFINGS];
    if (count->n)
        briefings_forget(daemon->briefings, count->to_ms);
    note_deleted(daemon, report);
}

static const char *on_token(const char *token, gpointer user)
{
    return sources_of_token(((Daemon *)user)->sources, token);
}

static void on_message(IntakeMessage *message, gpointer user)
{
    cases_receive(((Daemon *)user)->cases, message);
}

static void on_refused(const char *source, const char *word, gpointer user)
{
    sources_refused(((Daemon *)user)->sources, source, word);
}

static void on_store(const char *trouble, gboolean is_behind, gpointer user)
{
    Daemon *daemon = user;
    if (trouble)
        log_error(STORE, "%s", trouble);
    Json *data = json_object_new_object();
    json_add_bool(data, "is_good", trouble == NULL);
    json_add_string(data, "detail", trouble);
    daemon_publish("store.state", data, daemon);
    if (is_behind) {
        controller_save_all(daemon->controller);
        director_save_all(daemon->director);
        rules_save_all(daemon->rules);
        vault_save_all(daemon->vault);
    }
    cases_set_trouble(daemon->cases, trouble);
}

gboolean daemon_open_cases(Daemon *daemon, GError **error)
{
    daemon->rules = rules_new(daemon->config, daemon->store, error);
    if (!daemon->rules)
        return FALSE;
    daemon->scenes = case_scenes_new(daemon->controller, daemon->book, daemon->reader);
    DirectorEnv director = { .controller = daemon->controller,
                             .tours = daemon->tours,
                             .feeds = daemon->feeds,
                             .rules = daemon->rules,
                             .scenes = daemon->scenes,
                             .store = daemon->store,
                             .words = get_words,
                             .event = daemon_publish,
                             .send = on_report,
                             .ticker = get_ticker,
                             .order = on_order,
                             .user = daemon };
    daemon->tickers = tickers_new(daemon->store, on_ticker, daemon, error);
    if (!daemon->tickers)
        return FALSE;
    SourcesEnv sources = { daemon->store, on_source_news, on_case_event, daemon };
    daemon->director = director_new(&director, error);
    if (!daemon->director)
        return FALSE;
    daemon->sources = sources_new(&sources, daemon->config, error);
    if (!daemon->sources)
        return FALSE;
    CasesEnv cases = { .store = daemon->store,
                       .sources = daemon->sources,
                       .director = daemon->director,
                       .event = on_case_event,
                       .changed = on_case_changed,
                       .taken = on_case_taken,
                       .user = daemon };
    IntakeHandler handler = { on_token, on_message, on_refused };
    daemon->cases = cases_new(&cases, daemon->config);
    WhistlesEnv whistles = { .controller = daemon->controller,
                             .tours = daemon->tours,
                             .scenes = daemon->scenes,
                             .cases = daemon->cases,
                             .book = daemon->book,
                             .reader = daemon->reader,
                             .event = daemon_publish,
                             .report = on_report,
                             .user = daemon };
    daemon->whistles = whistles_new(&whistles);
    daemon->intake = intake_new(&handler, daemon);
    cases_set_intake(daemon->cases, daemon->intake);
    DeadlinesEnv deadlines = { daemon->store,  daemon->cases, daemon->director,
                               daemon_publish, on_report,     daemon };
    daemon->deadlines = deadlines_new(&deadlines, daemon->config);
    OrdersEnv orders = { daemon->store, daemon->cases, daemon_publish, on_report, daemon };
    daemon->orders = orders_new(&orders, daemon->config);
    daemon->boards = boards_new(daemon->book, daemon->reader, daemon->sources, daemon->config);
    store_watch(daemon->store, on_store, daemon);
    LinksEnv links = { .intake = daemon->intake,
                       .sources = daemon->sources,
                       .store = daemon->store,
                       .reader = daemon->reader,
                       .work = daemon->work,
                       .event = daemon_publish,
                       .user = daemon };
    daemon->links = links_new(&links, daemon->config, error);
    if (!daemon->links)
        return FALSE;
    BriefingsEnv briefings = { daemon->controller, daemon->book,   daemon->store,
                               daemon->reader,     daemon_publish, daemon };
    daemon->briefings = briefings_new(&briefings, error);
    if (!daemon->briefings)
        return FALSE;
    NightlyEnv nightly = { .store = daemon->store,
                           .reader = daemon->reader,
                           .path = daemon->database,
                           .key = audit_key(daemon->audit),
                           .event = daemon_publish,
                           .deleted = on_deleted,
                           .user = daemon };
    daemon->nightly = nightly_new(&nightly, daemon->config);
    ReportsEnv reports = { daemon->controller, daemon->feeds, on_report, daemon };
    daemon->reports = reports_new(&reports);
    return TRUE;
}

void daemon_close_cases(Daemon *daemon)
{
    briefings_free(daemon->briefings);
    nightly_free(daemon->nightly);
    reports_free(daemon->reports);
    links_free(daemon->links);
    boards_free(daemon->boards);
    orders_free(daemon->orders);
    deadlines_free(daemon->deadlines);
    whistles_free(daemon->whistles);
    cases_free(daemon->cases);
    if (daemon->intake)
        intake_free(daemon->intake);
    sources_free(daemon->sources);
    director_free(daemon->director);
    tickers_free(daemon->tickers);
    case_scenes_free(daemon->scenes);
    rules_free(daemon->rules);
}
