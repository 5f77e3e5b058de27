/* operations.c - the sections for those who keep the wall running: figures for monitoring, the patrol, the
 * room's control system */
#include "config/builder.h"
#include "config/networks.h"
#include "config/option_rows.h"
#include "config/rule.h"

#include <gio/gio.h>

#define MAX_NETWORKS 64

static const Option metrics_rows[] = {
    { INT("cameras", Config, metrics_cameras, 500, 0, 20000),
      .help = "逐台给出指标的摄像机数，按文件里的次序；其余的只计入总数；0 只给总数" },
};
const OptionTable table_metrics =
    TABLE("metrics", "监控指标",
          "Prometheus 从 /metrics 读取，用有 health.read 权限的令牌；见 "
          "[管理手册](zh/管理手册.md)。",
          metrics_rows);

static const Option patrol_rows[] = {
    { INT("every_min", Config, patrol_every_min, 0, 0, 10080),
      .help = "每台摄像机隔多少分钟看一次；0 不巡检" },
    { INT("at_once", Config, patrol_at_once, 2, 1, 16), .help = "最多同时看几台" },
};
const OptionTable table_patrol =
    TABLE("patrol", "巡检",
          "没有人看的摄像机轮流取一会儿子码流，诊断后断开；大屏不忙时才做。见 "
          "[视频质量诊断](zh/视频质量诊断.md)。",
          patrol_rows);

static const Option av_rows[] = {
    { TEXT("host", AvConfig, host, "", rule_listen), FROM("空：不开"),
      .help = "监听地址；没有加密，只放在中控所在的网段" },
    { INT("port", AvConfig, port, 5510, 0, 65535), .help = "端口；0 由系统选一个空闲端口" },
    { PART("allow"),
      .help = "允许连接的地址和网段（数组），如 \"10.1.2.3\"、\"10.1.2.0/24\"；别的一律断开" },
    { TEXT("wall", AvConfig, wall, "", rule_id), FROM("第一个大屏"),
      .help = "中控能控制的大屏编号，只此一个" },
    { TEXT("token", AvConfig, token, "", rule_note),
      .help = "令牌的名称（不是令牌本身）：中控的权限、区划和期限以它为准，删除令牌即停用" },
    { INT("clients", AvConfig, clients, 8, 1, 32), .help = "最多同时几个连接" },
    { INT("idle_s", AvConfig, idle_s, 600, 10, 86400),
      .help = "多少秒没有一行就断开；中控定时发 PING" },
};
const OptionTable table_av =
    TABLE("av_control", "中控对接", "协议和接线见 [中控对接](zh/中控对接.md)。", av_rows);

static char **read_networks(Builder *builder, Json *object)
{
    char **list = read_words(builder, object, "allow", "av_control", MAX_NETWORKS);
    for (guint i = 0; list && list[i]; i++) {
        g_autoptr(GInetAddressMask) mask = network_from_text(list[i]);
        if (mask)
            continue;
        g_autofree char *place = g_strdup_printf("av_control.allow[%u]", i);
        g_autofree char *shown = dup_quoted(list[i]);
        faults_add(builder->faults, place,
                   "%s is refused; accepted: an IP address, or a network such as 10.1.2.0/24 with "
                   "nothing behind its mask",
                   shown);
    }
    return list;
}

static void read_av(Builder *builder, Json *top)
{
    AvConfig *av = &builder->config->av;
    Json *object = NULL;
    read_section(builder, top, &table_av, av);
    if (!json_object_object_get_ex(top, "av_control", &object) ||
        !json_object_is_type(object, json_type_object))
        return;
    av->allow = read_networks(builder, object);
    check_wall(builder, &av->wall, "av_control");
    if (*av->host && !av->allow && !faults_has(builder->faults, "av_control.allow"))
        faults_add(builder->faults, "av_control.allow",
                   "is missing; accepted: the addresses and networks that may connect");
    if (*av->host && !*av->token && !faults_has(builder->faults, "av_control.token"))
        faults_add(builder->faults, "av_control.token",
                   "is missing; accepted: the name of a token (wallctl token add NAME "
                   "wall.view,wall.operate,status.read)");
}

void read_operations(Builder *builder, Json *top)
{
    read_section(builder, top, &table_metrics, builder->config);
    read_section(builder, top, &table_patrol, builder->config);
    read_av(builder, top);
}
