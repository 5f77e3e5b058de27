/* config.h - file to immutable Config, or all that is wrong with it.
 *
 * A Config is never changed after config_load(); everybody keeps a reference. config_diff() says
 * what a reload must restart. Read on a [worker] or before the loop runs; used by [any].
 */
#ifndef WALLCTL_CONFIG_CONFIG_H
#define WALLCTL_CONFIG_CONFIG_H

#include "config/case_config.h"
#include "config/case_data.h"
#include "config/credentials.h"
#include "config/networks.h"
#include "layouts/layout.h"
#include "layouts/screens.h"
#include "wallctl/base/faults.h"
#include "wallctl/model/camera.h"
#include "wallctl/model/tour.h"
#include "wallctl/model/wall.h"

typedef struct {
    char *id, *name;
    guint n_screens;
    Screen *screens;
    int gap_px;         /* between cells, even, default 2 */
    guint32 background; /* 0xRRGGBB, default 0x0B0F14 */
    char *layout;       /* applied when the store knows nothing yet */
    guint n_initial;
    char **initial;     /* camera ids for cells 1.. at first start */
    gboolean has_clock; /* clock and wall name in the corner */
    guint n_alarm_tiles;
    guint *alarm_tiles; /* the slots of slots.h, the first one first */
    guint alarm_dwell_s, alarm_flood_tiles;
} WallConfig;

typedef enum { OUTPUT_DISPLAY = 1, OUTPUT_RTSP } OutputKind;

typedef struct {
    OutputKind kind;
    char *id;
    char *wall, *screen; /* screen "" = the wall's first */
    char *connector;     /* DISPLAY: output name or index, "" = any */
    gboolean is_fullscreen;
    char *path;         /* RTSP: "/wall" */
    guint bitrate_kbps; /* RTSP */
} OutputConfig;

/* A port for room control systems (中控); docs/zh/中控对接.md. */
typedef struct {
    char *host; /* "": none */
    guint port;
    char **allow; /* addresses and networks, as GInetAddressMask reads them; NULL: none */
    char *wall;
    char *token; /* name of the token whose rights hold there */
    guint clients, idle_s;
} AvConfig;

/* A preset that the file brings along; people's own live in the store. */
typedef struct {
    char *name, *wall, *layout;
    guint n_cameras;
    char **cameras; /* for cells 1.. ; NULL entries stay empty */
} PresetConfig;

/* A region of the tree that cameras are listed by. */
typedef struct {
    char *code, *name; /* name "" if unknown */
    char *parent;      /* code of the smallest region around it that is one of these; NULL: none */
    char **pinyin;     /* of the name, as pinyin_readings() */
    gboolean has_place;
    gint32 lon, lat; /* WGS-84, millionths of a degree */
} CameraRegion;

/* Clips and pictures that are saved (wallctl/evidence.h). */
typedef struct {
    char *folder;    /* "": nothing is saved */
    guint seconds;   /* of packets kept in memory of each open stream, at most 60; 0: none */
    guint memory_mb; /* of all of them together */
    guint keep_days;
} EvidenceConfig;

