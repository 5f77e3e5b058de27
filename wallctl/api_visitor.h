/* api_visitor.h - visitor mode over the API. [control] */
#ifndef WALLCTL_API_VISITOR_H
#define WALLCTL_API_VISITOR_H

#include "wallctl/api_private.h"

gboolean api_get_visitor(ApiCall *call, GError **error);
gboolean api_post_visitor(ApiCall *call, GError **error);
gboolean api_post_visitor_leave(ApiCall *call, GError **error);
gboolean api_put_visitor_pin(ApiCall *call, GError **error);

#endif
