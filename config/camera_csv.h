/* camera_csv.h - many cameras from one table. [any]
 *
 * UTF-8 (a BOM is fine) or GB18030, RFC 4180 quoting, first row names the columns, Chinese or
 * English: id 编号, number 序号, name 名称, region 行政区划, gbid 国标编号, place 地点, place_kind
 * 场所类型, groups 分组, lon 经度, lat 纬度, main 主码流, sub 子码流, credential 凭据, template 厂商模板, host
 * 地址, channel 通道. With template (hikvision, dahua, uniview) the addresses are made from host
 * and channel. Without id the gbid serves as one. A column whose name begins with '#' is ignored;
 * other unknown ones are faults. Cells are text: what looks like a formula stays what it is.
 */
#ifndef WALLCTL_CONFIG_CAMERA_CSV_H
#define WALLCTL_CONFIG_CAMERA_CSV_H

#include "wallctl/base/faults.h"
#include "wallctl/model/camera.h"

/* Cameras of the good rows (Camera, owned by the array), number 0 where the table gives none. Every
 * bad row is a fault "row 17, column main: ...", numbered as a spreadsheet does. NULL only if the
 * table itself cannot be read (no header, neither UTF-8 nor GB18030, over 64 MiB). The caller
 * decides whether good rows count when there are faults. */
GPtrArray *camera_csv_parse(const char *text, gsize len, Faults *faults);
GPtrArray *camera_csv_load(const char *path, Faults *faults);

/* Main and sub address of a maker's template: "hikvision", "dahua", "uniview". host may hold
 * ":port". FALSE if the template is unknown. Caller frees both. */
gboolean camera_template_addresses(const char *maker, const char *host, guint channel, char **main,
                                   char **sub);

/* NULL if address is a usable rtsp(s) address without user part, else what is wrong with it
 * (borrowed). */
const char *camera_address_fault(const char *address);

#endif
