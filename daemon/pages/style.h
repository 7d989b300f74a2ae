/*
 * style - the style sheet of all pages, made from style.css by tools/text-to-c
 */
#ifndef DAEMON_PAGES_STYLE_H
#define DAEMON_PAGES_STYLE_H

extern const char style_sheet[];

#endif
