/* tables.c - every option of the configuration file
 *
 * The help is Chinese: administrators read it in docs/config-reference.md, which is made from these
 * rows.
 */
#include "config/tables.h"

#include "config/option_rows.h"
#include "config/rule.h"

static const OptionWord transports[] = { { "tcp", TRANSPORT_TCP },
                                         { "udp", TRANSPORT_UDP },
                                         { NULL, 0 } };
static const OptionWord keep_alives[] = { { "auto", KEEP_ALIVE_AUTO },
                                          { "options", KEEP_ALIVE_OPTIONS },
                                          { "get_parameter", KEEP_ALIVE_GET_PARAMETER },
                                          { "off", KEEP_ALIVE_OFF },
                                          { NULL, 0 } };
static const OptionWord label_places[] = { { "bottom-left", LABEL_BOTTOM_LEFT },
                                           { "bottom-right", LABEL_BOTTOM_RIGHT },
                                           { "top-left", LABEL_TOP_LEFT },
                                           { "top-right", LABEL_TOP_RIGHT },
                                           { "off", LABEL_OFF },
                                           { NULL, 0 } };
static const OptionWord mask_modes[] = { { "black", MASK_BLACK },
                                         { "mosaic", MASK_MOSAIC },
                                         { NULL, 0 } };
static const OptionWord output_kinds[] = { { "rtsp", OUTPUT_RTSP },
                                           { "display", OUTPUT_DISPLAY },
                                           { NULL, 0 } };
static const OptionWord content_classes[] = { { "internal", CONTENT_INTERNAL },
                                              { "public", CONTENT_PUBLIC },
                                              { NULL, 0 } };
static const OptionWord bad_rows[] = { { "refuse", BAD_ROWS_REFUSE },
                                       { "skip", BAD_ROWS_SKIP },
                                       { NULL, 0 } };

static const Option top_rows[] = {
    { PART("site"), .help = "站点：名称、日志、数据目录" },
    { PART("listen"), .help = "监听：网页、接口和 RTSP 输出的地址与端口" },
    { PART("accounts"), .help = "账号：多久没人操作要重新登录，看摄像机的事由" },
    { PART("privacy"), .help = "公开与水印：哪些看板可以给外人看，水印打在哪里" },
    { PART("canvas"), .help = "画布：帧率和解码线程" },
    { PART("quality"), .help = "视频质量诊断：什么样的画面算有问题" },
    { PART("patrol"), .help = "巡检：没有人看的摄像机也轮流诊断" },
    { PART("metrics"), .help = "监控指标：Prometheus 读到多少" },
    { PART("av_control"), .help = "中控对接：会议室中控系统用的文本端口" },
    { PART("feeds"), .help = "取流：连接节奏、预热，以及各摄像机的默认值" },
    { TEXT("credentials", TopEntry, credentials, NULL, rule_file),
      .help = "凭据文件（权限须为 0600）；systemd 凭据 wallctl-cameras 存在时以它为准" },
    { PART("cameras"), .help = "摄像机数组" },
    { PART("camera_csv"), .help = "摄像机表格文件名数组，按顺序接在 cameras 之后" },
    { CHOICE("camera_csv_bad_rows", TopEntry, csv_bad_rows, BAD_ROWS_REFUSE, bad_rows),
      .help = "表格里有错误的行：refuse 拒绝整个配置；skip 跳过这些行并记入日志，其余照用" },
    { TEXT("camera_masks", TopEntry, masks, NULL, rule_file),
      .help = "在控制台里画的隐私遮挡存在这个文件；要放在服务可写的文件夹，先建好，内容 {}。"
              "文件里有的摄像机以它为准" },
    { TEXT("regions", TopEntry, regions, NULL, rule_file),
      .help = "行政区划表（CSV：code,name,level,parent），用来补全摄像机的 region_name" },
    { TEXT("borders", TopEntry, borders, NULL, rule_file),
      .help = "区划界线（GeoJSON 文件，WGS-84 经纬度），画在控制台的地图上" },
    { PART("layouts"), .help = "自定义分屏数组，与内置分屏同名时取代内置的；写法见文末" },
    { PART("walls"), .help = "大屏数组，至少一个" },
    { PART("outputs"), .help = "输出数组：窗口或 RTSP" },
    { PART("presets"), .help = "预案数组" },
    { PART("tours"), .help = "轮巡数组" },
    { PART("evidence"), .help = "存证：保存摄像机片段和截图的目录、保留几秒、存多久；不写则不开" },
    { PART("cases"), .help = "案件：本级区划、流程用语、办结期限、保存期限" },
    { PART("sources"), .help = "事件来源数组：哪些平台送来案件和告警" },
    { PART("contacts"), .help = "联系单位数组：各村、街道、区出了事找哪个值班室" },
    { PART("linkage"), .help = "联动规则数组：什么事件让大屏做什么" },
    { PART("boards"), .help = "自定看板数组：指标、比率、并列指标、分村进度" },
    { PART("briefings"), .help = "定时研判画面数组：日小结、周研判、月调度" },
    { PART("upstreams"), .help = "上报数组：本机发生的事送到哪里" },
};
const OptionTable table_top = TABLE("", "文件", NULL, top_rows);

