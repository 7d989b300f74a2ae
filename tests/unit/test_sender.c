/* test_sender - addresses, and authors whose address a list replaced; see parser/sender.h */
#include "tests/unit/check.h"

#include "parser/sender.h"

/* `name;email`, with `-` for an absent name. */
static struct view shown(struct arena *arena, struct address address)
{
	struct builder b = builder_init(arena);

	add_field(&b, address.name, ';');
	builder_add(&b, address.email);
	return builder_view(&b);
}

static struct view read_address(struct arena *arena, struct view text)
{
	return shown(arena, address_read(arena, text));
}

static const struct check_case addresses[] = {
	{ "name and address", V("A B <a@b.c>"), V("A B;a@b.c") },
	{ "quoted name", V("\" B, A \" <a@b.c>"), V("B, A;a@b.c") },
	{ "quotes inside a name are kept", V("A \"x\" B<a@b.c> (x)"), V("A \"x\" B;a@b.c") },
	{ "no name", V("<a@b.c>"), V(";a@b.c") },
	{ "empty quotes", V("\"\" <a@b.c>"), V(";a@b.c") },
	{ "one quote", V("\" <a@b.c>"), V(";a@b.c") },
	{ "blanks in brackets are kept", V("A < a@b.c >"), V("A; a@b.c ") },
	{ "empty brackets are no address", V("A <> <a@b.c>"), V("A <>;a@b.c") },
	{ "address only", V("a@b.c"), V("-;a@b.c") },
	{ "pipermail", V("a at b.c (A B)"), V("A B;a@b.c") },
	{ "the first of two at", V("a at b at c (A)"), V("A;a@b at c") },
	{ "empty parentheses are no name", V("a@b.c ()"), V("-;a@b.c ()") },
	{ "not closed", V("A <a@b.c"), V("-;A <a@b.c") },
	{ "nothing", V(""), V("-;") },
};

static const struct check_case names[] = {
	{ "two words", V("Ada Quill"), V("ada quill") },
	{ "the order of words", V("Quill, Ada B."), V("ada b quill") },
	{ "words that begin alike", V("Bob Bo Bobby"), V("bo bob bobby") },
	{ "a list", V("Ada Quill via Ring"), V("ada quill") },
	{ "two lists", V("Ada Quill via Ring via Other"), V("ada quill ring via") },
	{ "a company", V("Ada (Ring Ltd) Quill (x)"), V("ada quill") },
	{ "parentheses that are not closed", V("Ada) (Quill"), V("ada quill") },
	{ "other letters", V("\xC3\x84 Quill"), V("quill \xC3\xA4") },
	{ "signs", V("'Ada_Quill'\t9"), V("9 ada quill") },
	{ "a word twice", V("Ada ada"), V("ada ada") },
	{ "a single word", V("Ada"), V("") },
	{ "a single word beside a company", V("Ada (Ring Ltd)"), V("") },
	{ "nothing", V(""), V("") },
};

static const struct view valid[] = {
	V("a@b.c"),       V("a.b-c_d@e-f.g.h"), V("!#$%&\"*+/=?^`{|}~-@b.c"),
	V("o'neill@b.c"), V("1@2.3"),           V("\xC3\xA4@b.c"),
};

static const struct view invalid[] = {
	V(""),        V("a"),       V("a@b"),      V("@b.c"),    V("a@"),      V("a@b.c."),
	V("a@.b.c"),  V("a@b..c"),  V("a@-b.c"),   V("a@b-.c"),  V("a@b.c-"),  V("a@b_c.d"),
	V(".a@b.c"),  V("a.@b.c"),  V("a..b@b.c"), V("a b@b.c"), V(" a@b.c"),  V("a@b.c\n"),
	V("a@b@c.d"), V("a,b@c.d"), V("a@b.c>"),   V("a\0@b.c"), V("a@b.c\0"), V("a@\xC3\xA4.de"),
};

