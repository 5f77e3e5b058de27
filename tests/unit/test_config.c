/* test_config.c - the configuration file: what it means, what is refused and in which words */
#include "config/config.h"

#include <string.h>

#define CAM(ID) "{\"id\": \"" ID "\", \"name\": \"" ID "\", \"main\": \"rtsp://10.0.0.1/" ID "\"}"
#define CAMERAS "\"cameras\": [" CAM("a") ", " CAM("b") ", " CAM("gate-3") "], "
#define SCREEN  "\"screens\": [{\"x\": 0, \"y\": 0, \"width\": 1920, \"height\": 1080}]"
#define A_WALL  "{\"id\": \"main\", \"name\": \"主墙\", \"layout\": \"4\", " SCREEN "}"
#define WALLS   "\"walls\": [" A_WALL "]"
#define BASE    CAMERAS WALLS

typedef struct {
    const char *name;
    const char *text;
    const char *expected; /* lines without "t: " */
} FaultCase;

#define IDS   "1 to 64 of A-Z a-z 0-9 . _ -"
#define NAMES "1 to 64 characters without control characters"
#define IN    "accepted: addresses in site.camera_networks: 10.20.0.0/16, fd12:3456::/32\n"
#define A_NETWORK                                                                                  \
    "an IP address, or a network such as 10.1.0.0/16 or fd12:3456::/32 with nothing behind its "   \
    "mask\n"
#define A_PORT "a port from 1 to 65535, or a range such as \"8554-8559\"\n"

