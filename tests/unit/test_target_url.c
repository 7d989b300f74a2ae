/* test_target_url - the URLs that a check may have; see daemon/httpd/target_url.h */
#include "tests/unit/check.h"

#include "daemon/httpd/target_url.h"

static struct view validity(struct arena *arena, struct view text)
{
	(void)arena;
	return target_url_is_valid(text) ? VIEW("valid") : VIEW("invalid");
}

#define SIXTY "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefgh"

static const struct check_case texts[] = {
	{ "a host", V("https://ci.example.org"), V("valid") },
	{ "all parts", V("ftps://ada:pw@ci.example.org:8080/a/b?c=d#e"), V("valid") },
	{ "a query without a path", V("http://x.org?q"), V("valid") },
	{ "capitals", V("HTTP://X.ORG/"), V("valid") },
	{ "a dot at the end", V("http://x.org./"), V("valid") },
	{ "localhost", V("http://LocalHost:80/"), V("valid") },
	{ "beyond ASCII",
	  V("http://b\xC3\xBC"
	    "cher.example/\xC3\xA9"),
	  V("valid") },
	{ "an encoded host", V("http://xn--e1afmkfd.xn--p1ai/"), V("valid") },
	{ "an IPv4 address", V("http://192.0.2.1/"), V("valid") },
	{ "an IPv6 address", V("http://[2001:db8::1]:8080/"), V("valid") },
	{ "marks of HTML", V("http://x.org/\"<>"), V("valid") },
	{ "a user without a password", V("http://ada@x.org"), V("valid") },
	{ "the longest label", V("http://" SIXTY "abc.org"), V("valid") },
	{ "a label that is too long", V("http://" SIXTY "abcd.org"), V("invalid") },
	{ "a host that is too long",
	  V("http://" SIXTY "." SIXTY "." SIXTY "." SIXTY ".example.org"), V("invalid") },
	{ "nothing", V(""), V("invalid") },
	{ "no host", V("http:///x"), V("invalid") },
	{ "no scheme", V("ci.example.org"), V("invalid") },
	{ "another scheme", V("git://x.org/"), V("invalid") },
	{ "a script", V("javascript:alert(1)"), V("invalid") },
	{ "a host of one label", V("http://ci/"), V("invalid") },
	{ "a last label of one letter", V("http://x.y"), V("invalid") },
	{ "a number as the last label", V("http://x.123"), V("invalid") },
	{ "an encoded last label that is empty", V("http://x.xn--"), V("invalid") },
	{ "an empty label", V("http://x..org"), V("invalid") },
	{ "a label that begins with a hyphen", V("http://-x.org"), V("invalid") },
	{ "a label that ends with a hyphen", V("http://x-.org"), V("invalid") },
	{ "an underscore", V("http://x_y.org"), V("invalid") },
	{ "an invalid IPv4 address", V("http://1.2.3.400"), V("invalid") },
	{ "leading zeros in an IPv4 address", V("http://01.2.3.4"), V("invalid") },
	{ "an invalid IPv6 address", V("http://[1::2::3]/"), V("invalid") },
	{ "a bracket that is not closed", V("http://[::1/"), V("invalid") },
	{ "an empty port", V("http://x.org:/"), V("invalid") },
	{ "a port of one digit", V("http://x.org:1"), V("invalid") },
	{ "a port of six digits", V("http://x.org:123456"), V("invalid") },
	{ "a letter in a port", V("http://x.org:8o"), V("invalid") },
	{ "two ports", V("http://x.org:80:80"), V("invalid") },
	{ "an empty user", V("http://@x.org"), V("invalid") },
	{ "two passwords", V("http://a:b:c@x.org"), V("invalid") },
	{ "two users", V("http://a@b@x.org"), V("invalid") },
	{ "a blank in the path", V("http://x.org/a b"), V("invalid") },
	{ "a no-break space in the path",
	  V("http://x.org/a\xC2\xA0"
	    "b"),
	  V("invalid") },
	{ "a NUL", V("http://x\0.org"), V("invalid") },
};

RUN(EACH(validity, texts))