static const Option site_rows[] = {
    { TEXT("name", Config, site_name, "综治中心", rule_name),
      .help = "单位名称，显示在网页和画面角上" },
    { TEXT("log_level", Config, log_level, "info", rule_log_level), .help = "日志详细程度" },
    { TEXT("state_dir", Config, state_dir, "", rule_directory),
      FROM("空：root 用 /var/lib/wallctl，其他用户用 $XDG_STATE_HOME/wallctl"),
      .help = "数据库和截图的目录" },
    { TEXT("socket_path", Config, socket_path, "", rule_socket),
      FROM("空：root 用 /run/wallctl/wallctl.sock，其他用户用 "
           "$XDG_RUNTIME_DIR/wallctl/wallctl.sock"),
      .help = "命令行工具 wallctl 连接的本机套接字；装成服务时留空，systemctl reload 才找得到它" },
    { PART("camera_networks"),
      FROM("除本机（127.0.0.0/8）、链路本地、组播、云元数据以外的任何地址"),
      .help = "摄像机所在的地址和网段（数组），如 [\"10.20.0.0/16\", "
              "\"fd12:3456::/32\"]；只连这些地址，"
              "域名按每次连接时解析到的地址算；本机等特殊地址要单独写出，更大的网段不包括它们" },
    { PART("camera_ports"), FROM("任何端口"),
      .help = "摄像机用的端口（数组），如 [554, 322, \"8554-8559\"]；只连这些端口" },
};
const OptionTable table_site = TABLE("site", "站点", NULL, site_rows);

static const Option listen_rows[] = {
    { TEXT("http_host", Config, http_host, "127.0.0.1", rule_loopback),
      .help = "网页和接口不加密的监听地址，只允许本机；别的电脑经 https_host 访问" },
    { INT("http_port", Config, http_port, 8080, 0, 65535),
      .help = "网页和接口不加密的端口；0 由系统选一个空闲端口" },
    { TEXT("https_host", Config, https_host, "", rule_listen), FROM("空：不开"),
      .help = "网页和接口加密（HTTPS）的监听地址；0.0.0.0 让局域网里的电脑也能访问" },
    { INT("https_port", Config, https_port, 8443, 0, 65535),
      .help = "网页和接口加密的端口；0 由系统选一个空闲端口" },
    { TEXT("certificate", Config, certificate, NULL, rule_file),
      FROM("自动生成，见 [证书](zh/证书.md)"),
      .help = "HTTPS 证书（PEM，后面可接中间证书）；与 certificate_key 一起给出" },
    { TEXT("certificate_key", Config, certificate_key, NULL, rule_file), FROM("自动生成"),
      .help = "证书的私钥（PEM，无口令），权限须为 0600；重新加载配置即换用新文件" },
    { PART("names"),
      .help = "浏览器还用哪些域名或 IP 地址访问本站（数组）；主机名和本机地址不用写" },
    { TEXT("rtsp_host", Config, rtsp_host, "127.0.0.1", rule_host),
      .help =
          "RTSP 输出的监听地址；0.0.0.0 让局域网里的解码器也能取流（没有密码，请确认网络可信）" },
    { INT("rtsp_port", Config, rtsp_port, 8554, 0, 65535),
      .help = "RTSP 输出的端口；0 由系统选一个空闲端口" },
};
const OptionTable table_listen = TABLE("listen", "监听", NULL, listen_rows);

