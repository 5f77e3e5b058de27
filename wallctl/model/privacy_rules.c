/* privacy_rules.c - the forms that privacy.c looks for
 *
 * Sources: GB 11643-1999 (identity number and its check digit, of ISO 7064 MOD 11-2), GA 36-2018
 * (plates), GB/T 2260 (first two digits of a region), ISO/IEC 7812 (card numbers, Luhn), the
 * numbering plan of the MIIT (11 digits from 13 to 19; area codes 010, 02x, 03xx to 09xx).
 */
#include "wallctl/model/privacy_rules.h"

#include <string.h>

#define S     "[ .·_-]{0,2}" /* what people put between digits */
#define END   "(?![0-9])"
#define BEGIN "(?<![0-9])"
#define TAKEN "\\x10-\\x18" /* in a class; phone is 11, paper 12 */
/* Area codes in use, without the 0. */
#define AREA                                                                                       \
    "(?:10|2[0-9]|3(?:1[0-9]|35|49|5[0-9]|7[0-9]|9[1-8])|"                                         \
    "4(?:1[0-9]|2[179]|3[1-9]|5[1-9]|6[4-9]|7[0-9]|8[23])|"                                        \
    "5(?:1[0-9]|2[37]|3[0-9]|4[36]|5[0-9]|6[1-6]|7[0-9]|80|9[1-9])|6(?:3[1-5]|6[0238]|9[12])|"     \
    "7(?:01|1[0-9]|2[248]|3[0-9]|4[3-6]|5[0-9]|6[0-9]|7[0-9]|9[0-9])|"                             \
    "8(?:1[0-9]|2[5-9]|3[0-9]|5[1-9]|7[0-9]|8[36-8]|9[1-9])|"                                      \
    "9(?:0[1-9]|1[1-9]|3[0-9]|4[13]|5[1-5]|7[0-9]|9[0-9]))"
#define AFTER "[是为:=(\\[ #第]{0,4}" /* between a word and its number */

/* --- numbers -----------------------------------------------------------------------------------
 */

#define MAX_DIGITS 32

/* The digits of a match, a final X as 10, without what divides them; returns how many. */
static guint read_digits(const char *text, gsize from, gsize to, guint8 digits[MAX_DIGITS])
{
    guint n = 0;
    for (gsize i = from; i < to && n < MAX_DIGITS; i++) {
        if (g_ascii_isdigit(text[i]))
            digits[n++] = (guint8)(text[i] - '0');
        else if (text[i] == 'x' || text[i] == 'X')
            digits[n++] = 10;
    }
    return n;
}

static guint number_of(const guint8 *digits, guint n)
{
    guint number = 0;
    for (guint i = 0; i < n; i++)
        number = number * 10 + digits[i];
    return number;
}

