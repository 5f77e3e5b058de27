/* feed.c - one stream of one camera: connects, watches, tries again for ever
 *
 * States follow from facts (units, pictures and their ages), not from what GStreamer says: rtspsrc
 * calls itself playing while a hung camera sends nothing. The slow timer of the pool and the reel's
 * news are the only things that move it.
 */
#include "pipelines/feed.h"

#include "pipelines/knock.h"
#include "wallctl/base/backoff.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <pthread.h>
#include <string.h>

#define CONNECT_LIMIT_NS (10 * NS_PER_SEC) /* from the connect to the first unit */
#define SILENCE_LIMIT_NS                                                                           \
    (5 * NS_PER_SEC) /* after that a silent session is given up: it may be half open */
#define PICTURE_LIMIT_NS (10 * NS_PER_SEC) /* of units without a picture, then it is a fault */
#define BLIND_KEYS       3 /* key frames in a row without a picture: it is not bad luck */
#define KEY_ONLY_NS      (15 * NS_PER_SEC) /* key frames only: so long units alone are a sign of life */
/* Not looked after for so long: the machine stood still, and what came meanwhile is not read yet. */
#define HELD_UP_NS      NS_PER_SEC
#define KNOCK_PERIOD_NS (3 * NS_PER_SEC)
#define KNOCK_LIMIT_MS  2000
#define RATE_WINDOW_NS  (2 * NS_PER_SEC)
/* Cameras lock an account after a few wrong passwords: this is not the place to be eager. */
#define REFUSED_RETRY_MS 300000

/* Shared with the stream thread and with posts: outlives the Feed. */
typedef struct {
    gint refs;
    Feed *feed; /* [control] NULL once freed */
    Reel *reel;
    gint news_posted; /* atomic */
    pthread_mutex_t tap_lock;
    FeedTap tap; /* tap_lock */
    gint codec;  /* atomic enum AVCodecID */
} Link;

struct Feed {
    FeedEnv env;
    Config *config;
    const Camera *camera;
    Profile profile;
    char *name;       /* "gate-2/sub" */
    const char *mark; /* of the picture, static; or NULL */
    Link *link;
    Receive *receive; /* NULL: no session */
    Knock *knock;
    Backoff backoff;
    gboolean is_started, was_live;
    gboolean is_key_only; /* asked for; the decoder's own word for it comes with its next unit */
    FeedState state;
    FeedFault fault;
    char text[160];
    gint64 since_unix_ms, lost_unix_ms, connect_ns, next_try_ns, next_knock_ns;
    guint64 sessions;
    char audio[24];
    gint64 poll_ns, rate_ns;
    guint64 rate_units, rate_bytes;
    double fps, kbps;
};

const char *feed_state_word(FeedState state)
{
    static const char *const words[] = { "",     "idle",    "connecting", "wait_keyframe",
                                         "live", "stalled", "retrying",   "refused" };
    return (guint)state < G_N_ELEMENTS(words) ? words[state] : "";
}

static Link *link_ref(Link *link)
{
    g_atomic_int_inc(&link->refs);
    return link;
}

static void link_unref(gpointer data)
{
    Link *link = data;
    if (!g_atomic_int_dec_and_test(&link->refs))
        return;
    pthread_mutex_destroy(&link->tap_lock);
    g_free(link);
}