static const Option accounts_rows[] = {
    { INT("idle_min", Config, idle_min, 30, 5, 720), .help = "多少分钟没有人操作就要重新登录" },
    { INT("session_h", Config, session_h, 12, 1, 24), .help = "登录后最多多少小时要重新登录" },
    { TEXT("reasons", Config, reasons, "指挥调度值守|日常巡查|案件处置|设备维护", rule_name),
      .help = "调看视频的事由，用 | 分开；第一个是登录后的默认事由，登记簿里照写" },
};
const OptionTable table_accounts = TABLE("accounts", "账号", NULL, accounts_rows);

static const Option privacy_rows[] = {
    { PART("public_boards"),
      .help = "可以公开的看板名称数组（wallctl boards 列出），全站的各个时段都算；"
              "没有列出的看板在公开屏上和参观模式下都不显示" },
    { TEXT("watermark_text", Config, watermark_text, "", rule_note), FROM("site.name"),
      .help = "水印里大屏编号和时间之后的文字" },
    { BOOL("watermark_wall", Config, watermark_wall, FALSE),
      .help = "大屏上也打水印（所有输出都有）；预览和截图总有水印" },
    { BOOL("watermark_rtsp", Config, watermark_rtsp, TRUE),
      .help = "RTSP 输出打水印；关掉以后，同一块屏的预览和 RTSP 各编码一次" },
};
const OptionTable table_privacy = TABLE("privacy", "公开与水印", NULL, privacy_rows);
static const Option evidence_rows[] = {
    { TEXT("folder", EvidenceConfig, folder, "", rule_folder), FROM("空：不开"),
      .help =
          "存证目录（相对路径从本文件算起），须已建好，只有运行本程序的用户能读写；不会自动建立" },
    { INT("seconds", EvidenceConfig, seconds, 0, 0, 60),
      .help = "内存里为每路正在取流的摄像机保留最近几秒的码流，片段可从这么早开始；0 为不开。"
              "不写磁盘，断电即无；宜为摄像机关键帧间隔的数倍" },
    { INT("memory_mb", EvidenceConfig, memory_mb, 256, 16, 65536),
      .help = "上述码流合计最多占多少内存（MiB）；满了先丢最早的" },
    { INT("keep_days", EvidenceConfig, keep_days, 30, 1, 3650),
      .help = "存证保存的天数，到期删除并出具删除证明；另行封存的除外" },
};
const OptionTable table_evidence = TABLE(
    "evidence", "存证",
    "默认不开：写明 folder 和 seconds 才能保存片段和截图。见 [证据](zh/证据.md)。", evidence_rows);

static const Option canvas_rows[] = {
    { INT("fps", Config, fps, 25, 1, 60), .help = "大屏每秒帧数" },
    { INT("decode_threads", Config, decode_threads, 0, 0, 64),
      .help = "解码线程总数；0 为每个处理器核心一个" },
};
const OptionTable table_canvas = TABLE("canvas", "画布", NULL, canvas_rows);