static gboolean is_month_day(const guint8 *digits)
{
    guint month = number_of(digits, 2), day = number_of(digits + 2, 2);
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* First two digits of the provinces, and of the papers for people of Hong Kong, Macao, Taiwan and
 * foreign residents. */
static gboolean is_province(const guint8 *digits)
{
    static const guint8 provinces[] = { 11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34,
                                        35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
                                        53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91 };
    return memchr(provinces, (int)number_of(digits, 2), sizeof(provinces)) != NULL;
}

static gboolean is_letter_before(const char *text, gsize from)
{
    return from > 0 && g_ascii_isalpha(text[from - 1]);
}

/* Platforms make case codes of region, date and serial, which is the form of a small child's number:
 * from this year on only a word like 身份证 before it makes it one. */
#define CODES_SINCE 2022

static gboolean fits_id18(const char *text, gsize from, gsize to)
{
    guint8 d[MAX_DIGITS];
    if (read_digits(text, from, to, d) != 18 || !is_province(d) || !is_month_day(d + 10))
        return FALSE;
    guint year = number_of(d + 6, 4);
    guint newest = is_letter_before(text, from) ? 2010 : CODES_SINCE;
    return year >= 1900 && year < newest;
}

/* 15 digits were given out until 1999. Those that also read as township 40x, 50x and village are left
 * to the word before them, and so are people above 100. */
static gboolean fits_id15(const char *text, gsize from, gsize to)
{
    guint8 d[MAX_DIGITS];
    if (is_letter_before(text, from) || read_digits(text, from, to, d) != 15 || !is_province(d) ||
        !is_month_day(d + 8))
        return FALSE;
    guint year = number_of(d + 6, 2);
    gboolean is_region = (year == 30 || year == 40 || year == 50) && (d[9] == 0 || d[9] == 2);
    return year > 20 && !is_region;
}

static gboolean is_luhn(const guint8 *digits, guint n)
{
    guint sum = 0;
    for (guint i = 0; i < n; i++) {
        guint digit = digits[n - 1 - i];
        if (i % 2 == 1)
            digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return sum % 10 == 0;
}

/* UnionPay (62) always, Visa and Mastercard with 16 digits; others by their check digit. */
static gboolean fits_card(const char *text, gsize from, gsize to)
{
    guint8 d[MAX_DIGITS];
    guint n = read_digits(text, from, to, d);
    if (n < 16 || n > 19 || is_letter_before(text, from))
        return FALSE;
    if (d[0] == 6 && d[1] == 2)
        return TRUE;
    if (n == 16 && (d[0] == 4 || (d[0] == 5 && d[1] >= 1 && d[1] <= 5)))
        return TRUE;
    return d[0] >= 3 && d[0] != 7 && d[0] != 8 && is_luhn(d, n);
}

/* Region of 6, 9 or 12 digits, day, serial. */
static gboolean fits_code(const char *text, gsize from, gsize to)
{
    guint8 d[MAX_DIGITS];
    guint n = read_digits(text, from, to, d);
    for (guint at = 6; at <= 12 && at + 8 <= n; at += 3) {
        guint year = number_of(d + at, 4);
        if (is_province(d) && year >= 2000 && year < 2100 && is_month_day(d + at + 4))
            return TRUE;
    }
    return FALSE;
}

static gboolean is_money_behind(const char *text, gsize to)
{
    static const char *const units[] = { "元", "万", "亿", "块" };
    while (text[to] == ' ')
        to++;
    for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
        if (g_str_has_prefix(text + to, units[i]))
            return TRUE;
    }
    return FALSE;
}

/* "13 800 138 000 元" is a sum. */
static gboolean fits_mobile(const char *text, gsize from, gsize to)
{
    return !memchr(text + from, ' ', to - from) || !is_money_behind(text, to);
}

/* The last eight digits are no day of these years: "0401-20250522" is a serial. */
static gboolean fits_undated(const char *text, gsize from, gsize to)
{
    guint8 d[MAX_DIGITS];
    guint n = read_digits(text, from, to, d);
    if (n < 8)
        return TRUE;
    guint year = number_of(d + n - 8, 4);
    return year < 2020 || year > 2039 || !is_month_day(d + n - 4);
}

/* Two digits at least, so that "新ABCDE" is none. */
static gboolean fits_plate(const char *text, gsize from, gsize to)
{
    guint n = 0;
    for (gsize i = from; i < to; i++)
        n += g_ascii_isdigit(text[i]) ? 1 : 0;
    return n >= 2;
}

/* --- words -------------------------------------------------------------------------------------
 */

#define NUM  "(?:[0-9]{1,5}|[一二三四五六七八九十百零〇两]{1,5}|[a-z][0-9]{0,3}|[甲乙丙丁])"
#define NUMS NUM "(?:[-之/]" NUM "){0,3}"
#define HAN  "[\\x{3400}-\\x{9fff}]"
#define NO_PLACE                                                                                   \
    "(?!文|令|公告|台风|线|井|桥|杆|路口|卡口|桩|机位|摄像|公交|车|通知|提案|议案|站|门口)"
#define PART "(?:栋|幢|座|号楼|号院内?|号铺面?|单元|室|层|楼|户|号|附|门|铺)"
#define REST                                                                                       \
    "(?:[ ,、-]?(?:附)?" NUMS PART                                                                 \
    "){0,5}(?:[ -]?[0-9]{2,4}(?:室|房|号)?(?![0-9年月日元人件起次个%.:]))?"
#define PLACE "[^\\s\\p{P}" TAKEN "在到住于的至从向往了是为及与我你他她反映称说经由将位]"
#define ROAD  "(?:路|街(?!道)|巷|弄|胡同|大道|里(?=[0-9一二三四五六七八九十])|道(?=[0-9]))"
#define ESTATE                                                                                                                     \
    "(?:小区|花园|苑|公寓|家园|新村|社区|新城|佳园|庭|府|湾|广场|大厦|宿舍|家属院|家属区|城|院|" \
    "园|居|邸|村|寨)"
#define VILLAGE "(?:村委会|居委会|社区|村|寨|屯|庄|营|冲|坝|坪|岗|湾|沟)"
#define AROUND  "(?:与" PLACE "{1,6}" ROAD "|交叉口|交汇处|路口|旁边?|边|对面|[东西南北]侧|附近)"
#define HAMLET  "(?![月日每定第号])" PLACE
#define SAID_HOME                                                                                                               \
    "(?:家住|现住址?|住址|住在|居住于|居住在|居住地|家庭住址|家庭地址|户籍地址?|户籍所在地|" \
    "户籍在|户口在|位于|"                                                                                               \
    "收货地址|联系地址|地址|暂住)"

/* Ends of what a name may stand before, where no comma helps. */
#define NAME_RIGHT                                                                                                         \
    "(?=[\\s\\p{P}" TAKEN "0-9a-z]|$|"                                                                                     \
    "反映|投诉|举报|报警|报案|求助|来电|来访|来信|称|说|因|与|和|及|到|在|的|等|向|将|被|"  \
    "把|对|要求|表示|电话|手机|家|两|先生|女士|同志|夫妇|夫妻|一家|同意|不|认为|提出|为|"  \
    "是|有|已|拒|欠|打|住|系|也|又|于|从|未|没|所|之间|双方|发生|申请|希望|拖欠|承包|"        \
    "驾驶|擅自|多次|当|去|来|给|让|跟|同|身份证|现|自|名下|本人|老人|阿姨|大爷|大妈|师傅|" \
    "老师|经营|开办|租|购|买|卖|借|收|未成年|今年|患|受|签|请|正|需|要|领|落|户|诉|就|"       \
    "态度|占|民间|合同|一案|案|持|以|用|开|主动|可|会|曾|再|应|均|都|还|仍|则|却|而|但|"      \
    "并|且|私|违|故|无|索|代|愿|抢|偷|骂|砸|挡|堵|侵)"

/* Who speaks or is spoken of. The first characters by themselves, because most places have none. */
#define ROLE                                                                                                                                     \
    "(?=[丈上丙业举乘乙买亲付代会伤伯住保信借债儿公农出前劳包医卖原反叔受司同员哥商堂外女"               \
    "妈妹妻姐姑姓委婆嫌孙学孩家对居岳工市店弟当律志快患户房承投报担收朋本机村来校死母民求法爱父爸" \
    "甲申男监租组经网群老职联股舅表被诉调负车辅邻配队驾骑])(?:"                                                        \
    "调解员|网格员|民警|辅警|村长|校长|律师|法官|信息员|志愿者|"                                                         \
    "当事人|投诉人|举报人|反映人|来访人|信访人|上访人|申请人|原告|被告|受害人|被害人|"                         \
    "报案人|报警人|求助人|嫌疑人|联系人|户主|业主|租客|租户|房客|房东|住户|商户|店主|"                          \
    "店员|老板|经理|负责人|法定代表人|法人代表|法人|股东|代理人|委托人|代领人|工人|工友|"                     \
    "农民工|劳动者|职工|员工|学生|同学|家长|家属|亲属|配偶|老师|医生|患者|死者|伤者|司机|"                     \
    "驾驶员|车主|机主|乘客|骑手|快递员|外卖员|村民|居民|市民|群众|网民|网友|债务人|"                             \
    "债权人|债主|借款人|担保人|出租人|承租人|买方|卖方|甲方|乙方|丙方|承包人|承包方|"                           \
    "包工头|监护人|诉求人|来电人|投诉对象|举报对象|收款人|付款人|收件人|户名|姓名|丈夫|"                      \
    "妻子|老公|老婆|爱人|前夫|前妻|男友|女友|男朋友|女朋友|儿子|女儿|父亲|母亲|爸爸|妈妈|"                     \
    "哥哥|弟弟|姐姐|妹妹|堂哥|堂弟|表哥|表弟|表姐|表妹|舅舅|叔叔|伯伯|姑姑|岳父|岳母|"                           \
    "公公|婆婆|女婿|儿媳|孙子|孙女|邻居|对方|同事|同村|朋友|亲戚|孩子|老人|男子|女子|"                           \
    "男孩|女孩|本人|保安|队长|组长|会计)"

/* Surnames; those that are also common words of a report only where a name is certain, or with two
 * characters that names are made of. */
#define SURNAMES                                                                                                                     \
    "(?:欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|南宫|夏侯|["                                \
    "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋" \
    "蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙" \
    "万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛" \
    "焦柳邢岳齐梅莫庄辛管祝左涂谷祁舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍" \
    "覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解华冉瞿娄阚滕戚敖佟鞠佘蓝麻饶吉冼池储狄普岩罕刀阿" \
    "玉依寸杞铁矣肖闫付戈冷古仇沙米盘匡褚屠桑寇蒙虞卓郎晋巫练宗鄢荆隆楚邸尧禹祖苟巩揭鹿雍" \
    "郁晁桓茅麦芮谌敬岑茹窦尚缪奚邝闻卞仲嵇滑燕宫班迟])"
#define SURNAMES_RARE                                                                              \
    "[于向和相连全明平商同水经公计都能从有利别满家后师木云晏强车房边净时位字者占党]"

/* Beginnings that are words and no names: 安全, 高空, 路面 ... */
#define NO_NAME                                                                                                                            \
    "(?=" SURNAMES "|" SURNAMES_RARE ")(?!"                                                                                                \
    "某|满[意足]|向[他她其本法公政社镇村中上下信劳人市区县省我你您业物对双开房邻派]|师傅|位于|"    \
    "位置|字据|字样|张[贴罗开口挂]|陈[述旧列]|杨[树]|"                                                                   \
    "黄[色土昏金线]|周[边围末期转年内一二三四五六日]|徐[徐]|胡[乱同说闹]|"                                     \
    "高[度速空兴校考层温压龄楼额中低价发风音声效质达于铁坠血危架処]|林[地木权业下区草长]|"          \
    "何[时事处种以方人]|马[上路匹桶]|罗[列]|郑[重]|谢[谢意绝]|唐[突]|董[事]|程[序度]|"                         \
    "许[可多久诺]|曾[经多于到在因向被与和就反投报来去是有提要试遭对用受参申为]|苏[醒]|"                \
    "丁[字]|叶[子]|余[款额元人户名下地震]|杜[绝]|戴[头口好]|夏[季天日收]|钟[头点]|"                            \
    "田[地间埂里]|任[何务由职意其性]|范[围本]|石[头料材块板灰子]|熊[孩]|金[额融属秋钱]|"                   \
    "陆[续上]|孔[洞]|白[天色酒条]|康[复养]|毛[病坯]|江[边水里川]|顾[客虑问及]|龙[头舟虾]|"                   \
    "万[元人一余户家]|段[落时]|雷[雨电击]|钱[款财物未被的包]|易[发燃爆地拉]|"                                  \
    "常[年常住到见因在用态务来]|武[装力警]|赖[账着]|文[化明书件字体]|兰[州花]|"                               \
    "施[工救肥压]|陶[瓷]|洪[水涝]|安[全置排装静稳抚家保心定]|颜[色]|严[重格禁厉防肃]|"                      \
    "牛[羊粪奶棚]|温[馨度泉暖]|季[度节]|章[程]|申[请诉报领述辩]|尤[其]|毕[业竟]|焦[虑急]|"                   \
    "柳[树]|岳[父母]|齐[全心]|梅[花]|莫[名大]|庄[稼严]|辛[苦]|管[理道网辖线护控好]|"                            \
    "祝[愿]|左[右侧邻]|涂[改料抹]|谷[物子]|舒[适]|路[线面边口灯过经旁段基况上政人]|"                         \
    "关[系于注心闭停门切押联]|苗[木圃]|凌[晨]|费[用]|纪[律委检念]|盛[行]|童[年]|甄[别]|"                      \
    "项[目下]|曲[解]|成[立功员为年果本交片群都分效]|游[客玩泳行荡商]|阳[光台性]|席[位]|"                   \
    "卫[生星]|查[看询处收实封明验]|霍[乱]|植[物]|甘[蔗愿]|景[区点]|"                                                 \
    "单[位独方元车价身亲次]|包[括含装工保干车裹赔间村]|司[法机]|柏[油]|宁[愿可]|桂[花]|"                   \
    "解[决释除散约纷救读封]|华[侨灯]|蓝[色天]|麻[烦将醉]|饶[恕]|吉[祥]|池[塘子]|储[蓄存]|"                   \
    "普[遍通法查及]|岩[石]|罕[见]|刀[具伤砍片]|阿[姨]|玉[米溪器石兴带]|"                                           \
    "依[法靠据旧然约规托]|铁[路门皮丝]|殷[切]|贺[信]|古[树城镇稀]|冷[静水库藏漠]|"                            \
    "米[饭线面]|沙[石发子土]|尚[未有需无]|敬[老请]|祖[国辈孙坟宅上]|宗[教族旨]|麦[子田]|"                   \
    "郁[闷]|桑[树]|蒙[受骗混]|仲[裁]|闻[讯]|滑[坡倒]|付[款清出]|班[子级组车主]|燕[子]|"                         \
    "隆[重]|鹿[城]|楚[雄]|迟[迟到未]|盘[活山查]|"                                                                            \
    "方[撤未不同要提负表代案式面便可才向圆法愿承认支拒当与和因律为是已于均之在则主无有应就对]|" \
    "于[今昨当本是此事次上下前近每]|和[解谐睦证]|相[互关]|全[部家体都]|明[确显天]|"                         \
    "平[时均]|公[司里示]|从[业事]|有[关权意人]|利[益]|别[人]|家[里庭属长]|后[续来]|"                            \
    "水[费表源井沟管]|云[南]|商[量户铺议]|能[否够]|木[材料]|经[济常营过理]|计[划]|"                            \
    "连[续日]|同[意村组事学时])"

/* 张某某 is veiled already, and 王女士 is hardly a name. */
#define NO_TITLE                                                                                   \
    "(?!某|姓|氏|先生|女士|师傅|老师|医生|大爷|大妈|阿姨|奶奶|爷爷|书记|主任|同志|老汉|老太)"

#define ANY "[\\x{4e00}-\\x{9fa5}]"
/* Characters that given names are made of, a few hundred of the common ones. */
#define GIVEN                                                                                                                        \
    "["                                                                                                                              \
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国志梅玲红玉兰云飞鹏辉春波斌海燕晓" \
    "晨宇浩欣怡佳琪子涵梓轩若雨思源文俊家豪永福德贵祥林生凤琴淑珍巧凡宏亮小龙虎江河山川松" \
    "柏竹菊荷莲花金银石珠宝琳瑶瑾瑜璐璇莹晶光阳月星辰天东南北中正长良善美学礼义仁智信忠孝" \
    "诚勤恒毅坚贞顺康健安宁泰富荣昌盛兴旺进程鸿远立业成胜利凯庆喜乐悦怀友爱慧聪颖睿哲贤才" \
    "彦逸雅洁清纯真婉婷娴娥媛嫣妍姣娇婵妮姗姝婧菲蓉薇萍芬芸芝芹茜莉萱蕾蓓茵苗冰雪霜露雷风" \
    "晴虹岚峰岩岭峻崇嵩岳洲泽润沛瀚渊淼滨溪沁沐泉济航舟帆帅武彬炳烨烁炎煜焕灿煌耀晖昊旭昕" \
    "晗昱晟景曦维绍继承祖宗世君民兵士元亨启创新博彪墨书诗铭锋钢锐钧钰锦镇鑫铮钦柱栋梁楠桐" \
    "桦榕枫桃朋鹤雁鸣凌翔翼腾骏驰麟凰香素蕊翠碧青蓝紫白彩艺丹妹姐弟仙娣兄根木万千百双财保" \
    "寿添增培振扬昭朝阿罕温艾依扎次卓玛珊蔚佩侠传伦仲伯季孟俐倩傲儒冬剑励卉卫厚吉吟咏品唯" \
    "圣垚壮夏奇奕如妙娅存守宜宪容宾尚尧峥帼常幸广庭弘彤必忆怜恩慈慎战捷政敬斯方昆易普曼朗" \
    "望朵权杏杨枝柳柔栩森榆樱欢歆殿汉汝沙治泓泳洪津浪涓淇淳渝湘溢滔漫潇澄澜炜炯然照熙爽牧" \
    "玄玥珂珏珑珺琛琦琬琮瑞璋甜甫男畅益盈睦矩祎祺禄秋秦穗竣笑笛筠纪纬练绮绢缘缨群羽耕育胤" \
    "芙芮苑苒范茂茗荃荔莎莘菁菡萌葵蒙蕙藤蝶裕誉语谦谷贺赫跃轶辛达迎迪逊遥邦郁采钊锡锴闯阔" \
    "陶隆雄雯霄霖靖韵韶颂飘馨骁骥高魁鸽麒黎齐]"