static void set_state(Feed *feed, FeedState state)
{
    if (feed->state == state)
        return;
    gboolean was_live = feed->state == FEED_LIVE;
    feed->state = state;
    feed->since_unix_ms = clock_unix_ms();
    if (state == FEED_LIVE)
        feed->lost_unix_ms = 0;
    else if (was_live || feed->lost_unix_ms == 0)
        feed->lost_unix_ms = feed->since_unix_ms;
    ReelFacts facts;
    reel_get_facts(feed->link->reel, &facts);
    switch (state) {
    case FEED_LIVE:
        if (facts.pictures)
            log_info(FEED, "%s: live, %dx%d after %u tries", feed->name, facts.width, facts.height,
                     feed->backoff.tries + 1);
        else
            log_info(FEED, "%s: live, not decoded, after %u tries", feed->name,
                     feed->backoff.tries + 1);
        break;
    case FEED_RETRYING:
    case FEED_REFUSED:
        log_info(FEED, "%s: %s, %s: %s; next try in %.1f s", feed->name, feed_state_word(state),
                 feed_fault_word(feed->fault), feed->text,
                 (double)(feed->next_try_ns - clock_now_ns()) / NS_PER_SEC);
        break;
    case FEED_STALLED:
        log_info(FEED, "%s: stalled, no picture for %u ms", feed->name, feed->camera->stall_ms);
        break;
    default:
        log_debug(FEED, "%s: %s", feed->name, feed_state_word(state));
    }
    feed->env.changed(feed, feed->env.user);
}

static gint64 stall_ns(const Feed *feed)
{
    return (gint64)feed->camera->stall_ms * NS_PER_MS;
}

static void close_session(Feed *feed)
{
    g_clear_pointer(&feed->receive, receive_stop);
}

static void fail(Feed *feed, FeedFault fault, const char *text)
{
    close_session(feed);
    feed->fault = fault;
    g_strlcpy(feed->text, text, sizeof feed->text);
    gboolean is_refused = fault == FAULT_CREDENTIALS || fault == FAULT_CODEC ||
                          fault == FAULT_PLACE || fault == FAULT_REDIRECTED ||
                          fault == FAULT_NO_ACCOUNT;
    guint wait_ms = is_refused ? REFUSED_RETRY_MS : backoff_next_ms(&feed->backoff);
    if (feed->was_live && !is_refused && feed->backoff.tries == 1)
        wait_ms = MIN(wait_ms, 500); /* a healthy camera that broke off is usually back at once */
    feed->was_live = FALSE;
    gint64 now = clock_now_ns();
    feed->next_try_ns = now + (gint64)wait_ms * NS_PER_MS;
    feed->next_knock_ns = now + KNOCK_PERIOD_NS;
    set_state(feed, is_refused ? FEED_REFUSED : FEED_RETRYING);
}

static void on_packet(const AVPacket *packet, gpointer user)
{
    Link *link = user;
    reel_push(link->reel, packet);
    pthread_mutex_lock(&link->tap_lock);
    if (link->tap.unit)
        link->tap.unit(packet, (enum AVCodecID)g_atomic_int_get(&link->codec), link->tap.user);
    pthread_mutex_unlock(&link->tap_lock);
}

static void on_codec(enum AVCodecID codec, gpointer user)
{
    Link *link = user;
    g_atomic_int_set(&link->codec, (gint)codec);
    reel_set_codec(link->reel, codec);
}

static void on_audio(const guint8 *data, gsize len, const char *encoding, guint clock_rate,
                     gint64 pts_ns, gpointer user)
{
    Link *link = user;
    pthread_mutex_lock(&link->tap_lock);
    if (link->tap.audio)
        link->tap.audio(data, len, encoding, clock_rate, pts_ns, link->tap.user);
    pthread_mutex_unlock(&link->tap_lock);
}

/* Why there is no account; NULL while the file of credentials can be read. */
static const GError *account_trouble(const Feed *feed)
{
    return credentials_trouble(feed->config->credentials);
}

/* A camera may have an account of its own in a file that cannot be opened: it asks for one then. */
static void on_failed(FeedFault fault, const char *text, gpointer user)
{
    Link *link = user;
    if (!link->feed)
        return;
    const GError *trouble = account_trouble(link->feed);
    if (fault == FAULT_CREDENTIALS && trouble)
        fail(link->feed, FAULT_NO_ACCOUNT, trouble->message);
    else
        fail(link->feed, fault, text);
}

