/* tour_json.h - a tour as the store keeps it. [any] */
#ifndef WALLCTL_STORE_TOUR_JSON_H
#define WALLCTL_STORE_TOUR_JSON_H

#include "wallctl/base/json.h"
#include "wallctl/model/tour.h"

Json *tour_to_json(const Tour *tour);                                /* caller owns */
Tour *tour_from_json(Json *json, Faults *faults, const char *place); /* NULL with a fault added */

#endif