static void accepts_only_valid_addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(valid); i++)
		check_number(valid[i].ptr, "valid", address_is_valid(valid[i]), true);
	for (size_t i = 0; i < COUNT(invalid); i++)
		check_number(invalid[i].ptr, "valid", address_is_valid(invalid[i]), false);
}

static struct view found(struct arena *arena, struct view raw)
{
	struct address sender;
	struct headers headers;
	unsigned flaws = 0;
	int r = headers_split(arena, raw, &headers);

	assert_int_equal(r, 0);
	r = sender_find(arena, &headers, VIEW("List@example.org"), &sender, &flaws);
	if (r != 0)
		return r == FAULT_NO_FROM ? VIEW("no From") : VIEW("bad sender");
	return shown(arena, sender);
}

#define LIST   "List <list@example.org>\n"
#define MUNGED "From: A B via " LIST
#define RELAY  "<r@relay.org>\n"

static const struct check_case mails[] = {
	{ "encoded", V("From: =?utf-8?Q?=C3=84_B?=\n <a@b.c>\n"), V("\xC3\x84 B;a@b.c") },
	{ "missing", V("To: a@b.c\n"), V("no From") },
	{ "empty when decoded", V("From: =?utf-8?Q?_?=\n"), V("no From") },
	{ "bad", V("From: A <a@b>\n"), V("bad sender") },
	{ "Reply-To", V(MUNGED "Reply-To: x@y.z, A B <a@b.c>\n"), V("A B;a@b.c") },
	{ "last via", V("From: 'A via B' via " LIST "Cc: A via B <a@b.c>\n"), V("A via B;a@b.c") },
	{ "original", V(MUNGED "X-Original-From: Z <z@b.c>\nCc: A B <a@b.c>\n"), V("A B;z@b.c") },
	{ "nothing fits", V(MUNGED "Cc: C <c@b.c>\n"), V("A B via List;list@example.org") },
	{ "no via", V("From: " LIST "Cc: List <x@b.c>, a@b.c\n"), V("-;a@b.c") },
	{ "mangled", V("From: " REPLACED REPLACED " via " LIST "Cc: \xC3\x84 <a@b.c>\n"),
	  V("\xC3\x84;a@b.c") },
	{ "mangled with another number of characters",
	  V("From: " REPLACED " via " LIST "Cc: \xC3\x84 <a@b.c>\n"),
	  V(REPLACED " via List;list@example.org") },
	{ "relay (D22)", V("From: A B via R " RELAY "X-Original-From: Z <z@b.c>\n"),
	  V("A B;z@b.c") },
	{ "relay, last via", V("From: 'A via B' via R " RELAY "X-Original-From: z@b.c\n"),
	  V("A via B;z@b.c") },
	{ "relay, apostrophe and blanks (D11)",
	  V("From: A via R " RELAY "X-Original-From: <o'z@b.c >\n"), V("A;o'z@b.c") },
	{ "relay, encoded",
	  V("From: =?utf-8?q?=C3=84_via_R?= " RELAY
	    "X-Original-From: =?utf-8?q?Z_=3Cz=40b=2Ec=3E?=\n"),
	  V("\xC3\x84;z@b.c") },
	{ "relay without an address of its own",
	  V("From: A via R <r@localhost>\nX-Original-From: z@b.c\n"), V("A;z@b.c") },
	{ "relay, no author", V("From: A via R " RELAY), V("A via R;r@relay.org") },
	{ "relay, author without an address", V("From: A via R " RELAY "X-Original-From: Z <z>\n"),
	  V("A via R;r@relay.org") },
	{ "no relay", V("From: A B " RELAY "X-Original-From: z@b.c\n"), V("A B;r@relay.org") },
	{ "via nothing", V("From: A via " RELAY "X-Original-From: z@b.c\n"),
	  V("A via;r@relay.org") },
};

RUN(EACH(sender_name_words, names), EACH(read_address, addresses),
    TEST(accepts_only_valid_addresses), EACH(found, mails))