static const FaultCase faults_cases[] = {
    /* the file */
    { "broken", "{\n \"site\": {]}",
      "line 2, column 11: found ']' where a name in quotes belongs\n" },
    { "array", "[]", "is not an object; accepted: {...}\n" },
    { "empty object", "{}", "walls: is missing or empty; accepted: at least one wall\n" },
    { "unknown section", "{" BASE ", \"tour\": []}",
      "unknown key \"tour\"; did you mean \"tours\"?\n" },
    { "section is array", "{" BASE ", \"site\": []}",
      "site: [...] is not an object; accepted: {...}\n" },
    { "all faults at once",
      "{\"site\": {\"log_level\": \"loud\"}, \"canvas\": {\"fps\": 0, \"fsp\": 1}, \"feeds\": "
      "{\"warm_limit\": \"x\"}, \"cameras\": [{\"id\": \"a b\"}], \"walls\": [" A_WALL "]}",
      "site.log_level: \"loud\" is refused; accepted: error, warning, info or debug\n"
      "canvas: unknown key \"fsp\"; accepted: fps, decode_threads\n"
      "canvas.fps: 0 is out of range; accepted: 1 to 60\n"
      "feeds.warm_limit: \"x\" is not a whole number; accepted: 0 to 4096 without fraction or "
      "exponent\n"
      "cameras[0].id: \"a b\" is refused; accepted: " IDS "\n"
      "cameras[0].name: is missing; accepted: " NAMES "\n"
      "cameras[0].main: is missing; accepted: \"main\", \"sub\" or both, or \"template\" with "
      "\"host\"\n" },
    { "faults of entries and of names at once",
      "{\"canvas\": {\"fps\": 0}, " CAMERAS
      "\"layouts\": [{\"id\": \"ok\", \"grid\": [2, 1]}, {\"id\": \"x\", \"cells\": [[0, 0, 1, 1], "
      "[0.5, 0.5, 0.5, 0.5]]}], " WALLS ", \"outputs\": [{\"id\": \"o\", \"kind\": \"display\", "
      "\"wall\": \"west\"}], \"presets\": [{\"name\": \"p\", \"layout\": \"ok\", \"cameras\": "
      "[\"a\", \"gate3\", \"b\"]}, {\"name\": \"q\", \"layout\": \"x\"}, {\"name\": \"r\", "
      "\"layout\": \"99\"}], \"tours\": [{\"id\": \"t\", \"name\": \"t\", \"presets\": [\"p\", "
      "\"s\"]}]}",
      "canvas.fps: 0 is out of range; accepted: 1 to 60\n"
      "layouts[1].cells[1]: overlaps cell 0; only a layout with \"free\": true may overlap\n"
      "outputs[0].wall: there is no wall \"west\"\n"
      "presets[0].cameras[1]: there is no camera \"gate3\"; did you mean \"gate-3\"?\n"
      "presets[0].cameras: 3 cameras are more than layout \"ok\" has cells, which is 2\n"
      "presets[2].layout: there is no layout \"99\"; did you mean \"9\"?\n"
      "tours[0].presets[1]: there is no preset \"s\"\n" },
    /* what names a faulty entry is no fault of its own */
    { "names of a faulty camera",
      "{\"cameras\": [{\"id\": \"a b\", \"name\": \"a\", \"main\": \"rtsp://h/\"}, " CAM(
          "b") ", {\"id\": \"c\"}], " WALLS ", \"presets\": [{\"name\": \"p\", \"layout\": "
               "\"4\", \"cameras\": [\"a b\", \"c\", \"zz\"]}]}",
      "cameras[0].id: \"a b\" is refused; accepted: " IDS "\n"
      "cameras[2].name: is missing; accepted: " NAMES "\n"
      "cameras[2].main: is missing; accepted: \"main\", \"sub\" or both, or \"template\" with "
      "\"host\"\n"
      "presets[0].cameras[2]: there is no camera \"zz\"\n" },
    { "names when a camera has none",
      "{\"cameras\": [{\"idd\": \"a\", \"name\": \"a\", \"main\": \"rtsp://h/\"}], " WALLS
      ", \"tours\": [{\"id\": \"t\", \"name\": \"t\", \"tiles\": [5], \"cameras\": [\"a\"]}]}",
      "cameras[0]: unknown key \"idd\"; did you mean \"id\"?\n"
      "cameras[0].id: is missing; accepted: " IDS "\n"
      "tours[0].tiles[0]: 5 is out of range; accepted: 1 to 4 (layout \"4\", the largest that this "
      "file puts on wall \"main\")\n" },
    { "names of a faulty wall",
      "{" CAMERAS "\"walls\": [" A_WALL ", {\"id\": \"w 2\", \"name\": \"w\", " SCREEN "}], "
      "\"outputs\": [{\"id\": \"o\", \"kind\": \"display\", \"wall\": \"w 2\"}, {\"id\": \"p\", "
      "\"kind\": \"display\", \"wall\": 5, \"screen\": \"9\"}, {\"id\": \"q\", \"kind\": "
      "\"display\", "
      "\"screen\": \"9\"}]}",
      "walls[1].id: \"w 2\" is refused; accepted: " IDS "\n"
      "outputs[0].wall: \"w 2\" is refused; accepted: " IDS "\n"
      "outputs[1].wall: 5 is not text; accepted: text in double quotes\n"
      "outputs[2].screen: there is no screen \"9\"\n" },
    { "names of a faulty preset",
      "{" BASE
      ", \"presets\": [{\"name\": \"p\", \"layout\": \"4\", \"wall\": \"west\"}], \"tours\": "
      "[{\"id\": \"t\", \"name\": \"t\", \"presets\": [\"p\", \"nobody\"]}, {\"id\": \"u\", "
      "\"name\": "
      "\"u\", \"tiles\": [1], \"cameras\": 5}]}",
      "tours[1].cameras: 5 is not an array; accepted: [...]\n"
      "presets[0].wall: there is no wall \"west\"\n"
      "tours[0].presets[1]: there is no preset \"nobody\"\n" },
    { "values that take part in no comparison",
      "{" WALLS ", \"listen\": {\"http_port\": 70000, \"rtsp_port\": 8080}, \"credentials\": 7, "
      "\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp://h/\", \"credential\": "
      "\"x\", "
      "\"stall_ms\": \"y\", \"offline_ms\": 1500}]}",
      "credentials: 7 is not text; accepted: text in double quotes\n"
      "listen.http_port: 70000 is out of range; accepted: 0 to 65535\n"
      "cameras[0].stall_ms: \"y\" is not a whole number; accepted: 200 to 60000 without fraction "
      "or "
      "exponent\n" },
    { "relative state_dir", "{" BASE ", \"site\": {\"state_dir\": \"x\"}}",
      "site.state_dir: \"x\" is refused; accepted: an absolute path, or empty\n" },
    /* listen */
    { "http on the network", "{" BASE ", \"listen\": {\"http_host\": \"0.0.0.0\"}}",
      "listen.http_host: \"0.0.0.0\" is refused; accepted: 127.0.0.1, ::1 or localhost; "
      "plain HTTP stays on this machine, other computers are let in by https_host\n" },
    { "https at a name", "{" BASE ", \"listen\": {\"https_host\": \"wall.example\"}}",
      "listen.https_host: \"wall.example\" is refused; accepted: an IP address such as 0.0.0.0, "
      "localhost, or empty for none\n" },
    { "evidence without seconds", "{" BASE ", \"evidence\": {\"folder\": \"/srv/evidence\"}}",
      "evidence.seconds: is missing; accepted: both of folder and seconds, or neither\n" },
    { "evidence without folder", "{" BASE ", \"evidence\": {\"seconds\": 30, \"keep_days\": 7}}",
      "evidence.folder: is missing; accepted: both of folder and seconds, or neither\n" },
    { "evidence at no folder", "{" BASE ", \"evidence\": {\"folder\": \"a\\tb\", \"seconds\": 61}}",
      "evidence.folder: \"a\\tb\" is refused; accepted: a path, relative to this file, or empty\n"
      "evidence.seconds: 61 is out of range; accepted: 0 to 60\n" },
    { "certificate without key", "{" BASE ", \"listen\": {\"certificate\": \"a.crt\"}}",
      "listen.certificate_key: is missing; accepted: both of certificate and certificate_key, or "
      "neither\n" },
    { "key without certificate", "{" BASE ", \"listen\": {\"certificate_key\": \"a.key\"}}",
      "listen.certificate: is missing; accepted: both of certificate and certificate_key, or "
      "neither\n" },
    { "names",
      "{" BASE ", \"listen\": {\"names\": [\"wall.example\", \"10.0.0.1\", \"fd00::1\", "
      "\"*.example\", \"a b\", \"-a\", \"a..b\", 5, \"https://wall\"]}}",
      "listen.names[7]: 5 is not text; accepted: text in double quotes\n"
      "listen.names[3]: \"*.example\" is refused; accepted: a name such as wall.example, or an IP "
      "address\n"
      "listen.names[4]: \"a b\" is refused; accepted: a name such as wall.example, or an IP "
      "address\n"
      "listen.names[5]: \"-a\" is refused; accepted: a name such as wall.example, or an IP "
      "address\n"
      "listen.names[6]: \"a..b\" is refused; accepted: a name such as wall.example, or an IP "
      "address\n"
      "listen.names[8]: \"https://wall\" is refused; accepted: a name such as wall.example, or an "
      "IP address\n" },
    { "equal ports with https",
      "{" BASE ", \"listen\": {\"https_host\": \"0.0.0.0\", \"https_port\": 8080}}",
      "listen.https_port: 8080 is http_port, too; accepted: two different ports\n" },
    { "equal ports", "{" BASE ", \"listen\": {\"rtsp_port\": 8080}}",
      "listen.rtsp_port: 8080 is http_port, too; accepted: two different ports\n" },
    { "port too high", "{" BASE ", \"listen\": {\"http_port\": 65536}}",
      "listen.http_port: 65536 is out of range; accepted: 0 to 65535\n" },
    /* cameras */
    { "camera is text", "{\"cameras\": [\"a\"], " WALLS "}",
      "cameras[0]: \"a\" is not an object; accepted: {...}\n" },
    { "cameras is object", "{\"cameras\": {}, " WALLS "}",
      "cameras: {...} is not an array; accepted: [...]\n" },
    { "no address", "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\"}], " WALLS "}",
      "cameras[0].main: is missing; accepted: \"main\", \"sub\" or both, or \"template\" with "
      "\"host\"\n" },
    { "user in address",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": "
      "\"rtsp://admin:hunter2@10.0.0.1/x\"}], " WALLS "}",
      "cameras[0].main: the address holds an @: user and password belong into the credential file, "
      "named by "
      "\"credential\"; in a path write %40\n" },
    { "password with slash",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"sub\": "
      "\"rtsp://admin:12/ter2@10.0.0.1/x\"}], " WALLS "}",
      "cameras[0].sub: the address holds an @: user and password belong into the credential file, "
      "named by "
      "\"credential\"; in a path write %40\n" },
    { "http address",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"http://h/x\"}], " WALLS "}",
      "cameras[0].main: \"http://h/x\" does not begin with rtsp:// or rtsps://\n" },
    { "no host",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp:///x\"}], " WALLS "}",
      "cameras[0].main: \"rtsp:///x\" names no host\n" },
    { "space in address",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp://h/a b\"}], " WALLS "}",
      "cameras[0].main: \"rtsp://h/a b\" holds a space or a character that must be "
      "percent-encoded\n" },
    { "bad port",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp://h:99999/\"}], " WALLS "}",
      "cameras[0].main: \"rtsp://h:99999/\" is not an address of the form "
      "rtsp://HOST:PORT/PATH\n" },
    { "equal ids", "{\"cameras\": [" CAM("a") ", " CAM("a") "], " WALLS "}",
      "cameras[1].id: \"a\" is the id of another camera before it\n" },
    { "equal numbers",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp://h/\", \"number\": 7}, "
      "{\"id\": \"b\", "
      "\"name\": \"b\", \"main\": \"rtsp://h/\", \"number\": 7}], " WALLS "}",
      "cameras[1].number: 7 is the number of camera \"a\", too\n" },
    { "region and gbid",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp://h/\", \"region\": "
      "\"53040A\", \"gbid\": "
      "\"1234\"}], " WALLS "}",
      "cameras[0].region: \"53040A\" is refused; accepted: 2 to 15 digits, or empty\n"
      "cameras[0].gbid: \"1234\" is refused; accepted: 20 digits, or empty (in a spreadsheet: "
      "format the column as "
      "text)\n" },
    { "equal gbids",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp://h/\", \"gbid\": "
      "\"53040200001320000001\"}, "
      "{\"id\": \"b\", \"name\": \"b\", \"main\": \"rtsp://h/\", \"gbid\": "
      "\"53040200001320000001\"}], " WALLS "}",
      "cameras[1].gbid: \"53040200001320000001\" is the gbid of camera \"a\", too\n" },
    { "position",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp://h/\", \"position\": "
      "[24.3, 102.5]}], " WALLS "}",
      "cameras[0].position: is refused; accepted: [-180 to 180, -90 to 90]\n" },
    { "transport",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp://h/\", \"transport\": "
      "\"tpc\"}], " WALLS "}",
      "cameras[0].transport: \"tpc\" is refused; accepted: tcp, udp\n" },
    { "stall above offline",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp://h/\", \"stall_ms\": "
      "12000}], " WALLS "}",
      "cameras[0].offline_ms: 10000 is not above stall_ms, which is 12000\n" },
    { "password in camera",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp://h/\", \"passwrd\": "
      "\"hunter2\"}], " WALLS "}",
      "cameras[0]: unknown key \"passwrd\"; accepted: id, number, name, region, region_name, gbid, "
      "place, place_kind, groups, "
      "position, main, sub, template, host, channel, credential, transport, keep_alive, audio, "
      "tls_verify, sessions, "
      "latency_ms, stall_ms, offline_ms, label, public, quality, masks\n" },
    { "public boards", "{\"privacy\": {\"public_boards\": [\"opened\", \"map:53\", 3]}, " WALLS "}",
      "privacy.public_boards[2]: 3 is not text; accepted: text in double quotes\n"
      "privacy.public_boards[1]: \"map:53\" is refused; accepted: the name of a board of the whole "
      "site, as \"opened\"\n" },
    { "content of a screen",
      "{\"walls\": [{\"id\": \"w\", \"name\": \"w\", \"grid\": {\"columns\": 1, \"rows\": 1, "
      "\"width\": 640, \"height\": 480, \"content\": \"hall\"}}]}",
      "walls[0].grid.content: \"hall\" is refused; accepted: internal, public\n" },
    { "quality of a camera",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp://h/\", \"quality\": "
      "{\"blurr\": 1, \"covered\": 101}}], " WALLS "}",
      "cameras[0].quality: unknown key \"blurr\"; did you mean \"blur\"?\n"
      "cameras[0].quality.covered: 101 is out of range; accepted: 0 to 100\n" },
    { "unknown credential",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp://h/\", \"credential\": "
      "\"gate\"}], " WALLS "}",
      "cameras[0].credential: there is no \"gate\" in the credential file\n" },
    { "certificate checked and not at one host",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsps://H:322/1\", "
      "\"tls_verify\": false}, "
      "{\"id\": \"b\", \"name\": \"b\", \"main\": \"rtsps://h:322/2\"}], " WALLS "}",
      "cameras[1].tls_verify: differs from camera \"a\" at the same host h:322; accepted: one "
      "value a host\n" },
    { "template and address",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp://h/\", \"template\": "
      "\"dahua\"}], " WALLS "}",
      "cameras[0].template: makes the addresses; accepted: either it, or \"main\" and \"sub\"\n" },
    { "template without host",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"template\": \"dahua\"}], " WALLS "}",
      "cameras[0].host: is missing; accepted: the device's address, with :PORT if it is not "
      "554\n" },
    { "template unknown",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"template\": \"axis\", \"host\": "
      "\"h\"}], " WALLS "}",
      "cameras[0].template: \"axis\" is refused; accepted: hikvision, dahua or uniview\n" },
    { "template host with path",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"template\": \"dahua\", \"host\": "
      "\"h/x\"}], " WALLS "}",
      "cameras[0].host: is not a host; accepted: HOST or HOST:PORT\n" },
    { "masks",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp://h/\", \"masks\": "
      "[{\"points\": [[0, 0], [1, "
      "0]]}, {\"mode\": \"blur\", \"points\": [[0, 0], [1, 0], [1, 1.5]]}, {\"points\": [[0, 0], "
      "[0.5, 0.5], [1, "
      "1]]}, {}]}], " WALLS "}",
      "cameras[0].masks[0].points: 2 points are refused; accepted: 3 to 64\n"
      "cameras[0].masks[1].mode: \"blur\" is refused; accepted: black, mosaic\n"
      "cameras[0].masks[1].points[2]: is refused; accepted: [0 to 1, 0 to 1]\n"
      "cameras[0].masks[2].points: cover nothing; accepted: a polygon with an area\n"
      "cameras[0].masks[3].points: 0 points are refused; accepted: 3 to 64\n" },
    { "files are refused here",
      "{" BASE
      ", \"camera_csv\": [\"x.csv\", 7], \"regions\": \"r.csv\", \"credentials\": \"c.json\"}",
      "credentials: \"c.json\": other files are not read here\n"
      "camera_csv[0]: \"x.csv\": other files are not read here\n"
      "camera_csv[1]: 7 is refused; accepted: the path of a file, relative to this one\n"
      "regions: \"r.csv\": other files are not read here\n" },
    { "stall above offline for all", "{" BASE ", \"feeds\": {\"stall_ms\": 10000}}",
      "feeds.offline_ms: 10000 is not above stall_ms, which is 10000\n" },
    /* walls */
    { "no walls", "{" CAMERAS "\"walls\": []}",
      "walls: is missing or empty; accepted: at least one wall\n" },
    { "wall without screens", "{\"walls\": [{\"id\": \"w\", \"name\": \"w\"}]}",
      "walls[0]: needs either \"screens\" or \"grid\"\n" },
    { "odd screen",
      "{\"walls\": [{\"id\": \"w\", \"name\": \"w\", \"screens\": [{\"x\": 0, \"y\": 1, \"width\": "
      "640, \"height\": "
      "10}]}]}",
      "walls[0].screens[0].y: 1 is refused; accepted: multiples of 2, -262144 to 262144\n"
      "walls[0].screens[0].height: 10 is out of range; accepted: 64 to 16384\n" },
    { "screen rotation",
      "{\"walls\": [{\"id\": \"w\", \"name\": \"w\", \"screens\": [{\"x\": 0, \"y\": 0, \"width\": "
      "640, \"height\": "
      "640, \"rotation\": 45}]}]}",
      "walls[0].screens[0].rotation: 45 is refused; accepted: multiples of 90, 0 to 270\n" },
    { "overlapping screens",
      "{\"walls\": [{\"id\": \"w\", \"name\": \"w\", \"layout\": \"1\", \"screens\": [{\"x\": 0, "
      "\"y\": 0, \"width\": "
      "640, \"height\": 480}, {\"x\": 638, \"y\": 0, \"width\": 640, \"height\": 480}]}]}",
      "walls[0].screens[1]: 640x480 at 638,0 overlaps screen 0\n" },
    { "grid",
      "{\"walls\": [{\"id\": \"w\", \"name\": \"w\", \"grid\": {\"columns\": 33, \"width\": 641, "
      "\"height\": 480}}]}",
      "walls[0].grid.columns: 33 is out of range; accepted: 1 to 32\n"
      "walls[0].grid.rows: is missing; accepted: 1 to 32\n"
      "walls[0].grid.width: 641 is refused; accepted: multiples of 2, 64 to 16384\n" },
    { "grid too large",
      "{\"walls\": [{\"id\": \"w\", \"name\": \"w\", \"grid\": {\"columns\": 17, \"rows\": 17, "
      "\"width\": 640, "
      "\"height\": 480}}]}",
      "walls[0].grid: 289 screens are refused; accepted: at most 256\n" },
    { "gap and background",
      "{\"walls\": [{\"id\": \"w\", \"name\": \"w\", \"gap_px\": 3, \"background\": "
      "\"black\", " SCREEN "}]}",
      "walls[0].gap_px: 3 is refused; accepted: multiples of 2, 0 to 256\n"
      "walls[0].background: \"black\" is refused; accepted: #RRGGBB\n" },
    { "equal wall ids", "{\"walls\": [" A_WALL ", " A_WALL "]}",
      "walls[1].id: \"main\" is used by walls[0].id already\n" },
    { "unknown layout",
      "{\"walls\": [{\"id\": \"w\", \"name\": \"w\", \"layout\": \"1+55\", " SCREEN "}]}",
      "walls[0].layout: there is no layout \"1+55\"; did you mean \"1+5\"?\n" },
    { "first cameras",
      "{" CAMERAS
      "\"walls\": [{\"id\": \"w\", \"name\": \"w\", \"layout\": \"4\", \"cameras\": [\"a\", null, "
      "\"gate3\", 5, \"zzz\"], " SCREEN "}]}",
      "walls[0].cameras[3]: 5 is not text; accepted: text in double quotes, or null\n"
      "walls[0].cameras[2]: there is no camera \"gate3\"; did you mean \"gate-3\"?\n"
      "walls[0].cameras[4]: there is no camera \"zzz\"\n"
      "walls[0].cameras: 5 cameras are more than layout \"4\" has cells, which is 4\n" },
    { "overlapping layout",
      "{" BASE ", \"layouts\": [{\"id\": \"x\", \"cells\": [[0, 0, 1, 1], [0.5, 0.5, 0.5, 0.5]]}]}",
      "layouts[0].cells[1]: overlaps cell 0; only a layout with \"free\": true may overlap\n" },
    /* operations */
    { "control of a room", "{" BASE ", \"av_control\": {\"host\": \"10.0.0.1\"}}",
      "av_control.allow: is missing; accepted: the addresses and networks that may connect\n"
      "av_control.token: is missing; accepted: the name of a token (wallctl token add NAME "
      "wall.view,wall.operate,status.read)\n" },
    { "networks and wall of a room",
      "{" BASE ", \"av_control\": {\"allow\": [\"10.0.0.0/8\", \"10.0.0.1/8\", \"room\", 7, "
      "\"::1\"], \"wall\": \"mian\", \"port\": 70000}}",
      "av_control.port: 70000 is out of range; accepted: 0 to 65535\n"
      "av_control.allow[3]: 7 is not text; accepted: text in double quotes\n"
      "av_control.allow[1]: \"10.0.0.1/8\" is refused; accepted: an IP address, or a network such "
      "as "
      "10.1.2.0/24 with nothing behind its mask\n"
      "av_control.allow[2]: \"room\" is refused; accepted: an IP address, or a network such as "
      "10.1.2.0/24 with nothing behind its mask\n"
      "av_control.wall: there is no wall \"mian\"\n" },
    /* where cameras may be */
    { "networks of cameras",
      "{\"site\": {\"camera_networks\": [\"10.20.0.0/16\", \"fd12:3456::/32\"]}, "
      "\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp://10.20.1.1/\", "
      "\"sub\": \"rtsp://10.21.1.1/\"}, {\"id\": \"b\", \"name\": \"b\", \"template\": "
      "\"dahua\", \"host\": \"192.168.1.9:554\"}, {\"id\": \"c\", \"name\": \"c\", "
      "\"main\": \"rtsp://[fd12:3457::1]/\"}, {\"id\": \"d\", \"name\": \"d\", \"main\": "
      "\"rtsp://nvr.example/\"}], " WALLS "}",
      "cameras[0].sub: \"rtsp://10.21.1.1/\" leads to 10.21.1.1, where no camera may be; " IN
      "cameras[1].host: \"192.168.1.9:554\" leads to 192.168.1.9, where no camera may be; " IN
      "cameras[2].main: \"rtsp://[fd12:3457::1]/\" leads to fd12:3457::1, where no camera may "
      "be; " IN },
    { "cameras on this machine",
      "{\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp://127.0.0.1/\"}], " WALLS
      "}",
      "cameras[0].main: \"rtsp://127.0.0.1/\" leads to 127.0.0.1, where no camera may be; "
      "accepted: any but those of this machine (127.0.0.0/8), link-local, multicast and cloud "
      "metadata ones, unless site.camera_networks names them\n" },
    { "ports of cameras",
      "{\"site\": {\"camera_ports\": [554, \"8554-8559\"]}, \"cameras\": [{\"id\": \"a\", "
      "\"name\": \"a\", \"main\": \"rtsp://h:8559/\", \"sub\": \"rtsp://h:22/\"}], " WALLS "}",
      "cameras[0].sub: \"rtsp://h:22/\" leads to port 22, where no camera may be; accepted: ports "
      "in site.camera_ports: 554, 8554-8559\n" },
    { "networks that are none", /* and nothing is said of what lies outside of the others */
      "{\"site\": {\"camera_networks\": [\"10.0.0.1/8\", 7, \"11.0.0.0/8\"], "
      "\"camera_ports\": [0, \"9-8\", 1.5]}, " BASE "}",
      "site.camera_networks[0]: \"10.0.0.1/8\" is refused; accepted: " A_NETWORK
      "site.camera_networks[1]: 7 is refused; accepted: " A_NETWORK
      "site.camera_ports[0]: 0 is refused; accepted: " A_PORT
      "site.camera_ports[1]: \"9-8\" is refused; accepted: " A_PORT
      "site.camera_ports[2]: 1.5 is refused; accepted: " A_PORT },
    { "networks without one",
      "{\"site\": {\"camera_networks\": [], \"camera_ports\": 5}, " BASE "}",
      "site.camera_networks: is empty, so that no camera could be reached; accepted: at least one, "
      "or no such key\n"
      "site.camera_ports: 5 is not an array; accepted: [...]\n" },
    { "figures", "{" BASE ", \"metrics\": {\"cameras\": -1, \"camera\": 1}}",
      "metrics: unknown key \"camera\"; did you mean \"cameras\"?\n"
      "metrics.cameras: -1 is out of range; accepted: 0 to 20000\n" },
    /* outputs */
    { "output kinds",
      "{" BASE ", \"outputs\": [{\"id\": \"a\"}, {\"id\": \"b\", \"kind\": \"hdmi\"}, {\"id\": "
      "\"c\", \"kind\": "
      "\"rtsp\", \"fullscreen\": true}, {\"id\": \"d\", \"kind\": \"display\", \"path\": \"/x\", "
      "\"bitrate_kbps\": "
      "100}]}",
      "outputs[0].kind: is missing; accepted: rtsp, display\n"
      "outputs[1].kind: \"hdmi\" is refused; accepted: rtsp, display\n"
      "outputs[2].fullscreen: goes with \"kind\": \"display\" only\n"
      "outputs[2].path: is missing; accepted: a path such as /wall: 2 to 64 of A-Z a-z 0-9 . _ - "
      "/\n"
      "outputs[3].path: goes with \"kind\": \"rtsp\" only\n"
      "outputs[3].bitrate_kbps: goes with \"kind\": \"rtsp\" only\n" },
    { "equal paths",
      "{" BASE ", \"outputs\": [{\"id\": \"a\", \"kind\": \"rtsp\", \"path\": \"/w\"}, {\"id\": "
      "\"b\", \"kind\": "
      "\"rtsp\", \"path\": \"/w\"}]}",
      "outputs[1].path: \"/w\" is used by outputs[0].path already\n" },
    { "unknown wall and screen",
      "{" BASE ", \"outputs\": [{\"id\": \"a\", \"kind\": \"display\", \"wall\": \"mian\"}, "
      "{\"id\": \"b\", \"kind\": "
      "\"display\", \"wall\": \"main\", \"screen\": \"2\"}]}",
      "outputs[0].wall: there is no wall \"mian\"\n"
      "outputs[1].screen: there is no screen \"2\"\n" },
    { "path with dots",
      "{" BASE ", \"outputs\": [{\"id\": \"a\", \"kind\": \"rtsp\", \"path\": \"wall\"}]}",
      "outputs[0].path: \"wall\" is refused; accepted: a path such as /wall: 2 to 64 of A-Z a-z "
      "0-9 . _ - /\n" },
    /* presets */
    { "presets",
      "{" BASE ", \"presets\": [{\"name\": \"日常\", \"layout\": \"4\", \"cameras\": [\"a\", "
      "\"x\"]}, {\"name\": "
      "\"日常\", \"layout\": \"44\"}, {\"name\": \"\", \"layout\": \"4\"}]}",
      "presets[2].name: \"\" is refused; accepted: " NAMES "\n"
      "presets[0].cameras[1]: there is no camera \"x\"\n"
      "presets[1].name: \"日常\" is used by presets[0].name already\n"
      "presets[1].layout: there is no layout \"44\"; did you mean \"4\"?\n" },
    /* tours */
    { "tour without steps",
      "{" BASE ", \"tours\": [{\"id\": \"t\", \"name\": \"t\", \"tiles\": [1]}]}",
      "tours[0]: needs either \"cameras\" with \"tiles\", or \"presets\"\n" },
    { "tour of both",
      "{" BASE ", \"presets\": [{\"name\": \"p\", \"layout\": \"4\"}], \"tours\": [{\"id\": \"t\", "
      "\"name\": \"t\", "
      "\"tiles\": [1], \"cameras\": [\"a\"], \"presets\": [\"p\"]}]}",
      "tours[0]: needs either \"cameras\" with \"tiles\", or \"presets\"\n" },
    { "tour without tiles",
      "{" BASE ", \"tours\": [{\"id\": \"t\", \"name\": \"t\", \"cameras\": [\"a\"]}]}",
      "tours[0]: needs \"tiles\" for its cameras\n" },
    { "tiles out of range",
      "{" BASE ", \"tours\": [{\"id\": \"t\", \"name\": \"t\", \"tiles\": [0, 1, 5, 1, \"2\"], "
      "\"cameras\": [\"a\"]}]}",
      "tours[0].tiles[0]: 0 is refused; accepted: whole numbers from 1 to 900\n"
      "tours[0].tiles[4]: \"2\" is refused; accepted: whole numbers from 1 to 900\n"
      "tours[0].tiles[2]: 5 is out of range; accepted: 1 to 4 (layout \"4\", the largest that this "
      "file puts on wall "
      "\"main\")\n"
      "tours[0].tiles[3]: 1 is given twice\n" },
    { "tour members",
      "{" BASE
      ", \"tours\": [{\"id\": \"t\", \"name\": \"t\", \"dwell_s\": 4, \"tiles\": [1], \"cameras\": "
      "[\"gate\"]}, {\"id\": \"t\", \"name\": \"u\", \"presets\": [\"p\"]}]}",
      "tours[0].dwell_s: 4 is out of range; accepted: 5 to 86400\n"
      "tours[0].cameras[0]: there is no camera \"gate\"\n"
      "tours[1].id: \"t\" is used by tours[0].id already\n"
      "tours[1].presets[0]: there is no preset \"p\"\n" },
    { "schedule",
      "{" BASE ", \"tours\": [{\"id\": \"t\", \"name\": \"t\", \"tiles\": [1], \"cameras\": "
      "[\"a\"], \"schedule\": "
      "[{\"from\": \"8:00\"}, {\"from\": \"08:00\", \"to\": \"08:00\"}, {\"days\": [0, 8], "
      "\"from\": \"24:00\", "
      "\"to\": \"12:60\"}, {\"days\": [], \"from\": \"01:00\", \"to\": \"02:00\"}]}]}",
      "tours[0].schedule[0].from: \"8:00\" is refused; accepted: HH:MM from 00:00 to 23:59\n"
      "tours[0].schedule[0].to: is missing; accepted: HH:MM from 00:00 to 23:59\n"
      "tours[0].schedule[1]: \"from\" and \"to\" are equal; for the whole day give 00:00 to 23:59\n"
      "tours[0].schedule[2].from: \"24:00\" is refused; accepted: HH:MM from 00:00 to 23:59\n"
      "tours[0].schedule[2].to: \"12:60\" is refused; accepted: HH:MM from 00:00 to 23:59\n"
      "tours[0].schedule[2].days[0]: 0 is refused; accepted: whole numbers from 1 to 7\n"
      "tours[0].schedule[2].days[1]: 8 is refused; accepted: whole numbers from 1 to 7\n"
      "tours[0].schedule[3]: names no day; accepted: \"days\" with 1 (Monday) to 7 (Sunday)\n" },
};

