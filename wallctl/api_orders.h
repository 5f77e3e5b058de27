/* api_orders.h - work orders over the API. [control] */
#ifndef WALLCTL_API_ORDERS_H
#define WALLCTL_API_ORDERS_H

#include "wallctl/api_private.h"

gboolean api_get_orders(ApiCall *call, GError **error);
gboolean api_post_orders(ApiCall *call, GError **error); /* issues one */
gboolean api_get_order(ApiCall *call, GError **error);
gboolean api_post_order(ApiCall *call, GError **error); /* accept, done */
gboolean api_get_order_form(ApiCall *call, GError **error);

#endif
