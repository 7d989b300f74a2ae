-- Lists of patches are mostly wanted newest first (git-pw asks for `order=-date`), and Patchwork has
-- no index for that: of a million patches each page would sort all that match.  Tables that
-- Patchwork has created stay as they are; the name of one of our own indexes tells them apart.
do $$ begin
    if to_regclass('patchwork_patch_list_idx') is not null then
        create index patchmda_patch_date_idx on patchwork_patch (date);
    end if;
end $$;