/* Without the source that stands before each line. */
static char *dup_lines(const Faults *faults)
{
    g_autofree char *text = faults_dup_text(faults);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GString *out = g_string_new(NULL);
    for (char **line = lines; *line && **line; line++) {
        g_assert_true(g_str_has_prefix(*line, "t: "));
        g_string_append_printf(out, "%s\n", *line + 3);
    }
    return g_string_free(out, FALSE);
}

static void test_fault(gconstpointer user)
{
    const FaultCase *c = user;
    g_autoptr(Faults) faults = faults_new("t", 100);
    g_assert_null(config_parse(c->text, strlen(c->text), "t", NULL, faults));
    g_autofree char *lines = dup_lines(faults);
    g_assert_cmpstr(lines, ==, c->expected);
}

static Config *parse_good(const char *text)
{
    g_autoptr(Faults) faults = faults_new("t", 100);
    Config *config = config_parse(text, strlen(text), "t", NULL, faults);
    g_autofree char *lines = faults_dup_text(faults);
    g_assert_cmpstr(lines, ==, "");
    g_assert_nonnull(config);
    return config;
}

static void test_defaults(void)
{
    g_autoptr(Config) config = parse_good("{" BASE "}");
    g_assert_cmpstr(config->site_name, ==, "综治中心");
    g_assert_cmpstr(config->log_level, ==, "info");
    g_assert_cmpstr(config->state_dir, ==, "");
    g_assert_cmpstr(config->socket_path, ==, "");
    g_assert_cmpstr(config->http_host, ==, "127.0.0.1");
    g_assert_cmpuint(config->http_port, ==, 8080);
    g_assert_cmpstr(config->https_host, ==, "");
    g_assert_cmpuint(config->https_port, ==, 8443);
    g_assert_null(config->certificate);
    g_assert_null(config->names);
    g_assert_cmpstr(config->rtsp_host, ==, "127.0.0.1");
    g_assert_cmpuint(config->rtsp_port, ==, 8554);
    g_assert_cmpuint(config->fps, ==, 25);
    g_assert_cmpuint(config->decode_threads, ==, 0);
    g_assert_cmpuint(config->connect_per_s, ==, 8);
    g_assert_cmpuint(config->warm_limit, ==, 32);
    g_assert_cmpuint(config->warm_keep_ms, ==, 30000);
    g_assert_cmpuint(config->promote_height_px, ==, 620);
    const WallConfig *wall = config_wall(config, NULL);
    g_assert_cmpint(wall->gap_px, ==, 2);
    g_assert_cmphex(wall->background, ==, 0x0B0F14);
    g_assert_true(wall->has_clock);
    g_assert_cmpstr(wall->screens[0].id, ==, "1");
    g_assert_null(credentials_find(config->credentials, "gate"));
}