static void connect_now(Feed *feed)
{
    static const ReceiveHandler handler = { .packet = on_packet,
                                            .codec = on_codec,
                                            .audio = on_audio,
                                            .failed = on_failed,
                                            .unref = link_unref };
    const Camera *camera = feed->camera;
    ReceiveSpec spec = {
        .name = feed->name,
        .address = camera_address(camera, feed->profile),
        .credential =
            credentials_of_camera(feed->config->credentials, camera->id, camera->credential),
        .transport = camera->transport,
        .keep_alive = camera->keep_alive,
        .has_audio = camera->has_audio_wanted,
        .tls_verify = camera->tls_verify,
        .latency_ms = camera->latency_ms,
    };
    g_clear_pointer(&feed->knock, knock_free);
    /* Without its account it would be refused, and some cameras lock out who tries again and again. */
    if (camera->credential && account_trouble(feed)) {
        fail(feed, FAULT_NO_ACCOUNT, account_trouble(feed)->message);
        return;
    }
    reel_restart(feed->link->reel);
    feed->connect_ns = clock_now_ns();
    feed->rate_ns = 0;
    feed->next_try_ns = 0;
    feed->sessions++;
    set_state(feed, FEED_CONNECTING);
    feed->receive = receive_start(&spec, &handler, link_ref(feed->link));
}

static void on_knock(gboolean is_there, gpointer user)
{
    Feed *feed = user;
    g_clear_pointer(&feed->knock, knock_free);
    if (!is_there)
        return;
    log_debug(FEED, "%s: answers again", feed->name);
    feed_retry_now(feed);
}

/* While the next try is far, a cheap question every few seconds finds out whether it is worth while
 * earlier. */
static void poll_waiting(Feed *feed, gint64 now)
{
    if (now >= feed->next_try_ns) {
        if (feed->env.may_connect(feed->env.user))
            connect_now(feed);
        return;
    }
    gboolean is_away = feed->fault == FAULT_UNREACHABLE || feed->fault == FAULT_NO_ANSWER ||
                       feed->fault == FAULT_CLOSED || feed->fault == FAULT_SILENT ||
                       feed->fault == FAULT_NO_DATA;
    if (is_away && !feed->knock && now >= feed->next_knock_ns &&
        feed->next_try_ns - now > NS_PER_SEC) {
        feed->next_knock_ns = now + KNOCK_PERIOD_NS;
        feed->knock =
            knock_new(camera_address(feed->camera, feed->profile), KNOCK_LIMIT_MS, on_knock, feed);
    }
}

static void measure_rate(Feed *feed, const ReelFacts *facts, gint64 now)
{
    if (feed->rate_ns == 0) {
        feed->rate_ns = now;
        feed->rate_units = facts->units;
        feed->rate_bytes = facts->bytes;
        feed->fps = feed->kbps = 0;
    } else if (now - feed->rate_ns >= RATE_WINDOW_NS) {
        double seconds = (double)(now - feed->rate_ns) / NS_PER_SEC;
        feed->fps = (double)(facts->units - feed->rate_units) / seconds;
        feed->kbps = (double)(facts->bytes - feed->rate_bytes) * 8 / 1000 / seconds;
        feed->rate_ns = now;
        feed->rate_units = facts->units;
        feed->rate_bytes = facts->bytes;
    }
}

/* The newest sign of life of what the camera is there for: pictures while someone looks, units
 * while not, and until the first picture of who has just begun to look could be there. */
static gint64 last_life(const Feed *feed, const ReelFacts *facts)
{
    gboolean is_key_only = (feed->is_key_only || facts->effort == DECODE_KEY_ONLY) &&
                           facts->last_unit_ns - facts->last_picture_ns < KEY_ONLY_NS;
    if (facts->views == 0 || is_key_only)
        return facts->last_unit_ns;
    return MIN(facts->last_unit_ns, MAX(facts->last_picture_ns, facts->looked_ns));
}

static gboolean has_picture(const Feed *feed, const ReelFacts *facts, gint64 now)
{
    if (facts->views == 0 || facts->pictures > 0)
        return facts->keys > 0;
    return facts->keys > 0 && feed->state == FEED_LIVE && now - facts->looked_ns < stall_ns(feed);
}

