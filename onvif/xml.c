/* xml.c - what a device sends as XML: bounded, without entities, without fetching anything
 *
 * A device that sends a document type is refused before the parser sees it: nothing of ONVIF has one, and everything that
 * is known against parsers begins there.
 */
#include "onvif/xml.h"

#include <libxml/parser.h>
#include <string.h>

void xml_init(void)
{
    xmlInitParser();
}

xmlDoc *xml_parse(const char *text, gsize len, OnvifTrouble *trouble)
{
    if (len > XML_MAX_BYTES) {
        onvif_trouble_set(trouble, ONVIF_TOO_LARGE, "");
        return NULL;
    }
    /* Names in another encoding than they say are common; the marks between them are ASCII. */
    g_autofree char *utf8 = g_utf8_make_valid(text, (gssize)len);
    if (strstr(utf8, "<!DOCTYPE") || strstr(utf8, "<!ENTITY")) {
        onvif_trouble_set(trouble, ONVIF_ENTITIES, "");
        return NULL;
    }
    xmlDoc *doc = xmlReadMemory(utf8, (int)strlen(utf8), NULL, "UTF-8",
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                    XML_PARSE_NOCDATA);
    if (!doc)
        onvif_trouble_set(trouble, ONVIF_MALFORMED, "XML");
    return doc;
}

static gboolean is_called(const xmlNode *node, const char *name, gsize len)
{
    return node->type == XML_ELEMENT_NODE && strlen((const char *)node->name) == len &&
           memcmp(node->name, name, len) == 0;
}

static const xmlNode *first_called(const xmlNode *node, const char *name, gsize len)
{
    while (node && !is_called(node, name, len))
        node = node->next;
    return node;
}

const xmlNode *xml_child(const xmlNode *node, const char *name)
{
    return node ? first_called(node->children, name, strlen(name)) : NULL;
}

const xmlNode *xml_next(const xmlNode *node, const char *name)
{
    return node ? first_called(node->next, name, strlen(name)) : NULL;
}

const xmlNode *xml_down(const xmlNode *node, const char *path)
{
    while (node && *path) {
        gsize len = strcspn(path, "/");
        node = first_called(node->children, path, len);
        path += len + (path[len] == '/');
    }
    return node;
}

const xmlNode *xml_at(const xmlDoc *doc, const char *path)
{
    const xmlNode *root = xmlDocGetRootElement(doc);
    gsize len = strcspn(path, "/");
    if (!root || !is_called(root, path, len))
        return NULL;
    return path[len] ? xml_down(root, path + len + 1) : root;
}

/* Takes text of libxml2. */
static char *dup_clean(xmlChar *text, glong max_chars)
{
    GString *clean = g_string_new(NULL);
    const char *from =
        text && g_utf8_validate((const char *)text, -1, NULL) ? (const char *)text : "";
    for (const char *p = from; *p; p = g_utf8_next_char(p)) {
        gunichar letter = g_utf8_get_char(p);
        g_string_append_unichar(clean, g_unichar_isprint(letter) ? letter : ' ');
    }
    xmlFree(text);
    g_strstrip(clean->str);
    if (g_utf8_strlen(clean->str, -1) > max_chars)
        *g_utf8_offset_to_pointer(clean->str, max_chars) = '\0';
    return g_string_free(clean, FALSE);
}

char *xml_dup_text(const xmlNode *node, glong max_chars)
{
    return dup_clean(node ? xmlNodeGetContent(node) : NULL, max_chars);
}

char *xml_dup_attribute(const xmlNode *node, const char *name, glong max_chars)
{
    return dup_clean(node ? xmlGetNoNsProp(node, (const xmlChar *)name) : NULL, max_chars);
}

guint xml_number(const xmlNode *node, guint max)
{
    g_autofree char *text = xml_dup_text(node, 16);
    guint64 number = 0;
    text[strcspn(text, ".")] = '\0'; /* "25.0" pictures a second */
    return g_ascii_string_to_unsigned(text, 10, 0, max, &number, NULL) ? (guint)number : 0;
}