/* What nobody has said to be public is not. */
static void test_public(void)
{
    static const struct {
        const char *source;
        SourceClass class;
    } rows[] = {
        { "open", SOURCE_PUBLIC_CAMERA },
        { "shut", SOURCE_INTERNAL },
        { "gone", SOURCE_INTERNAL },
        { "board:opened", SOURCE_PUBLIC_BOARD },
        { "board:opened-week", SOURCE_PUBLIC_BOARD },
        { "board:opened-month",
          SOURCE_INTERNAL }, /* a board of its own, of which nothing is said */
        { "board:opened-x", SOURCE_INTERNAL },
        { "board:opened:530402", SOURCE_INTERNAL },
        { "board:opened-week:530402", SOURCE_INTERNAL },
        { "board:open", SOURCE_INTERNAL },
        { "board:map", SOURCE_INTERNAL },
        { "board:case:opened", SOURCE_INTERNAL },
        { "board:", SOURCE_INTERNAL },
        { "opened", SOURCE_INTERNAL },
    };
    g_autoptr(Config) config =
        parse_good("{\"privacy\": {\"public_boards\": [\"opened\"]}, \"cameras\": [{\"id\": "
                   "\"open\", \"name\": "
                   "\"a\", \"main\": \"rtsp://h/\", \"public\": true}, {\"id\": \"shut\", "
                   "\"name\": \"b\", \"main\": "
                   "\"rtsp://h/b\"}], \"boards\": [{\"id\": \"opened-month\", \"title\": \"x\", "
                   "\"kind\": \"counter\", "
                   "\"items\": [{\"name\": \"x\", \"metrics\": [\"opened\"]}]}], \"walls\": "
                   "[{\"id\": \"w\", \"name\": "
                   "\"w\", \"screens\": [{\"x\": 0, \"y\": 0, \"width\": 640, \"height\": 480}, "
                   "{\"x\": 640, \"y\": 0, "
                   "\"width\": 640, \"height\": 480, \"content\": \"public\"}]}, {\"id\": \"g\", "
                   "\"name\": \"g\", "
                   "\"grid\": {\"columns\": 2, \"rows\": 1, \"width\": 640, \"height\": 480, "
                   "\"content\": \"public\"}}]}");
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].source);
        g_assert_cmpint(config_source_class(config, rows[i].source), ==, rows[i].class);
    }
    const WallConfig *wall = config_wall(config, "w"), *grid = config_wall(config, "g");
    g_assert_cmpint(wall->screens[0].content, ==, CONTENT_INTERNAL);
    g_assert_cmpint(wall->screens[1].content, ==, CONTENT_PUBLIC);
    g_assert_cmpint(grid->screens[1].content, ==, CONTENT_PUBLIC);
    g_autoptr(Config) silent = parse_good("{" BASE "}");
    g_assert_cmpint(config_source_class(silent, "board:opened"), ==, SOURCE_INTERNAL);
}

