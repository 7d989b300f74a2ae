/*
 * mail_text - the text of a mail: quotes are dimmed, long ones are folded, URLs are links
 */
#ifndef DAEMON_PAGES_MAIL_TEXT_H
#define DAEMON_PAGES_MAIL_TEXT_H

#include "daemon/pages/html.h"

/* A longer text is truncated, and the page says so; the download has the whole text. */
#define MAIL_TEXT_BYTES_MAX ((size_t)256 << 10)

/* A quote of more lines is folded. */
#define MAIL_TEXT_QUOTE_LINES_MAX 12

/* Write a text as blocks: <pre>, or <details> for a long quote. */
void mail_text_write(struct html *html, struct view text);

/* Find the next trailer ("Acked-by: ..."); *rest becomes the text after it. */
bool mail_text_next_trailer(struct view *rest, struct view *ret_line);

#endif