static const Option feeds_rows[] = {
    { INT("connect_per_s", FeedsEntry, connect_per_s, 8, 1, 1000),
      .help = "每秒最多新建的摄像机连接数" },
    { INT("warm_limit", FeedsEntry, warm_limit, 32, 0, 4096),
      .help = "预热（取流但不显示）的摄像机上限" },
    { INT("warm_keep_ms", FeedsEntry, warm_keep_ms, 30000, 0, 3600000),
      .help = "最后一个窗格撤下后继续预热多少毫秒" },
    { INT("promote_height_px", FeedsEntry, promote_height_px, 620, 64, 16384),
      .help = "窗格高度达到多少像素时改用主码流" },
    { CHOICE("transport", FeedsEntry, transport, TRANSPORT_TCP, transports),
      .help = "各摄像机默认的 RTP 传输方式" },
    { CHOICE("keep_alive", FeedsEntry, keep_alive, KEEP_ALIVE_AUTO, keep_alives),
      .help = "各摄像机默认的会话保活方式" },
    { INT("latency_ms", FeedsEntry, latency_ms, 200, 0, 10000),
      .help = "各摄像机默认的抖动缓冲（毫秒）" },
    { INT("stall_ms", FeedsEntry, stall_ms, 2000, 200, 60000),
      .help = "多久（毫秒）没有新画面即置灰并显示停滞时间" },
    { INT("offline_ms", FeedsEntry, offline_ms, 10000, 1000, 600000),
      .help = "多久（毫秒）没有新画面即换成离线牌；须大于 stall_ms" },
};
const OptionTable table_feeds = TABLE("feeds", "取流", NULL, feeds_rows);

static const Option quality_rows[] = {
    { BOOL("enabled", QualityLimits, is_on, TRUE), .help = "是否诊断上墙摄像机的画面" },
    { INT("black", QualityLimits, black, 20, 0, 255),
      .help = "最亮的 2% 像素仍低于此亮度（0–255）：黑屏；0 不查" },
    { INT("frozen_s", QualityLimits, frozen_s, 120, 0, 86400),
      .help = "除时钟字幕外，画面这么多秒不变：画面冻结；0 不查" },
    { INT("dark", QualityLimits, dark, 24, 0, 255),
      .help = "平均亮度低于此值，而且没有灯光：过暗；0 不查" },
    { INT("bright", QualityLimits, bright, 225, 0, 255), .help = "平均亮度高于此值：过亮；0 不查" },
    { INT("low_contrast", QualityLimits, low_contrast, 30, 0, 255),
      .help = "亮部与暗部之差低于此值：对比度低；0 不查" },
    { INT("blur", QualityLimits, blur, 25, 0, 100),
      .help = "边缘清晰度（%）低于此值：模糊；清楚的画面约 45–75；0 不查" },
    { INT("colour_cast", QualityLimits, colour_cast, 24, 0, 128),
      .help = "整体颜色偏离灰色超过此值，而且没有灰色：偏色；0 不查" },
    { INT("noise", QualityLimits, noise, 5, 0, 255),
      .help = "平静处的噪声超过此值：噪声；清楚的画面约 0–2；0 不查" },
    { INT("covered", QualityLimits, covered, 50, 0, 100),
      .help = "原来有内容的画面里，突然变成一片的占到百分之几：遮挡；0 不查" },
};
const OptionTable table_quality = TABLE(
    "quality", "视频质量诊断", "各摄像机的默认值；每一项都可以在摄像机里另定。", quality_rows);