/* The model's own defaults and those of the option table are the same. */
static void test_camera_defaults(void)
{
    g_autoptr(Config) config = parse_good("{" BASE "}");
    Camera *expected = camera_new();
    g_free(expected->id);
    g_free(expected->name);
    expected->id = g_strdup("a");
    expected->name = g_strdup("a");
    expected->main = g_strdup("rtsp://10.0.0.1/a");
    expected->number = 1;
    g_assert_true(camera_equal(expected, config_camera(config, "a")));
    camera_free(expected);
}

static void test_full(void)
{
    g_autoptr(Config) config = parse_good(
        "// site\n"
        "{\"site\": {\"name\": \"红塔区综治中心\", \"log_level\": \"debug\", \"state_dir\": "
        "\"/var/lib/x\", "
        "\"socket_path\": \"/run/x.sock\"},\n"
        " \"listen\": {\"http_host\": \"::1\", \"http_port\": 0, \"rtsp_host\": \"0.0.0.0\", "
        "\"rtsp_port\": 0},\n"
        " \"canvas\": {\"fps\": 30, \"decode_threads\": 3},\n"
        " \"feeds\": {\"connect_per_s\": 4, \"warm_limit\": 0, \"warm_keep_ms\": 1000, "
        "\"promote_height_px\": 500,\n"
        "   \"transport\": \"udp\", \"latency_ms\": 300, \"stall_ms\": 3000, \"offline_ms\": "
        "20000, \"keep_alive\": "
        "\"options\"},\n"
        " \"quality\": {\"blur\": 30, \"noise\": 0},\n"
        " \"cameras\": [\n"
        "  {\"id\": \"a\", \"name\": \"研和路口\", \"region\": \"530402008\", \"region_name\": "
        "\"研和街道\", \"gbid\": "
        "\"53040200801320000001\", \"place\": \"老街\", \"place_kind\": \"路口\", \"position\": "
        "[102.5, 24.25],\n"
        "   \"main\": \"rtsps://10.0.0.1:8322/main\", \"sub\": \"rtsps://10.0.0.1:8322/sub\", "
        "\"transport\": \"tcp\", "
        "\"keep_alive\": \"off\", \"audio\": true, \"tls_verify\": false, \"sessions\": 1, "
        "\"latency_ms\": 100, "
        "\"stall_ms\": 1000, \"offline_ms\": 5000, \"label\": \"top-right\",\n"
        "   \"quality\": {\"blur\": 15, \"frozen_s\": 0},\n"
        "   \"masks\": [{\"mode\": \"mosaic\", \"points\": [[0, 0], [0.5, 0], [0.5, 0.5], [0, "
        "0.5]]}]},\n"
        "  {\"id\": \"b\", \"name\": \"b\", \"number\": 1, \"template\": \"hikvision\", \"host\": "
        "\"10.0.0.2:555\", "
        "\"channel\": 12},\n"
        "  {\"id\": \"c\", \"name\": \"c\", \"template\": \"dahua\", \"host\": \"[fd00::1]\"},\n"
        "  {\"id\": \"d\", \"name\": \"d\", \"template\": \"uniview\", \"host\": \"nvr\"}],\n"
        " \"layouts\": [{\"id\": \"mine\", \"grid\": [3, 1]}],\n"
        " \"walls\": [{\"id\": \"w1\", \"name\": \"主墙\", \"grid\": {\"columns\": 2, \"rows\": 2, "
        "\"width\": 1920, "
        "\"height\": 1080, \"bezel_x\": 20, \"bezel_y\": 30}, \"gap_px\": 0, \"background\": "
        "\"#ff0080\", \"layout\": "
        "\"mine\", \"cameras\": [\"b\", null, \"a\"], \"clock\": false},\n"
        "  {\"id\": \"w2\", \"name\": \"侧墙\", \"screens\": [{\"id\": \"left\", \"name\": \"左\", "
        "\"x\": -1080, \"y\": "
        "0, \"width\": 1080, \"height\": 1920, \"rotation\": 90}, {\"x\": 0, \"y\": 0, \"width\": "
        "640, \"height\": "
        "480}]}],\n"
        " \"outputs\": [{\"kind\": \"rtsp\", \"id\": \"net\", \"path\": \"/wall/1\", "
        "\"bitrate_kbps\": 8000}, {\"kind\": "
        "\"display\", \"id\": \"glass\", \"wall\": \"w2\", \"screen\": \"left\", \"connector\": "
        "\"HDMI-1\", "
        "\"fullscreen\": true}],\n"
        " \"presets\": [{\"name\": \"日常\", \"layout\": \"9\", \"cameras\": [null, \"a\"]}, "
        "{\"name\": \"日常\", "
        "\"wall\": \"w2\", \"layout\": \"4\"}],\n"
        " \"tours\": [{\"id\": \"t1\", \"name\": \"轮巡\", \"dwell_s\": 20, \"tiles\": [2, 9], "
        "\"cameras\": [\"a\", "
        "\"b\", \"c\"], \"schedule\": [{\"days\": [1, 7], \"from\": \"18:30\", \"to\": \"06:00\"}, "
        "{\"from\": "
        "\"08:00\", \"to\": \"09:00\"}]}, {\"id\": \"t2\", \"name\": \"预案轮巡\", \"wall\": "
        "\"w2\", \"presets\": "
        "[\"日常\"]}],\n"
        "}");
    g_assert_cmpstr(config->site_name, ==, "红塔区综治中心");
    g_assert_cmpstr(config->state_dir, ==, "/var/lib/x");
    g_assert_cmpstr(config->http_host, ==, "::1");
    g_assert_cmpuint(config->http_port, ==, 0);
    g_assert_cmpuint(config->fps, ==, 30);
    g_assert_cmpuint(config->decode_threads, ==, 3);
    g_assert_cmpuint(config->promote_height_px, ==, 500);

    const Camera *a = config_camera(config, "a");
    g_assert_cmpuint(a->number, ==, 2); /* 1 is taken */
    g_assert_cmpstr(a->gbid, ==, "53040200801320000001");
    g_assert_true(a->has_position);
    g_assert_cmpfloat(a->lon, ==, 102.5);
    g_assert_cmpfloat(a->lat, ==, 24.25);
    g_assert_cmpint(a->transport, ==, TRANSPORT_TCP);
    g_assert_cmpint(a->keep_alive, ==, KEEP_ALIVE_OFF);
    g_assert_true(a->has_audio_wanted);
    g_assert_false(a->tls_verify);
    g_assert_cmpuint(a->sessions, ==, 1);
    g_assert_cmpint(a->label, ==, LABEL_TOP_RIGHT);
    g_assert_cmpuint(a->n_masks, ==, 1);
    g_assert_cmpint(a->masks[0].mode, ==, MASK_MOSAIC);
    g_assert_cmpuint(a->masks[0].n_points, ==, 4);
    g_assert_cmpfloat(a->masks[0].point[2].y, ==, 0.5);

    g_assert_cmpuint(a->quality.blur, ==, 15);
    g_assert_cmpuint(a->quality.frozen_s, ==, 0);
    g_assert_cmpuint(a->quality.noise, ==, 0); /* from quality */
    g_assert_cmpuint(a->quality.dark, ==, quality_limits_default.dark);
    g_assert_true(a->quality.is_on);

    const Camera *b = config_camera_number(config, 1);
    g_assert_cmpstr(b->id, ==, "b");
    g_assert_cmpstr(b->main, ==, "rtsp://10.0.0.2:555/Streaming/Channels/1201");
    g_assert_cmpstr(b->sub, ==, "rtsp://10.0.0.2:555/Streaming/Channels/1202");
    g_assert_cmpint(b->transport, ==, TRANSPORT_UDP); /* from feeds */
    g_assert_cmpint(b->keep_alive, ==, KEEP_ALIVE_OPTIONS);
    g_assert_cmpuint(b->latency_ms, ==, 300);
    g_assert_cmpuint(b->stall_ms, ==, 3000);
    g_assert_cmpuint(b->offline_ms, ==, 20000);
    g_assert_cmpuint(b->quality.blur, ==, 30);
    g_assert_cmpstr(config_camera(config, "c")->sub, ==,
                    "rtsp://[fd00::1]/cam/realmonitor?channel=1&subtype=1");
    g_assert_cmpstr(config_camera(config, "d")->main, ==, "rtsp://nvr/unicast/c1/s0/live");

    g_assert_cmpuint(config->n_walls, ==, 2);
    const WallConfig *w1 = config_wall(config, "w1"), *w2 = config_wall(config, "w2");
    g_assert_cmpuint(w1->n_screens, ==, 4);
    g_assert_true(rect_equal(wall_config_screen(w1, "4")->rect, (Rect) { 1940, 1110, 1920, 1080 }));
    g_assert_cmphex(w1->background, ==, 0xff0080);
    g_assert_cmpuint(w1->n_initial, ==, 3);
    g_assert_cmpstr(w1->initial[0], ==, "b");
    g_assert_null(w1->initial[1]);
    g_assert_false(w1->has_clock);
    g_assert_cmpuint(wall_config_screen(w2, "")->rotation, ==, 90);
    g_assert_cmpstr(w2->screens[1].id, ==, "2");
    g_assert_null(config_wall(config, "w3"));
    g_assert_null(wall_config_screen(w2, "right"));

    g_assert_cmpstr(config->outputs[0].wall, ==, "w1"); /* the first, by default */
    g_assert_cmpstr(config->outputs[0].path, ==, "/wall/1");
    g_assert_cmpuint(config->outputs[0].bitrate_kbps, ==, 8000);
    g_assert_cmpint(config->outputs[1].kind, ==, OUTPUT_DISPLAY);
    g_assert_cmpstr(config->outputs[1].connector, ==, "HDMI-1");
    g_assert_true(config->outputs[1].is_fullscreen);

    g_assert_cmpstr(config->presets[0].wall, ==, "w1");
    g_assert_cmpuint(config->presets[0].n_cameras, ==, 2);
    g_assert_null(config->presets[0].cameras[0]);
    const Tour *tour = config->tours[0];
    g_assert_cmpuint(tour->dwell_ms, ==, 20000);
    g_assert_cmpuint(tour->tiles[1], ==, 9);
    g_assert_cmpuint(tour->n_schedules, ==, 2);
    g_assert_cmphex(tour->schedules[0].weekdays, ==, 0x41);
    g_assert_cmpuint(tour->schedules[0].start_minute, ==, 18 * 60 + 30);
    g_assert_cmpuint(tour->schedules[0].end_minute, ==, 6 * 60);
    g_assert_cmphex(tour->schedules[1].weekdays, ==, 0x7f);
    g_assert_cmpstr(config->tours[1]->presets[0], ==, "日常");
}

