/*
 * tag - the lines of replies that downloads of patches collect, such as "Acked-by: ..."
 *
 * The tags are those of Patchwork: Acked-by, Reviewed-by, Tested-by, Signed-off-by, Nacked-by and
 * Reported-by.
 */
#ifndef PARSER_TAG_H
#define PARSER_TAG_H

#include "parser/view.h"

/*
 * The name of the tag that a line begins with, in any case: with its colon and in git's spelling;
 * absent if the line is not a tag.
 */
struct view tag_name(struct view line);

#endif