static const Option camera_rows[] = {
    { TEXT("id", CameraEntry, camera.id, "", rule_id), REQUIRED,
      .help = "编号，全文件唯一；其他地方用它指这台摄像机" },
    { INT("number", CameraEntry, camera.number, 0, 1, 999999), FROM("在文件中的次序"),
      .help = "值班员键入的序号，全文件唯一" },
    { TEXT("name", CameraEntry, camera.name, "", rule_name), REQUIRED,
      .help = "显示在窗格上的名称" },
    { TEXT("region", CameraEntry, camera.region, "", rule_region),
      .help = "行政区划代码（上级代码是下级的前缀）" },
    { TEXT("region_name", CameraEntry, camera.region_name, "", rule_note),
      FROM("由 regions 表按 region 查得"), .help = "区划名称，淡色显示在名称之前" },
    { TEXT("gbid", CameraEntry, camera.gbid, "", rule_gbid),
      .help = "GB/T 28181 编码，全文件唯一" },
    { TEXT("place", CameraEntry, camera.place, "", rule_note), .help = "安装地点" },
    { TEXT("place_kind", CameraEntry, camera.place_kind, "", rule_note),
      .help = "场所类型，如 路口、水库、村口" },
    { TEXT("groups", CameraEntry, camera.groups, "", rule_note),
      .help = "分组，几个之间用半角竖线隔开，一台摄像机可在几组里" },
    { PART("position"), .help = "[经度, 纬度]，WGS-84 度" },
    { TEXT("main", CameraEntry, camera.main, NULL, rule_address),
      .help = "主码流地址；main 与 sub 至少一个；不得含用户名和密码" },
    { TEXT("sub", CameraEntry, camera.sub, NULL, rule_address), .help = "子码流地址；小窗格用它" },
    { TEXT("template", CameraEntry, maker, NULL, rule_maker),
      .help = "厂商模板：由 host 和 channel 拼出主、子码流地址，代替 main 与 sub" },
    { TEXT("host", CameraEntry, host, NULL, rule_note),
      .help = "与 template 同用：设备地址，可带端口，如 10.0.0.8:554" },
    { INT("channel", CameraEntry, channel, 1, 1, 512), .help = "与 template 同用：通道号" },
    { TEXT("credential", CameraEntry, camera.credential, NULL, rule_id),
      .help = "凭据文件里的引用名；空则不用认证" },
    { CHOICE("transport", CameraEntry, camera.transport, 0, transports), FROM("同 feeds.transport"),
      .help = "RTP 传输方式" },
    { CHOICE("keep_alive", CameraEntry, camera.keep_alive, 0, keep_alives),
      FROM("同 feeds.keep_alive"), .help = "会话保活方式；个别设备只认其中一种" },
    { BOOL("audio", CameraEntry, camera.has_audio_wanted, FALSE), .help = "同时接收声音" },
    { BOOL("tls_verify", CameraEntry, camera.tls_verify, TRUE), .help = "rtsps 时核对证书" },
    { INT("sessions", CameraEntry, camera.sessions, 2, 1, 16),
      .help = "设备能同时承受的 RTSP 会话数" },
    { INT("latency_ms", CameraEntry, camera.latency_ms, 0, 0, 10000), FROM("同 feeds.latency_ms"),
      .help = "抖动缓冲（毫秒）" },
    { INT("stall_ms", CameraEntry, camera.stall_ms, 0, 200, 60000), FROM("同 feeds.stall_ms"),
      .help = "多久（毫秒）没有新画面即置灰" },
    { INT("offline_ms", CameraEntry, camera.offline_ms, 0, 1000, 600000),
      FROM("同 feeds.offline_ms"), .help = "多久（毫秒）没有新画面即换成离线牌" },
    { CHOICE("label", CameraEntry, camera.label, LABEL_BOTTOM_LEFT, label_places),
      .help = "名称放在窗格哪个角，避开摄像机自己的字幕" },
    { BOOL("public", CameraEntry, camera.is_public, FALSE),
      .help = "画面可以公开：在 content 为 public 的屏上也显示；参观模式下仍不显示" },
    { PART("quality"), .help = "这台摄像机的诊断门限，没有写的同 quality" },
    { PART("masks"), .help = "隐私遮挡数组，最多 32 个" },
};
const OptionTable table_cameras = TABLE("cameras[]", "摄像机", NULL, camera_rows);

