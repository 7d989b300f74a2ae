/* words - random numbers, and the vocabulary of a kernel-like list; see words.h */
#include "tests/bench/words.h"

#include <math.h>
#include <string.h>

#define PROSE_COLUMNS 72
#define DEPTH_MAX     4

static const struct subsystem subsystems[] = {
	{ "drivers/net/ethernet/mellow", "mlw" },
	{ "drivers/gpu/drm/amber", "amber" },
	{ "drivers/usb/typec", "typec" },
	{ "drivers/iio/adc", "iio" },
	{ "drivers/spi", "spi" },
	{ "drivers/clk/quartz", "clk" },
	{ "drivers/pinctrl/sunset", "pinctrl" },
	{ "drivers/media/i2c", "media" },
	{ "drivers/nvme/host", "nvme" },
	{ "drivers/mmc/host", "mmc" },
	{ "drivers/block", "blk" },
	{ "drivers/acpi", "acpi" },
	{ "drivers/pci/controller", "pci" },
	{ "fs/ext4", "ext4" },
	{ "fs/btrfs", "btrfs" },
	{ "fs/xfs", "xfs" },
	{ "fs/nfs", "nfs" },
	{ "fs/notify", "fsnotify" },
	{ "kernel/sched", "sched" },
	{ "kernel/bpf", "bpf" },
	{ "kernel/trace", "tracing" },
	{ "kernel/locking", "locking" },
	{ "mm", "mm" },
	{ "net/ipv4", "ipv4" },
	{ "net/core", "net" },
	{ "net/netfilter", "netfilter" },
	{ "net/mac80211", "mac80211" },
	{ "sound/soc/codecs", "asoc" },
	{ "sound/pci/hda", "hda" },
	{ "arch/arm64/kvm", "kvm" },
	{ "arch/x86/kernel", "x86" },
	{ "arch/riscv/mm", "riscv" },
	{ "tools/testing/selftests", "selftests" },
	{ "tools/perf/util", "perf" },
	{ "Documentation/devicetree/bindings", "dt-bindings" },
};

static const char *const verbs[] = {
	"get",    "set",    "put",   "init",    "alloc",   "free",    "read",     "write",
	"probe",  "remove", "lock",  "unlock",  "enable",  "disable", "start",    "stop",
	"queue",  "flush",  "map",   "unmap",   "update",  "reset",   "register", "attach",
	"detach", "handle", "parse", "prepare", "submit",  "wait",    "wake",     "complete",
	"check",  "find",   "add",   "del",     "insert",  "lookup",  "resume",   "suspend",
	"poll",   "config", "clear", "acquire", "release", "setup",   "validate", "dump",
};

static const char *const nouns[] = {
	"dev",    "data",   "buf",     "ctx",    "info",    "page",   "folio",  "inode",
	"entry",  "node",   "list",    "queue",  "ring",    "desc",   "skb",    "sk",
	"req",    "cmd",    "reg",     "val",    "mask",    "flags",  "state",  "status",
	"irq",    "clk",    "rate",    "mode",   "port",    "link",   "phy",    "addr",
	"offset", "len",    "size",    "count",  "index",   "id",     "key",    "name",
	"parent", "child",  "group",   "table",  "map",     "region", "block",  "sector",
	"extent", "range",  "timeout", "delay",  "work",    "task",   "cpu",    "mm",
	"vma",    "pte",    "channel", "stream", "frame",   "event",  "trace",  "lock",
	"ref",    "cache",  "pool",    "slot",   "bus",     "priv",   "ops",    "attr",
	"param",  "config", "level",   "limit",  "budget",  "weight", "domain", "policy",
	"path",   "dentry", "super",   "mount",  "journal", "trans",  "root",   "tree",
	"packet", "header", "payload", "route",  "neigh",   "filter", "rule",   "chain",
};