typedef struct {
    gint refs;
    char *path;         /* the file, for messages */
    char *site_name;    /* 红塔区综治中心 */
    Networks *networks; /* where cameras may be */
    /* canvas */
    guint fps; /* 25; 1..60 */
    /* feeds */
    guint connect_per_s;     /* 8 */
    guint warm_limit;        /* feeds received without being shown, 32 */
    guint warm_keep_ms;      /* how long a feed stays warm after its last tile, 30000 */
    guint promote_height_px; /* a tile at least this high gets the main stream, 620 */
    guint decode_threads;    /* 0 = one a core */
    /* listen */
    char *http_host;                     /* "127.0.0.1"; plain HTTP never leaves this machine */
    guint http_port;                     /* 8080 */
    char *https_host;                    /* an address; "": no TLS */
    guint https_port;                    /* 8443 */
    char *certificate, *certificate_key; /* paths of PEM files; NULL: the daemon makes them */
    char **names;      /* further names and addresses that the site is reached under; NULL: none */
    char *rtsp_host;   /* "127.0.0.1" */
    guint rtsp_port;   /* 8554 */
    char *socket_path; /* UNIX socket of the wallctl client; "": chosen by the daemon */
    char *state_dir;   /* SQLite and snapshots; the same */
    char *log_level;   /* "info" */
    guint idle_min;    /* a session without a person ends, 30 */
    guint session_h;   /* and any session after so long, 12 */
    char *reasons;     /* 事由 to choose from, divided by '|' */
    char **public_boards; /* base names; NULL: none */
    char *watermark_text; /* "": the site's name */
    gboolean watermark_wall, watermark_rtsp;
    /* operations */
    guint metrics_cameras; /* that have series of their own, the first ones; 500 */
    AvConfig av;
    guint patrol_every_min, patrol_at_once; /* 0: no patrol */
    EvidenceConfig evidence;

    GPtrArray *cameras;    /* Camera, in file order, then CSV order */
    GHashTable *by_id;     /* id -> Camera, borrowed from cameras */
    GHashTable *by_number; /* operator number -> Camera, the same */
    GPtrArray *regions;    /* CameraRegion: those with cameras in them, by code */
    GBytes *borders;       /* JSON of borders.h, as a map draws them; NULL: none */
    char **camera_tables;  /* "camera_csv": as the file names them, ended by NULL; NULL: none */
    char *mask_file;       /* "camera_masks", the same way; NULL: none */
    LayoutSet *layouts;
    guint n_walls, n_outputs, n_presets, n_tours;
    WallConfig *walls;
    OutputConfig *outputs;
    PresetConfig *presets;
    Tour **tours;
    Credentials *credentials;
    CaseConfig cases;
    CaseData *words; /* NULL: the file says nothing of cases */
    guint n_sources, n_contacts, n_rules, n_boards, n_briefings, n_upstreams;
    SourceConfig *sources;
    Contact *contacts;     /* each region once */
    LinkageRule **rules;   /* in the order in which they are asked */
    FiguresConfig *boards; /* the site's own, then the built-in ones */
    BriefingConfig *briefings;
    UpstreamConfig *upstreams;
} Config;

/* Reads the file, the CSV files and the credential file that it names (paths relative to the file).
 * NULL when there is any fault; all of them are in faults then. Caller owns the result. */
Config *config_load(const char *path, Faults *faults);

/* The same as if that camera table held this text, and with its bad rows as faults whatever the file
 * says of them. */
typedef struct {
    const char *file; /* as "camera_csv" names it */
    const char *text;
    gsize len;
} CameraTable;
Config *config_load_with(const char *path, const CameraTable *table, Faults *faults);

/* The same from text, for tests and fuzzing; base_dir resolves relative paths, NULL refuses to open
 * any file. name becomes Config.path. Faults carry the source of faults_new(). */
Config *config_parse(const char *text, gsize len, const char *name, const char *base_dir,
                     Faults *faults);

/* Where the installed data files lie (case_data.h); before the first configuration is read. */
void config_set_data_dir(const char *dir);
const char *config_data_dir(void); /* "" before; borrowed */

Config *config_ref(Config *config);
void config_unref(Config *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_unref)

const Camera *config_camera(const Config *config, const char *id); /* borrowed, NULL if unknown */

/* A linkage rule from elsewhere, held against this configuration as its own rules are; places in faults
 * begin with "rule". NULL when there are faults. Caller owns. */
LinkageRule *config_read_rule(Config *config, Json *json, Faults *faults);

/* Of a tile's source: a camera's id or "board:NAME". Only boards of the whole site can be public. */
SourceClass config_source_class(const Config *config, const char *source);

const Camera *config_camera_number(const Config *config,
                                   guint number); /* the same by operator number */
const WallConfig *config_wall(const Config *config, const char *id); /* id NULL: the first */
const Screen *wall_config_screen(const WallConfig *wall,
                                 const char *id); /* id NULL or "": the first */

/* Every option with type, default, range and meaning, as Markdown: docs/config-reference.md is
 * this. Caller frees. */
char *config_reference_text(void);

/* What a reload has to touch. */
typedef struct {
    GPtrArray
        *cameras_changed; /* ids whose session must restart (new, changed or gone); owned strings */
    GPtrArray *cameras_relabelled; /* ids whose name, mask, label, stall times changed only */
    gboolean walls_changed; /* screens, gap, colours, clock, fps: canvases begin anew (not: layout,
                               first cameras) */
    gboolean outputs_changed;
    gboolean listen_changed; /* hosts, ports, socket */
    gboolean limits_changed; /* connect rate, warm pool, promotion, decode threads */
    gboolean restart_needed; /* state_dir: only a new start of the daemon moves it */
} ConfigDiff;

ConfigDiff *config_diff(const Config *before, const Config *after);
void config_diff_free(ConfigDiff *diff);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ConfigDiff, config_diff_free)

#endif