static const Option camera_quality_rows[] = {
    { BOOL("enabled", QualityLimits, is_on, TRUE), FROM("同 quality.enabled"),
      .help = "是否诊断这台摄像机的画面" },
    { INT("black", QualityLimits, black, 20, 0, 255), FROM("同 quality.black"),
      .help = "最亮的 2% 像素仍低于此亮度（0–255）：黑屏；0 不查" },
    { INT("frozen_s", QualityLimits, frozen_s, 120, 0, 86400), FROM("同 quality.frozen_s"),
      .help = "除时钟字幕外，画面这么多秒不变：画面冻结；0 不查" },
    { INT("dark", QualityLimits, dark, 24, 0, 255), FROM("同 quality.dark"),
      .help = "平均亮度低于此值，而且没有灯光：过暗；0 不查" },
    { INT("bright", QualityLimits, bright, 225, 0, 255), FROM("同 quality.bright"),
      .help = "平均亮度高于此值：过亮；0 不查" },
    { INT("low_contrast", QualityLimits, low_contrast, 30, 0, 255), FROM("同 quality.low_contrast"),
      .help = "亮部与暗部之差低于此值：对比度低；0 不查" },
    { INT("blur", QualityLimits, blur, 25, 0, 100), FROM("同 quality.blur"),
      .help = "边缘清晰度（%）低于此值：模糊；清楚的画面约 45–75；0 不查" },
    { INT("colour_cast", QualityLimits, colour_cast, 24, 0, 128), FROM("同 quality.colour_cast"),
      .help = "整体颜色偏离灰色超过此值，而且没有灰色：偏色；0 不查" },
    { INT("noise", QualityLimits, noise, 5, 0, 255), FROM("同 quality.noise"),
      .help = "平静处的噪声超过此值：噪声；清楚的画面约 0–2；0 不查" },
    { INT("covered", QualityLimits, covered, 50, 0, 100), FROM("同 quality.covered"),
      .help = "原来有内容的画面里，突然变成一片的占到百分之几：遮挡；0 不查" },
};
const OptionTable table_camera_quality =
    TABLE("cameras[].quality", "这台摄像机的视频质量诊断", NULL, camera_quality_rows);

static const Option mask_rows[] = {
    { CHOICE("mode", Mask, mode, MASK_BLACK, mask_modes), .help = "涂黑或打马赛克" },
    { PART("points"), .help = "多边形的 3–64 个顶点 [[x, y], ...]，为画面宽高的 0–1" },
};
const OptionTable table_masks =
    TABLE("cameras[].masks[]", "隐私遮挡", "遮挡先于一切输出；做不到时整个窗格变黑。", mask_rows);

static const Option wall_rows[] = {
    { TEXT("id", WallConfig, id, "", rule_id), REQUIRED, .help = "编号，全文件唯一" },
    { TEXT("name", WallConfig, name, "", rule_name), REQUIRED, .help = "名称，显示在画面角上" },
    { PART("screens"), .help = "屏数组，逐块给出位置；与 grid 二选一" },
    { PART("grid"), .help = "规则拼接：行、列、每屏尺寸、边框；与 screens 二选一" },
    { INT("gap_px", WallConfig, gap_px, 2, 0, 256), MULTIPLE_OF(2),
      .help = "窗格之间的间隙（像素，偶数）" },
    { COLOUR("background", WallConfig, background, 0x0B0F14), .help = "底色" },
    { TEXT("layout", WallConfig, layout, "16", rule_layout_id),
      .help = "第一次启动时的分屏；以后以上次的状态为准" },
    { PART("cameras"), .help = "第一次启动时各窗格的摄像机编号，或 board:看板，null 留空" },
    { BOOL("clock", WallConfig, has_clock, TRUE), .help = "角上显示时钟和大屏名称" },
    { PART("alarm_tiles"),
      .help = "告警画面占用的窗格序号，先用前面的；当前布局里没有的，在右侧开窗口显示" },
    { INT("alarm_dwell_s", WallConfig, alarm_dwell_s, 5, 0, 600),
      .help = "告警画面至少显示的秒数，之后才让位给更高级别的告警" },
    { INT("alarm_flood_tiles", WallConfig, alarm_flood_tiles, 1, 0, 64),
      .help = "告警泛滥（10 分钟内多于 10 起）时最多占用的窗格数" },
};
const OptionTable table_walls = TABLE("walls[]", "大屏", NULL, wall_rows);

