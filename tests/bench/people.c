/* people - authors on a kernel-like list; see people.h */
#include "tests/bench/people.h"

#include "tests/bench/words.h"

static const char *const first_names[] = {
	"Ada",       "Andrea", "Anders", "Bjørn", "Chen",     "Christoph", "Cyril",  "Dan",
	"David",     "Dmitry", "Elena",  "Eric",  "François", "Geert",     "Greta",  "Hans",
	"Ingo",      "Ivan",   "Jakub",  "Jan",   "Jens",     "José",      "Jörg",   "Kate",
	"Krzysztof", "Laura",  "Li",     "Linus", "Luís",     "Maria",     "Mark",   "Mikhail",
	"Miroslav",  "Nadia",  "Oleg",   "Paolo", "Petr",     "Priya",     "Rafael", "Richard",
	"Rob",       "Sakari", "Sean",   "Søren", "Takashi",  "Tejun",     "Thomas", "Uwe",
	"Vlastimil", "Wei",    "Will",   "Xiao",  "Yang",     "Zoë",
};

static const char *const last_names[] = {
	"Almeida",  "Andersson", "Bauer",   "Bergmann", "Brown",     "Carpenter", "Cervesato",
	"Chen",     "Dubois",    "Fischer", "Gupta",    "Hansen",    "Hellwig",   "Hrubis",
	"Ivanov",   "Jones",     "Kim",     "Kowalski", "Kumar",     "Larsson",   "Lee",
	"Lindgren", "Liu",       "Martin",  "Meyer",    "Müller",    "Nakamura",  "Novák",
	"Nowak",    "O'Connor",  "Olsen",   "Pérez",    "Petrov",    "Quinn",     "Roberts",
	"Rossi",    "Sato",      "Schmidt", "Schröder", "Singh",     "Smith",     "Suzuki",
	"Tanaka",   "Taylor",    "Torres",  "Vasquez",  "Wang",      "Weber",     "Wilson",
	"Xu",       "Young",     "Zhang",   "Zhao",     "Zieliński",
};

static const char *const hosts[] = {
	"gmail.example",   "kernel.example", "hat.example",    "chip.example",
	"arms.example",    "suse.example",   "oracle.example", "linaro.example",
	"meta.example",    "ibm.example",    "nxp.example",    "collab.example",
	"bootlin.example", "amber.example",  "mellow.example", "sony.example",
};

struct person *people_make(GRand *dice, int number)
{
	static const int zones[] = { 0, 60, 120, -480, -300, 330, 480, 540 };
	struct person *person = g_new0(struct person, 1);
	const char *first = WORDS_PICK(dice, first_names), *last = WORDS_PICK(dice, last_names);
	g_autofree char *name = g_strdup_printf("%s %s", first, last);
	g_autofree char *phrase = envelope_phrase(name);
	int habit = words_range(dice, 0, 99);

	person->host = g_strdup(WORDS_PICK(dice, hosts));
	person->route = (enum route)words_range(dice, ROUTE_GOOGLE, ROUTE_OWN);
	person->encoding = habit < 84   ? ENCODING_PLAIN
			   : habit < 94 ? ENCODING_BASE64
			   : habit < 98 ? ENCODING_QP
					: ENCODING_LATIN1;
	person->email = g_strdup_printf("%c%d.%s@%s", g_ascii_tolower(first[0]), number,
					g_str_is_ascii(last) ? last : "dev", person->host);
	person->address = g_strdup_printf("%s <%s>", name, person->email);
	person->header = g_strdup_printf("%s <%s>", phrase, person->email);
	person->zone_min = WORDS_PICK(dice, zones);
	person->signs = words_chance(dice, 0.02);
	return person;
}
