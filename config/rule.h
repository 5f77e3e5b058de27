/* rule.h - what a text option may be. [any] */
#ifndef WALLCTL_CONFIG_RULE_H
#define WALLCTL_CONFIG_RULE_H

#include "config/option.h"

extern const TextRule rule_id;        /* 1..64 of A-Z a-z 0-9 . _ - */
extern const TextRule rule_layout_id; /* 1..32 of A-Z a-z 0-9 + _ - */
extern const TextRule rule_name;      /* 1..64 characters, no control characters */
extern const TextRule rule_note;      /* the same, may be empty */
extern const TextRule rule_text;      /* at most 500 characters, lines are allowed */
extern const TextRule rule_region;    /* 2..15 digits, or empty */
extern const TextRule rule_area;      /* 2..15 digits */
extern const TextRule rule_phone;     /* of a desk, or a mobile one: phone_kind() tells which */
extern const TextRule rule_gbid;      /* 20 digits, or empty */
extern const TextRule rule_directory; /* absolute path, or empty */
extern const TextRule rule_socket;    /* absolute path of at most 107 bytes, or empty */
extern const TextRule rule_file;      /* path of a file */
extern const TextRule rule_folder;    /* the same of a folder, or empty */
extern const TextRule rule_loopback;  /* this machine only */
extern const TextRule rule_host;      /* IP address or host name */
extern const TextRule rule_listen;    /* IP address, "localhost" or empty */
extern const TextRule rule_site_name; /* IP address or DNS name */
extern const TextRule
    rule_address; /* any text here: camera_address_fault() says what is wrong with it */
extern const TextRule rule_rtsp_path; /* "/wall" */
extern const TextRule rule_log_level;
extern const TextRule rule_maker; /* a maker whose addresses we know */
extern const TextRule rule_time;  /* HH:MM */
extern const TextRule rule_hours; /* HH:MM-HH:MM */
extern const TextRule rule_url;   /* ws, wss, http or https, without user part */

/* Minutes since midnight of "HH:MM", or -1. */
int time_minutes(const char *text);

/* The two ends of "HH:MM-HH:MM"; FALSE if it is not that. */
gboolean hours_minutes(const char *text, guint *from, guint *to);

#endif
