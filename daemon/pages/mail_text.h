/*
 * mail_text - the text of a mail: quotes are dimmed, long ones are folded, addresses are links
 */
#ifndef DAEMON_PAGES_MAIL_TEXT_H
#define DAEMON_PAGES_MAIL_TEXT_H

#include "daemon/pages/html.h"

/* A longer text is cut, and the page says so; the download is whole. */
#define MAIL_TEXT_BYTES_MAX ((size_t)256 << 10)

/* A quote of more lines is folded. */
#define MAIL_TEXT_QUOTE_LINES_MAX 12

/* Write a text as blocks: <pre>, and <details> for a long quote. */
void mail_text_write(struct html *html, struct view text);

/* Take the next line that is a trailer ("Acked-by: ...") off the front of *rest. */
bool mail_text_next_trailer(struct view *rest, struct view *ret_line);

#endif