/* Where no word shows the end: two characters, rather one too many than one too few. */
#define BOUNDED   "(?:" ANY ANY NAME_RIGHT "|" ANY NAME_RIGHT ")"
#define SURE_NAME NO_NAME SURNAMES NO_TITLE "(?:" BOUNDED "|" ANY ANY ")"
#define LIKELY_NAME                                                                                \
    NO_NAME "(?:" SURNAMES NO_TITLE BOUNDED "|" SURNAMES_RARE NO_TITLE GIVEN GIVEN NAME_RIGHT ")"

/* 买买提·吐尔逊 */
#define DOTTED HAN "{1,5}·" HAN "{1,6}(?:·" HAN "{1,6})?"

/* --- the rows ----------------------------------------------------------------------------------
 */

const PrivateRule private_rules[] = {
    /* what is nobody's */
    { 0, "\\[(?:电话|证件|车牌|卡号|邮箱|账号|地址|姓名)\\]", NULL },
    { 0, "(?<![0-9a-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z])",
      NULL },
    { 0, "(?<![0-9a-z])(?=[0-9]{0,31}[a-f])[0-9a-f]{32,128}(?![0-9a-z])", NULL },

    /* what says itself what it is */
    { PRIVATE_MAIL, "[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\\.[a-z0-9-]{1,63}){1,4}", NULL },
    { PRIVATE_ACCOUNT,
      "(?:微信|wechat|weixin|(?<![a-z])wx|(?<![a-z])vx|(?<![a-z])v(?=[:信])|加v|qq|扣扣|抖音|快手|"
      "支付宝|钉钉|微博|小红书)(?:信|号|群|账号|帐号|账户|号码|昵称|同号|id)?[ :=是为()]{0,4}"
      "([a-z][a-z0-9_-]{4,30}|[0-9](?:[ -]?[0-9]){4,13})(?![0-9a-z@])",
      NULL },
    { PRIVATE_ACCOUNT, "(?:openid|unionid)[\":= ]{0,5}([a-z0-9_-]{16,64})", NULL },

    /* identity card */
    { PRIVATE_ID,
      "(?:身份证|身份号|身份证件|证件|居住证|居留证)(?:件|明)?(?:号码|号|编号)?" AFTER "([1-9](?:" S
      "[0-9]){13,16}" S "[0-9x])(?![0-9a-z])",
      NULL, .digits = 14, .needs = PRIVATE_NEEDS_HAN },
    { PRIVATE_ID, BEGIN "[1-9](?:" S "[0-9]){16}" S "[0-9x](?![0-9])(?!x[0-9])", fits_id18,
      .digits = 17 },
    { PRIVATE_ID, BEGIN "(?<![0-9][ .·_-])[1-9](?:" S "[0-9]){14}(?![0-9x])(?![ .·_-][0-9])",
      fits_id15, .digits = 15 },
    { PRIVATE_PHONE, BEGIN "1[3-9][0-9](?:[*x]{4,}[0-9]{4}|[0-9]{1,4}[*x]{4,}[0-9]{0,3})" END, NULL,
      .digits = 3 },
    { PRIVATE_ID, BEGIN "[1-9][0-9]{2,9}\\*{4,14}[0-9]{1,4}x?" END, NULL, .digits = 3 },

    /* bank card */
    { PRIVATE_CARD,
      "(?:卡号|银行卡|储蓄卡|信用卡|借记卡|社保卡|账号|帐号|账户|帐户|存折|(?:工|农|中|建|交|邮储|"
      "信用社|招商|浦发|民生|商业)(?:商)?银?行卡?)(?:号码|号)?" AFTER "([0-9](?:" S
      "[0-9]){11,20})" END,
      NULL, .digits = 12 },
    { 0, BEGIN "[1-9][0-9]{13,25}" END, fits_code },
    { PRIVATE_CARD, BEGIN "[3-9](?:[ .·_-]{0,3}[0-9]){15,18}" END, fits_card, .digits = 12 },

    /* vehicles */
    { PRIVATE_PLATE,
      "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][ ]?[a-z][ ·.•-]{0,2}"
      "[a-z0-9](?:[ -]?[a-z0-9]){3}(?:[ ]?(?:[学警港澳挂试超]|[a-z0-9](?:[ ]?[a-z0-9])?))"
      "(?![a-z0-9])",
      fits_plate, .digits = 2, .needs = PRIVATE_NEEDS_HAN },
    { PRIVATE_PLATE,
      "(?:车牌号码|车牌号|车牌|牌照号|牌照|车号|号牌)" AFTER "(" HAN
      "{0,3}[ ]?[a-z]?[ ·.-]{0,2}[a-z0-9]{4,7})(?![a-z0-9])",
      fits_plate, .digits = 2, .needs = PRIVATE_NEEDS_HAN },
    { PRIVATE_PLATE, "(?:[使领][0-9]{6}|wj" HAN "?[ ]?[0-9]{4,5}[a-z0-9]?)(?![a-z0-9])", NULL,
      .digits = 4 },

    /* dates, addresses of machines, places, numbers that everybody may call */
    { 0,
      BEGIN
      "(?:19|20)[0-9]{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:[12][0-9]|3[01]|0?[1-9])(?:[t ]{1,3}"
      "[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,9})?)?)?(?:z|[+-][0-9]{2}:[0-9]{2})?" END,
      NULL },
    { 0, "(?<![0-9.])[0-9]{1,3}(?:\\.[0-9]{1,3}){3}(?![0-9.])", NULL },
    { 0, "(?<![0-9.])[0-9]{1,3}\\.[0-9]{5,}(?![0-9.])", NULL },
    { 0,
      "(?<![0-9a-z])0[0-9]{2,3}-?(?:110|119|120|122|12345|12348|12309|12315|12333|12328|12389|"
      "12388|"
      "12377|12338|12355|12368|12371|12380|12393|95598|96123)(?![0-9a-z号栋幢室])",
      NULL },

    /* telephone */
    { PRIVATE_PHONE, BEGIN "(?:(?:\\+|00)?86[-) ]{0,3})?1" S "[3-9](?:" S "[0-9]){9}" END,
      fits_mobile, .digits = 11 },
    { PRIVATE_PHONE, BEGIN "1[3-9][0-9][,、/~+ ]{1,2}[0-9]{4}[,、/~+ ]{1,2}[0-9]{4}" END,
      fits_mobile, .digits = 11 },
    { PRIVATE_PHONE,
      BEGIN "(?:(?:\\+|00)86[- )]{0,3}\\(?0?|\\(?0)" AREA "\\)?[ .·_-]{0,3}"
            "[2-8][0-9]{2,3}[ -]?[0-9]{4}" END "(?:[ -]?(?:转|分机)[ :]?[0-9]{1,5})?",
      fits_undated, .digits = 9 },
    { PRIVATE_PHONE, BEGIN "[48]00(?:-[0-9]{3,4}-?[0-9]{3,4}|[0-9]{7})" END, NULL, .digits = 9 },
    { PRIVATE_PHONE, "\\+[1-9][0-9]{0,3}(?:[ ()-]{0,2}[0-9]){7,12}" END, NULL, .digits = 8 },
    { PRIVATE_PHONE,
      "(?:电话|手机|座机|固话|热线|传真|致电|拨打|联系方式|号码|小灵通)(?:号码|号)?" AFTER
      "([0-9](?:" S "[0-9]){6,12})" END,
      fits_undated, .digits = 7, .needs = PRIVATE_NEEDS_HAN },
    { PRIVATE_PHONE,
      "(?:电话|手机|身份证|银行卡|卡|号)(?:号码?)?(?:尾号|末尾|后[四六4-6]位)(?:数)?" AFTER
      "([0-9]{4,6}x?)" END,
      NULL, .digits = 4, .needs = PRIVATE_NEEDS_HAN },

    /* papers */
    { PRIVATE_ID,
      "(?<![a-z0-9])(?:[egdspchmw][0-9]{8}|[ec][a-z][0-9]{7}|[hm][0-9]{10})(?![a-z0-9])",
      fits_undated, .digits = 7 },
    { PRIVATE_ID, "(?<![a-z0-9])[a-z][0-9]{6}\\([0-9a]\\)", NULL, .digits = 6 },
    { PRIVATE_ID,
      "(?:身份证|身份证件|证件|护照|通行证|台胞证|回乡证|居住证|居留证|军官证|士兵证|残疾证|驾驶证|"
      "驾照|行驶证|社保|医保|学籍|学号|病历|住院|门诊|结婚证|离婚证|户口簿|户口本|房产证|产权证|"
      "土地证|准驾证|工作证|警官证)(?:证|卡)?(?:号码|号|编号)?" AFTER
      "([a-z]{0,3}[0-9](?:[ .·_-]?[0-9]){5,19}x?)(?![0-9a-z])",
      fits_undated, .digits = 6, .needs = PRIVATE_NEEDS_HAN },

    /* addresses */
    { PRIVATE_ADDRESS,
      SAID_HOME "[是为: 在于]{0,3}((?:[^\\p{P}\\s" TAKEN "]|[-·()]){1,30}?" NUMS
                "(?:号楼|号院|组|号|栋|幢|座|楼|室|户|单元|社|队|弄|门)" NO_PLACE REST ")",
      NULL, .needs = PRIVATE_NEEDS_HAN | PRIVATE_NEEDS_NUMBER },
    { PRIVATE_ADDRESS, PLACE "{1,6}" ROAD "(?:[东西南北中]段)?" NUMS "号" NO_PLACE REST, NULL,
      .needs = PRIVATE_NEEDS_HAN | PRIVATE_NEEDS_NUMBER },
    { PRIVATE_ADDRESS,
      PLACE "{1,6}" VILLAGE "(?:第)?" NUM "(?:组|社|队|村民小组|小组|网格)[ ,]?" NUMS
            "(?:号|户)" NO_PLACE REST,
      NULL, .needs = PRIVATE_NEEDS_HAN | PRIVATE_NEEDS_NUMBER },
    { PRIVATE_ADDRESS, PLACE "{1,6}" VILLAGE NUMS "号" NO_PLACE REST, NULL,
      .needs = PRIVATE_NEEDS_HAN | PRIVATE_NEEDS_NUMBER },
    { PRIVATE_ADDRESS,
      PLACE "{1,8}" ESTATE "(?:[a-z一二三四五六七八九十东西南北0-9]区|[一二三四五0-9]期)?" NUMS
            "(?:栋|幢|座|号楼|单元|室)" REST,
      NULL, .needs = PRIVATE_NEEDS_HAN | PRIVATE_NEEDS_NUMBER },
    { PRIVATE_ADDRESS,
      PLACE "{1,8}" ESTATE
            "(?:[a-z一二三四五六七八九十东西南北]区|[一二三四五0-9]期)?[0-9a-z]{1,3}-"
            "(?:[0-9]{1,2}-)?[0-9]{2,4}(?![0-9-月日天年个台户人件岁次点时%.:])",
      NULL, .needs = PRIVATE_NEEDS_HAN | PRIVATE_NEEDS_NUMBER },
    { PRIVATE_ADDRESS, PLACE "{1,8}" ROAD AROUND "{1,3}" NUMS "号" NO_PLACE REST, NULL,
      .needs = PRIVATE_NEEDS_HAN | PRIVATE_NEEDS_NUMBER },
    { PRIVATE_ADDRESS, PLACE "{1,6}" VILLAGE "(?:" HAMLET "){1,5}" NUMS "号" NO_PLACE REST, NULL,
      .needs = PRIVATE_NEEDS_HAN | PRIVATE_NEEDS_NUMBER },
    { PRIVATE_ADDRESS,
      PLACE "{0,6}" NUM "(?:栋|幢|座|号楼)[ -]?" NUMS "(?:单元|室|号铺|号|户|铺|门)" REST, NULL,
      .needs = PRIVATE_NEEDS_HAN | PRIVATE_NEEDS_NUMBER },
    { PRIVATE_ADDRESS, NUM "单元[ -]?" NUMS "(?:室|号|户|房)?" END REST, NULL,
      .needs = PRIVATE_NEEDS_HAN | PRIVATE_NEEDS_NUMBER },
    { PRIVATE_ADDRESS, "门牌(?:号码|号)?" AFTER "(" NUMS "号?)", NULL,
      .needs = PRIVATE_NEEDS_HAN | PRIVATE_NEEDS_NUMBER },

    /* names */
    { PRIVATE_NAME, ROLE "[ ]?[:是为叫]{1,2}[ ]?(" DOTTED ")", NULL, .needs = PRIVATE_NEEDS_HAN },
    { PRIVATE_NAME,
      "(?:" ROLE "[ ]?(?:[:(=】」]{1,2}|是|为|叫)|我叫|名叫|叫做)[ ]?(" NO_NAME "(?:" SURNAMES
      "|" SURNAMES_RARE ")" NO_TITLE "(?:" BOUNDED "|" ANY "{1,2}))",
      NULL, .needs = PRIVATE_NEEDS_HAN },
    { PRIVATE_NAME, ROLE "[ ]?(" SURE_NAME "|" LIKELY_NAME ")", NULL, .needs = PRIVATE_NEEDS_HAN },
    { PRIVATE_NAME, "(?<=\\x18)[、和与及,同](" SURE_NAME ")", NULL, .needs = PRIVATE_NEEDS_HAN },
    { PRIVATE_NAME,
      "(?:(?<=[\\x13\\x17])的|找到?|殴打|状告|起诉|指认|自称|调解|[由经]|代领)(" LIKELY_NAME ")",
      NULL, .needs = PRIVATE_NEEDS_HAN },
    { PRIVATE_NAME,
      "(?<!(?![与和及、跟])" HAN ")(" NO_NAME SURNAMES NO_TITLE ANY
      "{1,2})(?=[ ,(:/]{1,2}[男女](?!" HAN "))",
      NULL, .needs = PRIVATE_NEEDS_HAN },
    { PRIVATE_NAME,
      "(?<!" HAN ")(" NO_NAME "(?:" SURNAMES "|" SURNAMES_RARE ")" NO_TITLE ANY
      "{1,2})(?=收?[ ,(:、]{0,3}(?:联系)?(?:电话|手机|身份证|证件)?"
      "(?:号码|号)?[是为: ]{0,2}[\\x11\\x12])",
      NULL, .needs = PRIVATE_NEEDS_HAN },
    /* 李强与王芳系邻居 */
    { PRIVATE_NAME,
      "(?<!" HAN ")(" NO_NAME SURNAMES NO_TITLE ANY "{1,2})(?=[与和]" NO_NAME SURNAMES NO_TITLE ANY
      "{1,2}(?:系|两|发生|因|之间|签订|达成|产生|口角|争执|纠纷))",
      NULL, .needs = PRIVATE_NEEDS_HAN },
    /* 李强、王芳反映 */
    { PRIVATE_NAME,
      "(?<!" HAN ")(" NO_NAME SURNAMES NO_TITLE ANY "{1,2})(?=[、,]" SURNAMES ANY
      "{1,2}(?:[、,]" HAN "{2,3}){0,9}(?:反映|投诉|举报|来电|来访|信访))",
      NULL, .needs = PRIVATE_NEEDS_HAN },
    { PRIVATE_NAME, "(?<=\\x18)[与和、,](" SURE_NAME ")", NULL, .needs = PRIVATE_NEEDS_HAN },
    { PRIVATE_NAME,
      "(?:^|[\\p{P}\\s]|接待|经|由|与|和|致电|回访|联系|对|找|被|及)(" NO_NAME SURNAMES NO_TITLE ANY
      "{1,2})(?=先生|女士|夫妇|大爷|大妈|阿姨|奶奶|爷爷|师傅|老人|同学)",
      NULL, .needs = PRIVATE_NEEDS_HAN },
};
const guint n_private_rules = G_N_ELEMENTS(private_rules);