static const Option screen_rows[] = {
    { TEXT("id", Screen, id, "", rule_id), FROM("在数组中的次序"), .help = "编号，在本大屏内唯一" },
    { TEXT("name", Screen, name, "", rule_note), .help = "名称" },
    { INT("x", Screen, rect.x, 0, -262144, 262144), REQUIRED, MULTIPLE_OF(2),
      .help = "左边（大屏像素，偶数）" },
    { INT("y", Screen, rect.y, 0, -262144, 262144), REQUIRED, MULTIPLE_OF(2),
      .help = "上边（大屏像素，偶数）" },
    { INT("width", Screen, rect.w, 0, 64, 16384), REQUIRED, MULTIPLE_OF(2),
      .help = "宽（像素，偶数）" },
    { INT("height", Screen, rect.h, 0, 64, 16384), REQUIRED, MULTIPLE_OF(2),
      .help = "高（像素，偶数）" },
    { INT("rotation", Screen, rotation, 0, 0, 270), MULTIPLE_OF(90),
      .help = "屏体顺时针旋转的角度：0、90、180、270" },
    { CHOICE("content", Screen, content, CONTENT_INTERNAL, content_classes),
      .help = "谁看得到：internal 内部；public 大厅等外人看得到的屏，只显示公开的看板和摄像机" },
};
const OptionTable table_screens = TABLE("walls[].screens[]", "屏", "各屏不得重叠。", screen_rows);

static const Option grid_rows[] = {
    { INT("columns", GridEntry, columns, 0, 1, 32), REQUIRED, .help = "列数" },
    { INT("rows", GridEntry, rows, 0, 1, 32), REQUIRED, .help = "行数" },
    { INT("width", GridEntry, width, 0, 64, 16384), REQUIRED, MULTIPLE_OF(2),
      .help = "每屏宽（像素，偶数）" },
    { INT("height", GridEntry, height, 0, 64, 16384), REQUIRED, MULTIPLE_OF(2),
      .help = "每屏高（像素，偶数）" },
    { INT("bezel_x", GridEntry, bezel_x, 0, 0, 1024), MULTIPLE_OF(2),
      .help = "左右两屏画面之间被边框遮住的像素（偶数）" },
    { INT("bezel_y", GridEntry, bezel_y, 0, 0, 1024), MULTIPLE_OF(2),
      .help = "上下两屏画面之间被边框遮住的像素（偶数）" },
    { CHOICE("content", GridEntry, content, CONTENT_INTERNAL, content_classes),
      .help = "各屏谁看得到，同 screens 的 content；各屏不同时改用 screens" },
};
const OptionTable table_grid =
    TABLE("walls[].grid", "规则拼接", "屏的编号自左上起逐行为 1、2、3……；最多 256 块。", grid_rows);