/* Units come and there has been no picture of them since since_ns. */
static void judge_units(Feed *feed, const ReelFacts *facts, gint64 now, gint64 since_ns)
{
    if (now - since_ns < PICTURE_LIMIT_NS)
        return;
    if (facts->views > 0 && facts->blind_keys >= BLIND_KEYS) {
        fail(feed, FAULT_PROTOCOL, "key frames arrive but cannot be decoded");
    } else if (feed->fault != FAULT_NO_KEYFRAME && facts->last_key_ns <= since_ns) {
        feed->fault = FAULT_NO_KEYFRAME;
        g_strlcpy(feed->text, "no key frame for 10 s", sizeof feed->text);
        log_info(FEED, "%s: units arrive, but no key frame for 10 s", feed->name);
        feed->env.changed(feed, feed->env.user);
    }
}

static void poll_session(Feed *feed, gint64 now)
{
    ReelFacts facts;
    reel_get_facts(feed->link->reel, &facts);
    measure_rate(feed, &facts, now);
    if (!*feed->audio) {
        const char *audio = receive_audio_codec(feed->receive);
        if (audio)
            g_strlcpy(feed->audio, audio, sizeof feed->audio);
    }
    if (*facts.trouble && !facts.is_mask_failed) {
        fail(feed, FAULT_CODEC, facts.trouble);
        return;
    }
    if (facts.units == 0) {
        if (now - feed->connect_ns > CONNECT_LIMIT_NS)
            fail(feed, receive_is_playing(feed->receive) ? FAULT_NO_DATA : FAULT_NO_ANSWER,
                 "no picture data within 10 s of the connect");
        return;
    }
    gboolean is_begun = has_picture(feed, &facts, now);
    gint64 life = is_begun ? last_life(feed, &facts) : facts.last_unit_ns;
    if (now - facts.last_unit_ns > SILENCE_LIMIT_NS) {
        fail(feed, FAULT_SILENT, "nothing received for 5 s");
    } else if (now - life > stall_ns(feed)) {
        set_state(feed, FEED_STALLED);
        judge_units(feed, &facts, now, life);
    } else if (!is_begun) {
        set_state(feed, FEED_WAIT_KEYFRAME);
        judge_units(feed, &facts, now, facts.first_unit_ns);
    } else if (feed->state != FEED_LIVE) {
        feed->fault = FAULT_NONE;
        feed->text[0] = 0;
        feed->was_live = TRUE;
        set_state(feed, FEED_LIVE);
        backoff_reset(&feed->backoff);
    }
}

void feed_poll(Feed *feed)
{
    assert_control_thread();
    gint64 now = clock_now_ns();
    gboolean was_held_up = feed->poll_ns && now - feed->poll_ns > HELD_UP_NS;
    feed->poll_ns = now;
    if (!feed->is_started || was_held_up)
        return;
    if (feed->receive)
        poll_session(feed, now);
    else
        poll_waiting(feed, now);
}

static void handle_news(gpointer data)
{
    Link *link = data;
    g_atomic_int_set(&link->news_posted, 0);
    if (!link->feed)
        return;
    feed_poll(link->feed);
    if (link->feed)
        link->feed->env.changed(link->feed, link->feed->env.user);
}

static void on_news(gpointer user)
{
    Link *link = user;
    if (g_atomic_int_compare_and_exchange(&link->news_posted, 0, 1))
        post_control(handle_news, link_ref(link), link_unref);
}

void feed_start(Feed *feed)
{
    assert_control_thread();
    if (feed->is_started)
        return;
    feed->is_started = TRUE;
    feed->lost_unix_ms = 0;
    feed->next_try_ns = 0;
    feed->fault = FAULT_NONE;
    set_state(feed, FEED_CONNECTING);
    feed_poll(feed);
}

void feed_stop(Feed *feed)
{
    assert_control_thread();
    if (!feed->is_started)
        return;
    feed->is_started = FALSE;
    feed->was_live = FALSE;
    g_clear_pointer(&feed->knock, knock_free);
    close_session(feed);
    backoff_reset(&feed->backoff);
    feed->next_try_ns = 0;
    set_state(feed, FEED_IDLE);
}

