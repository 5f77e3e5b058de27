/* xml.h - what a device sends as XML: bounded, without entities, without fetching anything. [any] */
#ifndef WALLCTL_ONVIF_XML_H
#define WALLCTL_ONVIF_XML_H

#include "onvif/trouble.h"

#include <libxml/tree.h>

#define XML_MAX_BYTES (1024 * 1024)

/* Before threads use it. */
void xml_init(void);

/* NULL with the trouble: a document type (which is where entities come from), or not XML. Whoever has it calls
 * xmlFreeDoc(). */
xmlDoc *xml_parse(const char *text, gsize len, OnvifTrouble *trouble);

/* The first child, and the next sibling, that is an element of this local name: makers are free with prefixes. NULL:
 * none, or node is NULL. */
const xmlNode *xml_child(const xmlNode *node, const char *name);
const xmlNode *xml_next(const xmlNode *node, const char *name);

/* "Envelope/Body": down from the root. */
const xmlNode *xml_at(const xmlDoc *doc, const char *path);
const xmlNode *xml_down(const xmlNode *node, const char *path);

/* What an element, or an attribute of it, says: without space around it, without control characters, cut after
 * max_chars. "" when it is NULL. Caller frees. */
char *xml_dup_text(const xmlNode *node, glong max_chars);
char *xml_dup_attribute(const xmlNode *node, const char *name, glong max_chars);

/* A whole number from 0 to max; 0 when it is none. */
guint xml_number(const xmlNode *node, guint max);

#endif
