/* tables.h - every option of the configuration file, and what their rows store into. [any] */
#ifndef WALLCTL_CONFIG_TABLES_H
#define WALLCTL_CONFIG_TABLES_H

#include "config/config.h"
#include "config/option.h"

/* The top of the file. */
typedef struct {
    char *credentials, *regions, *masks, *borders; /* NULL: not given */
    int csv_bad_rows;
} TopEntry;

enum { BAD_ROWS_REFUSE = 1, BAD_ROWS_SKIP };

/* Limits of the daemon, and what a camera has unless it says otherwise. */
typedef struct {
    guint connect_per_s, warm_limit, warm_keep_ms, promote_height_px;
    Transport transport;
    KeepAlive keep_alive;
    guint latency_ms, stall_ms, offline_ms;
    QualityLimits quality;    /* "quality" at the top */
    const Networks *networks; /* where addresses may lead; NULL: not judged */
} FeedsEntry;

/* A camera with what becomes its addresses. */
typedef struct {
    Camera camera;
    char *maker, *host; /* NULL: not given */
    guint channel;
    const Networks *networks; /* as in FeedsEntry */
} CameraEntry;

typedef struct {
    guint columns, rows;
    int width, height, bezel_x, bezel_y;
    ContentClass content;
} GridEntry;

typedef struct {
    char *from, *to;
} ScheduleEntry;

extern const OptionTable table_top;            /* TopEntry */
extern const OptionTable table_site;           /* Config */
extern const OptionTable table_listen;         /* Config */
extern const OptionTable table_accounts;       /* Config */
extern const OptionTable table_privacy;        /* Config */
extern const OptionTable table_evidence;       /* EvidenceConfig */
extern const OptionTable table_canvas;         /* Config */
extern const OptionTable table_feeds;          /* FeedsEntry */
extern const OptionTable table_quality;        /* QualityLimits */
extern const OptionTable table_camera_quality; /* the same, of one camera */
extern const OptionTable table_cameras;        /* CameraEntry */
extern const OptionTable table_masks;          /* Mask */
extern const OptionTable table_walls;          /* WallConfig */
extern const OptionTable table_screens;        /* Screen */
extern const OptionTable table_grid;           /* GridEntry */
extern const OptionTable table_outputs;        /* OutputConfig */
extern const OptionTable table_presets;        /* PresetConfig */
extern const OptionTable table_tours;          /* Tour */
extern const OptionTable table_schedule;       /* ScheduleEntry */

/* operations.c */
extern const OptionTable table_metrics; /* Config */
extern const OptionTable table_av;      /* AvConfig */
extern const OptionTable table_patrol;  /* Config */

/* case_tables.c */
extern const OptionTable table_cases;     /* CaseConfig */
extern const OptionTable table_sources;   /* SourceConfig */
extern const OptionTable table_contacts;  /* Contact */
extern const OptionTable table_linkage;   /* LinkageRule */
extern const OptionTable table_when;      /* WhenEntry */
extern const OptionTable table_boards;    /* FiguresConfig */
extern const OptionTable table_figures;   /* FigureItem */
extern const OptionTable table_briefings; /* BriefingConfig */
extern const OptionTable table_upstreams; /* UpstreamConfig */

typedef struct {
    char *hours; /* "22:00-06:00" or NULL */
    guint min_severity;
} WhenEntry;

/* All of them, in the order of the reference page; the last one is NULL. */
extern const OptionTable *const config_tables[];

#endif