void feed_retry_now(Feed *feed)
{
    if (!feed->is_started || feed->receive)
        return;
    backoff_reset(&feed->backoff);
    feed->next_try_ns = clock_now_ns();
}

gboolean feed_is_started(const Feed *feed)
{
    return feed->is_started;
}

gboolean feed_has_session(const Feed *feed)
{
    return feed->receive != NULL;
}

void feed_set_camera(Feed *feed, Config *config, const Camera *camera)
{
    Config *old = feed->config;
    feed->config = config_ref(config);
    feed->camera = camera;
    config_unref(old);
}

const Camera *feed_camera(const Feed *feed)
{
    return feed->camera;
}

Profile feed_profile(const Feed *feed)
{
    return feed->profile;
}

FeedState feed_state(const Feed *feed)
{
    return feed->state;
}

void feed_get_info(Feed *feed, FeedInfo *info)
{
    *info = (FeedInfo) { .state = feed->state,
                         .fault = feed->fault,
                         .since_unix_ms = feed->since_unix_ms,
                         .lost_unix_ms = feed->lost_unix_ms,
                         .next_try_ns = feed->next_try_ns,
                         .tries = feed->backoff.tries,
                         .sessions = feed->sessions,
                         .mark = feed->mark,
                         .is_playing = feed->receive && receive_is_playing(feed->receive),
                         .fps = feed->receive ? feed->fps : 0,
                         .kbps = feed->receive ? feed->kbps : 0 };
    memcpy(info->text, feed->text, sizeof info->text);
    memcpy(info->audio, feed->audio, sizeof info->audio);
    reel_get_facts(feed->link->reel, &info->reel);
}

View *feed_view(Feed *feed, const ViewSpec *spec)
{
    return reel_view(feed->link->reel, spec, feed->camera->masks, feed->camera->n_masks);
}

void feed_ask_picture(Feed *feed, ReelPicture func, gpointer user, GDestroyNotify free_user)
{
    reel_ask_picture(feed->link->reel, func, user, free_user);
}

void feed_set_mark(Feed *feed, const char *mark)
{
    feed->mark = mark;
}

void feed_set_effort(Feed *feed, DecodeEffort effort, gboolean may_save)
{
    feed->is_key_only = effort == DECODE_KEY_ONLY;
    reel_set_effort(feed->link->reel, effort, may_save);
}

void feed_set_tap(Feed *feed, const FeedTap *tap)
{
    pthread_mutex_lock(&feed->link->tap_lock);
    feed->link->tap = tap ? *tap : (FeedTap) { 0 };
    pthread_mutex_unlock(&feed->link->tap_lock);
}

Feed *feed_new(const FeedEnv *env, Config *config, const Camera *camera, Profile profile)
{
    Feed *feed = g_new0(Feed, 1);
    feed->env = *env;
    feed->config = config_ref(config);
    feed->camera = camera;
    feed->profile = profile;
    feed->name = g_strdup_printf("%s/%s", camera->id, profile == PROFILE_MAIN ? "main" : "sub");
    feed->state = FEED_IDLE;
    feed->fault = FAULT_NONE;
    feed->since_unix_ms = clock_unix_ms();
    backoff_init(&feed->backoff, 1000, 30000);
    feed->link = g_new0(Link, 1);
    feed->link->refs = 1;
    feed->link->feed = feed;
    pthread_mutex_init(&feed->link->tap_lock, NULL);
    feed->link->reel = reel_new(env->decoders, feed->name, on_news, feed->link);
    return feed;
}

void feed_free(Feed *feed)
{
    if (!feed)
        return;
    assert_control_thread();
    feed->env.changed = NULL;
    feed->is_started = FALSE;
    g_clear_pointer(&feed->knock, knock_free);
    close_session(feed);
    feed->link->feed = NULL;
    reel_close(feed->link->reel);
    link_unref(feed->link);
    config_unref(feed->config);
    g_free(feed->name);
    g_free(feed);
}