/* Common words are near the beginning. */
static const char *const prose[] = {
	"the",
	"to",
	"a",
	"is",
	"of",
	"and",
	"in",
	"this",
	"it",
	"that",
	"for",
	"be",
	"we",
	"not",
	"on",
	"with",
	"as",
	"if",
	"are",
	"but",
	"can",
	"when",
	"so",
	"I",
	"from",
	"by",
	"should",
	"an",
	"or",
	"at",
	"you",
	"have",
	"which",
	"there",
	"patch",
	"will",
	"only",
	"code",
	"then",
	"use",
	"would",
	"was",
	"used",
	"just",
	"think",
	"has",
	"more",
	"set",
	"like",
	"driver",
	"does",
	"device",
	"function",
	"case",
	"need",
	"no",
	"one",
	"all",
	"fix",
	"instead",
	"also",
	"because",
	"same",
	"any",
	"since",
	"memory",
	"kernel",
	"do",
	"here",
	"new",
	"before",
	"after",
	"support",
	"called",
	"add",
	"data",
	"now",
	"value",
	"call",
	"page",
	"what",
	"other",
	"change",
	"lock",
	"already",
	"first",
	"make",
	"way",
	"some",
	"been",
	"time",
	"could",
	"test",
	"interrupt",
	"without",
	"register",
	"using",
	"still",
	"might",
	"still",
	"two",
	"remove",
	"return",
	"pointer",
	"error",
	"check",
	"where",
	"see",
	"commit",
	"user",
	"than",
	"buffer",
	"every",
	"these",
	"path",
	"out",
	"handle",
	"hardware",
	"follow",
	"series",
	"cannot",
	"while",
	"actually",
	"allow",
	"both",
	"between",
	"probably",
	"however",
	"state",
	"possible",
	"cause",
	"clear",
	"describe",
	"problem",
	"bit",
	"queue",
	"number",
	"make",
	"sense",
	"comment",
	"really",
	"never",
	"each",
	"currently",
	"needed",
	"implementation",
	"behaviour",
	"different",
	"size",
	"about",
	"version",
	"sure",
	"reported",
	"review",
	"introduce",
	"callback",
	"thread",
	"race",
	"allocate",
	"node",
	"release",
	"property",
	"update",
	"correct",
	"regression",
	"reference",
	"count",
	"freed",
	"leak",
	"simplify",
	"convert",
	"helper",
	"platform",
	"firmware",
	"binding",
	"previous",
	"architecture",
	"performance",
	"workload",
	"benchmark",
	"percent",
	"latency",
	"overhead",
	"timeout",
	"suspend",
	"deadlock",
	"preempt",
	"atomic",
	"barrier",
	"warning",
	"compiler",
	"static",
	"unused",
	"variable",
	"redundant",
	"maintainer",
	"subsystem",
	"documentation",
	"sysfs",
	"debugfs",
	"userspace",
	"interface",
	"consistent",
	"explicit",
	"eventually",
	"otherwise",
	"unfortunately",
	"similar",
	"separate",
	"unlikely",
	"obviously",
	"previously",
};

static const char *const code[] = {
	"%p_%v_%n(%n);",
	"%p_%v_%n(%n, %n->%n);",
	"%n->%n = %n;",
	"%n->%n = %p_%v_%n(%n, %d);",
	"if (!%n)",
	"if (%n->%n & %P_%N_%N) {",
	"if (%n < %d || %n->%n > %n) {",
	"ret = %p_%v_%n(%n, &%n);",
	"if (ret)",
	"if (ret < 0) {",
	"return ret;",
	"return -EINVAL;",
	"return -ENOMEM;",
	"return 0;",
	"goto out_%v_%n;",
	"struct %p_%n *%n = %n->%n;",
	"struct %n *%n;",
	"int ret, i;",
	"u32 %n = readl(%n->base + %P_%N);",
	"writel(%n | 0x%x, %n->base + %P_%N_%N);",
	"for (i = 0; i < %n->%n_%n; i++) {",
	"list_for_each_entry(%n, &%n->%n_list, %n) {",
	"mutex_lock(&%n->lock);",
	"mutex_unlock(&%n->lock);",
	"spin_lock_irqsave(&%n->lock, flags);",
	"spin_unlock_irqrestore(&%n->lock, flags);",
	"dev_err(%n->dev, \"failed to %v %n: %%d\\n\", ret);",
	"%n = kzalloc(sizeof(*%n), GFP_KERNEL);",
	"kfree(%n->%n);",
	"/* %w %w %w %w %w %w */",
	" * %w %w %w %w %w %w %w %w",
	"case %P_%N_%N:",
	"break;",
	"continue;",
	"} else {",
	"}",
	"}",
	"}",
	"",
	"",
	"",
	"static int %p_%v_%n(struct %n *%n, unsigned int %n)",
	"static void %p_%n_%v(struct %p_%n *%n)",
	"{",
	"#define %P_%N_%N\t\t0x%x",
	"#define %P_%N_%N\tBIT(%d)",
	"u32 %n_%n;",
	"unsigned long %n;",
	"bool %n_%v;",
	"WARN_ON_ONCE(%n->%n != %n->%n);",
	".%v = %p_%n_%v,",
	".%n = %d,",
	"{ 0x%x, 0x%x },",
	"<0x%x 0x%x 0x%x>;",
	"%n->%n += min_t(u32, %n, %n->%n - %d);",
	"EXPECT_EQ(%d, %p_%v_%n(%n, 0x%x));",
};