static const Option output_rows[] = {
    { CHOICE("kind", OutputConfig, kind, 0, output_kinds), REQUIRED,
      .help = "输出种类：rtsp 网络流，display 本机窗口或全屏" },
    { TEXT("id", OutputConfig, id, "", rule_id), REQUIRED, .help = "编号，全文件唯一" },
    { TEXT("wall", OutputConfig, wall, "", rule_id), FROM("第一个大屏"), .help = "大屏编号" },
    { TEXT("screen", OutputConfig, screen, "", rule_id), FROM("该大屏的第一块屏"),
      .help = "屏编号" },
    { TEXT("path", OutputConfig, path, "", rule_rtsp_path),
      .help = "仅 rtsp，必填：路径，各输出不同" },
    { INT("bitrate_kbps", OutputConfig, bitrate_kbps, 4000, 64, 100000),
      .help = "仅 rtsp：码率（kbit/s）" },
    { TEXT("connector", OutputConfig, connector, "", rule_note),
      .help = "仅 display：显示接口名（如 HDMI-1）或序号；空为任意" },
    { BOOL("fullscreen", OutputConfig, is_fullscreen, FALSE), .help = "仅 display：全屏" },
};
const OptionTable table_outputs = TABLE("outputs[]", "输出", NULL, output_rows);

static const Option preset_rows[] = {
    { TEXT("name", PresetConfig, name, "", rule_name), REQUIRED, .help = "名称，在本大屏内唯一" },
    { TEXT("wall", PresetConfig, wall, "", rule_id), FROM("第一个大屏"), .help = "大屏编号" },
    { TEXT("layout", PresetConfig, layout, "", rule_layout_id), REQUIRED, .help = "分屏" },
    { PART("cameras"), .help = "各窗格的摄像机编号，或 board:看板，null 留空" },
};
const OptionTable table_presets =
    TABLE("presets[]", "预案", "随文件带来的预案；值班员保存的预案在数据库里。", preset_rows);

static const Option tour_rows[] = {
    { TEXT("id", Tour, id, "", rule_id), REQUIRED, .help = "编号，全文件唯一" },
    { TEXT("name", Tour, name, "", rule_name), REQUIRED, .help = "名称" },
    { TEXT("wall", Tour, wall, "", rule_id), FROM("第一个大屏"), .help = "大屏编号" },
    { INT("dwell_s", Tour, dwell_ms, TOUR_DWELL_MS, TOUR_MIN_DWELL_MS / 1000,
          TOUR_MAX_DWELL_MS / 1000),
      .scale = 1000, .help = "每步停留的秒数" },
    { PART("tiles"), .help = "摄像机轮巡：窗格序号数组，每步一起换" },
    { PART("cameras"), .help = "摄像机轮巡：摄像机编号数组，按此顺序；与 presets 二选一" },
    { PART("presets"), .help = "预案轮巡：预案名称数组；与 cameras 二选一" },
    { PART("schedule"), .help = "自动运行的时段数组；没有则由人启动" },
};
const OptionTable table_tours = TABLE("tours[]", "轮巡", NULL, tour_rows);

static const Option schedule_rows[] = {
    { PART("days"), .help = "星期数组，1 为星期一，7 为星期日；没有则每天" },
    { TEXT("from", ScheduleEntry, from, "", rule_time), REQUIRED, .help = "开始时刻（本地时间）" },
    { TEXT("to", ScheduleEntry, to, "", rule_time), REQUIRED,
      .help = "结束时刻；早于 from 则跨过午夜" },
};
const OptionTable table_schedule = TABLE("tours[].schedule[]", "轮巡时段", NULL, schedule_rows);

const OptionTable *const config_tables[] = {
    &table_top,       &table_site,
    &table_listen,    &table_accounts,
    &table_privacy,   &table_canvas,
    &table_feeds,     &table_quality,
    &table_cameras,   &table_camera_quality,
    &table_masks,     &table_walls,
    &table_screens,   &table_grid,
    &table_outputs,   &table_presets,
    &table_tours,     &table_schedule,
    &table_cases,     &table_sources,
    &table_contacts,  &table_linkage,
    &table_when,      &table_boards,
    &table_figures,   &table_briefings,
    &table_upstreams, &table_patrol,
    &table_metrics,   &table_av,
    &table_evidence,  NULL,
};
