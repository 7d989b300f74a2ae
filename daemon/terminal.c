/* terminal - text from mail, safe to print; see terminal.h */
#include "daemon/terminal.h"

#include "parser/text.h"

static bool is_harmless(uint32_t c)
{
	if (c < 0x20 || (c >= 0x7F && c < 0xA0))
		return false;
	return !(c >= 0x200E && c <= 0x200F) && !(c >= 0x2028 && c <= 0x202E) &&
	       !(c >= 0x2066 && c <= 0x2069);
}

void terminal_print(FILE *to, struct view text)
{
	while (text.len > 0) {
		size_t n;

		if (is_harmless(text_char(text, &n)))
			(void)fwrite(text.ptr, 1, n, to);
		else
			(void)putc('?', to);
		text = view_skip(text, n);
	}
}