bool words_chance(GRand *dice, double share)
{
	return g_rand_double(dice) < share;
}

int words_range(GRand *dice, int least, int most)
{
	return g_rand_int_range(dice, least, most + 1);
}

double words_spread(GRand *dice, double median, double sigma)
{
	double u = 1 - g_rand_double(dice), v = g_rand_double(dice);

	return median * exp(sigma * sqrt(-2 * log(u)) * cos(2 * G_PI * v));
}

int words_count(GRand *dice, double mean)
{
	int count = 0;

	while (words_chance(dice, mean / (1 + mean)))
		count++;
	return count;
}

int words_at_most(int value, int most)
{
	return value < most ? value : most;
}

static void letters(GRand *dice, GString *out, int length, const char *alphabet)
{
	int last = (int)strlen(alphabet) - 1;

	for (int i = 0; i < length; i++)
		g_string_append_c(out, alphabet[words_range(dice, 0, last)]);
}

void words_base64(GRand *dice, GString *out, int length)
{
	letters(dice, out, length,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
}

void words_hex(GRand *dice, GString *out, int length)
{
	letters(dice, out, length, "0123456789abcdef");
}

const struct subsystem *words_subsystem(GRand *dice)
{
	return &WORDS_PICK(dice, subsystems);
}

/* A subsystem uses a few of the words most of the time. */
static const char *noun(GRand *dice, const struct subsystem *about)
{
	size_t first = (size_t)(about - subsystems) * 11;
	size_t room = words_chance(dice, 0.85) ? 12 : G_N_ELEMENTS(nouns);

	return nouns[(first + (size_t)words_range(dice, 0, (int)room - 1)) % G_N_ELEMENTS(nouns)];
}

static const char *word(GRand *dice)
{
	double place = pow(g_rand_double(dice), 2.8);

	return prose[(size_t)(place * G_N_ELEMENTS(prose))];
}

static void capitals(GString *out, const char *text)
{
	for (; *text != '\0'; text++)
		g_string_append_c(out, *text == '-' ? '_' : g_ascii_toupper(*text));
}

static void form_item(GRand *dice, const struct subsystem *about, GString *out, char item)
{
	switch (item) {
	case 'v':
		g_string_append(out, WORDS_PICK(dice, verbs));
		break;
	case 'n':
		g_string_append(out, noun(dice, about));
		break;
	case 'N':
		capitals(out, noun(dice, about));
		break;
	case 'w':
		g_string_append(out, word(dice));
		break;
	case 'p':
		g_string_append(out, about->prefix);
		break;
	case 'P':
		capitals(out, about->prefix);
		break;
	case 'd':
		g_string_append_printf(out, "%d", (int)words_spread(dice, 9, 1.5));
		break;
	case 'x':
		words_hex(dice, out, 1 << words_range(dice, 1, 3));
		break;
	default:
		g_string_append_c(out, item);
	}
}

void words_form(GRand *dice, const struct subsystem *about, GString *out, const char *form)
{
	for (; *form != '\0'; form++) {
		if (*form == '%' && form[1] != '\0')
			form_item(dice, about, out, *++form);
		else
			g_string_append_c(out, *form);
	}
}

void words_prose(GRand *dice, const struct subsystem *about, GString *out, int count)
{
	size_t line = out->len;

	for (int i = 0; i < count; i++) {
		size_t start = out->len;

		words_form(dice, about, out, words_chance(dice, 0.04) ? "%p_%v_%n()" : "%w");
		if (i + 1 == count || words_chance(dice, 0.09))
			g_string_append_c(out, words_chance(dice, 0.7) ? '.' : ',');
		if (start > line && out->len - line > PROSE_COLUMNS) {
			out->str[start - 1] = '\n';
			line = start;
		}
		g_string_append_c(out, ' ');
	}
	if (count > 0)
		out->str[out->len - 1] = '\n';
}

void words_code(GRand *dice, const struct subsystem *about, GString *out, int *depth)
{
	const char *form = WORDS_PICK(dice, code);

	if (*form == '}' && *depth > 0)
		(*depth)--;
	for (int i = 0; i < *depth && *form != '\0' && *form != '#'; i++)
		g_string_append_c(out, '\t');
	words_form(dice, about, out, form);
	if (g_str_has_suffix(form, "{") && *depth < DEPTH_MAX)
		(*depth)++;
}

void words_path(GRand *dice, const struct subsystem *about, GString *out)
{
	static const char *const forms[] = { "/%p-%n.c", "/%n.c", "/%n.h", "/%p_%n_%v.c",
					     "/%p-%n-%n.c" };

	g_string_append(out, about->directory);
	words_form(dice, about, out, WORDS_PICK(dice, forms));
}
