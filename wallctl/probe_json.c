/* probe_json.c - what a probe found, as JSON */
#include "wallctl/probe_json.h"

Json *probe_result_to_json(const ProbeResult *result)
{
    Json *json = json_object_new_object();
    json_add_string(json, "codec", result->codec);
    json_add_string(json, "profile", result->profile);
    json_add_int(json, "width", result->width);
    json_add_int(json, "height", result->height);
    json_add_double(json, "fps", result->fps);
    json_add_int(json, "gop_frames", result->gop_frames);
    json_add_double(json, "gop_s", result->gop_s);
    json_add_double(json, "bitrate_kbps", result->bitrate_kbps);
    json_add_bool(json, "has_b_frames", result->has_b_frames);
    json_add_double(json, "first_key_ms", result->first_key_ms);
    json_add_string(json, "audio", result->audio);
    Json *remarks = json_object_new_array();
    for (guint i = 0; i < result->remarks->len; i++)
        json_object_array_add(remarks, json_object_new_string(result->remarks->pdata[i]));
    json_add(json, "remarks", remarks);
    return json;
}