/* The page is kept in the repository; WALLCTL_UPDATE=1 writes it anew. */
static void test_reference(void)
{
    const char *source = g_getenv("WALLCTL_SOURCE");
    if (!source) {
        g_test_skip("WALLCTL_SOURCE is not set");
        return;
    }
    g_autofree char *path = g_build_filename(source, "docs/config-reference.md", NULL);
    g_autofree char *text = config_reference_text();
    g_assert_true(g_utf8_validate(text, -1, NULL));
    if (g_getenv("WALLCTL_UPDATE"))
        g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_autofree char *kept = NULL;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(path, &kept, NULL, &error);
    g_assert_no_error(error);
    if (strcmp(kept, text) != 0) {
        g_test_message(
            "docs/config-reference.md is old: run WALLCTL_UPDATE=1 meson test test_config");
        g_test_fail();
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(faults_cases); i++) {
        g_autofree char *path = g_strdup_printf("/config/fault/%s", faults_cases[i].name);
        g_test_add_data_func(path, &faults_cases[i], test_fault);
    }
    g_test_add_func("/config/defaults", test_defaults);
    g_test_add_func("/config/public", test_public);
    g_test_add_func("/config/camera defaults", test_camera_defaults);
    g_test_add_func("/config/full", test_full);
    g_test_add_func("/config/reference", test_reference);
    return g_test_run();
}
