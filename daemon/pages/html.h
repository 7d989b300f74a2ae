/*
 * html - writes HTML, and escapes all text of mail
 *
 * Markup is always a string literal, which html_put() enforces.  All other text is escaped by the
 * function that writes it.  Control characters become pictures (U+2400).  Characters that change
 * the direction of text (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069), and other
 * invisible ones (U+200B, U+2060 to U+2065, U+FEFF), are written as numbers, so that a diff looks
 * as a compiler reads it.  Text is UTF-8; invalid bytes become U+FFFD.
 */
#ifndef DAEMON_PAGES_HTML_H
#define DAEMON_PAGES_HTML_H

#include <glib.h>
#include <stdint.h>

#include "parser/view.h"

struct html {
	GString *out;
};

/* Write markup: a string literal. */
#define html_put(html, literal) html_put_bytes(html, "" literal, sizeof(literal) - 1)
void html_put_bytes(struct html *html, const char *markup, size_t length);

/* Write text, between tags or in an attribute's quotes. */
void html_text(struct html *html, struct view text);
void html_str(struct html *html, const char *text);
void html_int(struct html *html, int64_t number);

/* The first `max` bytes of a text, or fewer, so that no character is cut. */
struct view html_head(struct view text, size_t max);

/* Write an address or a name from mail, whose direction does not affect its surroundings. */
void html_bdi(struct html *html, struct view text);

/*
 * Write text as a word of a shell command, which readers copy: quoted if it has characters that a
 * shell interprets.
 */
void html_shell_word(struct html *html, struct view text);

/*
 * The same for an operand: one that begins with `-`, as a message id may, follows `--`, so that no
 * program takes it for an option.
 */
void html_shell_operand(struct html *html, struct view text);

/*
 * Begin a link, which html_put(html, "</a>") ends.  Only paths of this site (with a slash, `?` or
 * `#` in front) and http or https URLs become links, but not `javascript:` URLs.
 */
void html_link(struct html *html, const char *url);

/* Whether a text has only white space, or nothing. */
bool html_is_blank(struct view text);

/* The name of a patch, a series or a project, or `(no name)` if it is blank. */
struct view html_name(struct view name);

/* Write a link with text from mail; a blank one is written as `(no name)`. */
void html_link_text(struct html *html, const char *url, struct view text);

/* Write one line or several, in which http and https URLs become links. */
void html_text_with_links(struct html *html, struct view text);

/* Write a time for programs (RFC 3339): "2026-03-02T09:00:00Z"; for a date beyond its years, 1970. */
void html_instant(struct html *html, int64_t clock_secs);

/* Write a time, "2026-03-02 09:00", given as seconds since 1970 of its UTC clock reading. */
void html_time(struct html *html, int64_t clock_secs);

/* Write the age of a time: "12 m", "3 h", "14 d". */
void html_age(struct html *html, int64_t clock_secs, int64_t now_secs);

#endif
