/* tag - the lines of replies that downloads of patches collect; see tag.h */
#include "parser/tag.h"

#include <glib.h>

struct view tag_name(struct view line)
{
	static const char *const names[] = { "Acked-by:",      "Reviewed-by:", "Tested-by:",
					     "Signed-off-by:", "Nacked-by:",   "Reported-by:" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (view_istarts(line, view_str(names[i])))
			return view_str(names[i]);
	return (struct view){ 0 };
}
