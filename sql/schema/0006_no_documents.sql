-- JSON documents are built in C, from plain columns (sql/report/documents.c): these functions took
-- ten times as long.  patchmda.clock_reading() stays.
drop function patchmda.patch_document(integer, text, text);
drop function patchmda.combined_check(integer);
drop function patchmda.prefixes_document(text);
drop function patchmda.headers_document(text);
drop function patchmda.url_segment(text);
